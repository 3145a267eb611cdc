package fakeswitch

import (
	"strconv"
	"time"

	"github.com/outdial/outdial/ports"
)

// Config describes a switch and the world behind it. The zero value is the lab
// that the recordings come from.
type Config struct {
	// Clock is the time of everything that the switch does. Default: the
	// system's. With a [Clock], calls live inside its Advance.
	Clock ports.Clock
	// Password of the event socket. Default "ClueCon".
	Password string
	// Users are user@domain → password for userauth on the event socket, and
	// user → password for XML-RPC.
	Users map[string]string

	// Gateways that exist; default "trunk". DownGateways exist too, and are down.
	Gateways     []string
	DownGateways []string
	// Far is the carrier: how a called number behaves. It is asked with the switch
	// locked, and must not use it. The gateway is the
	// profile's name for sofia/PROFILE/number@host. Default: [LabFar].
	Far func(gateway, number string) Far
	// User is how the phone of user/NAME behaves. Default: it answers at once.
	User func(name string) Far
	// Extensions of the dialplan, for transfers. Default: an extension of two to
	// six digits takes the call and keeps it.
	Extensions map[string]Extension

	// MaxSessions and PerSecond are the switch's own limits; as FreeSWITCH counts,
	// a limit of n a second lets n−1 through. Defaults 10000 and 1000.
	MaxSessions, PerSecond int
	// Heartbeat is the time between HEARTBEAT events. Default 20 s.
	Heartbeat time.Duration
	// Pace is how many originates a second the switch can begin; more wait, and
	// are not to be seen meanwhile. 0: as many as come.
	Pace int
	// Backlog is how many events wait for a slow reader; after 500 lost ones it is
	// cut off. Default 100000.
	Backlog int
	// Faults are what goes wrong with events.
	Faults Faults
}

// Far is how the far end of a call behaves: after Delay it rings or sends early
// media, and then answers, refuses, or does neither.
type Far struct {
	// Delay until the far end is heard of at all.
	Delay time.Duration
	// Ring is how long it rings (180); Media, how long early media flows (183)
	// after that.
	Ring, Media time.Duration
	// SIP is the final response: 200 answers, 302 is followed and then answered,
	// anything else is a refusal. 0: there is none, and it rings on.
	SIP int
	// Q850 is the cause in a Reason header, which goes before the SIP code. 0: none.
	Q850 int
	// Talk is how long after the answer the far end hangs up. 0: never.
	Talk time.Duration
	// Beep is how long after the answer a beep is to be heard: avmd, if it was
	// started, then tells of it, twice. 0: there is none.
	Beep time.Duration
	// Absent is a user who is not registered.
	Absent bool
	// Silent is a carrier that answers no packet: it counts as 408 after 32 s.
	Silent bool
}

// Extension is what a dialplan extension does with a call.
type Extension struct {
	// Apps run in order; when they are done the call is hung up. Default: answer
	// and park, which keeps it.
	Apps []App
	// Talk is how long until the one who took the call hangs up. 0: never.
	Talk time.Duration
}

// Faults are misfortunes of events on their way to a client. Replies to commands
// are never touched. The choices are a function of Seed and of the order of
// events.
type Faults struct {
	Seed uint64
	// Probabilities, each for each event and client. Delayed ones come up to
	// DelayFor later (default 1 s), past those that follow; reordered ones change
	// places with the next.
	Drop, Duplicate, Delay, Reorder float64
	DelayFor                        time.Duration
	// Only these events suffer; empty: all.
	Only []string
	// Vary lets the order of BACKGROUND_JOB, CHANNEL_HANGUP_COMPLETE and
	// CHANNEL_DESTROY vary as it does in the recordings.
	Vary bool
	// Lag is how far show channels lags behind; up to 0.3 s was measured.
	Lag time.Duration
}

// LabFar is the lab's carrier, by number:
//
//	1001, 1100   answer at once and stay
//	1002, 1003   answer at once and hang up after 2 s, 3 s
//	1201, 1301   ring, send early media, for 2 s; then answer, for 1 s
//	1480, 1486   ring 3 s and refuse with Q.850 19; media for 2 s and 486
//	1503         503 with Q.850 34
//	1700         nothing but 100 Trying
//	1800, 1900   ring, send early media, for ever
//	2000         answers, and beeps after 0.76 s
//	9NNN         SIP NNN; 9302 is followed, and stays for 10 s
//
// Everything else answers at once and stays.
func LabFar(_, number string) Far {
	if far, ok := labFars[number]; ok {
		return far
	}
	if n, err := strconv.Atoi(number); err == nil && n >= 9300 && n < 9700 {
		return Far{Delay: refusal, SIP: n - 9000}
	}
	return Far{SIP: 200}
}

// refusal is how long the lab's carrier takes to refuse.
const refusal = 40 * time.Millisecond

// untilTold is longer than any call: who rings so long never stops.
const untilTold = 1000 * time.Hour

var labFars = map[string]Far{
	"1002": {SIP: 200, Talk: 2 * time.Second},
	"1003": {SIP: 200, Talk: 3 * time.Second},
	"1201": {Ring: 2 * time.Second, SIP: 200, Talk: time.Second},
	"1301": {Media: 2 * time.Second, SIP: 200, Talk: time.Second},
	"1480": {Ring: 3 * time.Second, SIP: 480, Q850: 19},
	"1486": {Media: 2 * time.Second, SIP: 486},
	"1503": {Delay: refusal, SIP: 503, Q850: 34},
	"1700": {},
	"1800": {Ring: untilTold},
	"1900": {Media: untilTold},
	"2000": {SIP: 200, Beep: 760 * time.Millisecond},
	"9302": {SIP: 302, Talk: 10 * time.Second},
}

// defaults fills in what was left out.
func (c Config) defaults() Config {
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	if c.Password == "" {
		c.Password = "ClueCon"
	}
	if c.Gateways == nil {
		c.Gateways = []string{"trunk"}
	}
	if c.Far == nil {
		c.Far = LabFar
	}
	if c.User == nil {
		c.User = func(string) Far { return Far{SIP: 200} }
	}
	c.MaxSessions = orInt(c.MaxSessions, 10000)
	c.PerSecond = orInt(c.PerSecond, 1000)
	c.Backlog = orInt(c.Backlog, 100000)
	if c.Heartbeat == 0 {
		c.Heartbeat = 20 * time.Second
	}
	return c
}

func orInt(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}
