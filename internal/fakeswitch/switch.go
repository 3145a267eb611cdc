package fakeswitch

import (
	"context"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/ports"
)

// Switch is a FreeSWITCH that calls nobody. Create one with [New].
//
// One lock guards it all. Whoever holds it does everything there is to do at
// this moment, puts frames into the connections' queues, and gives it back;
// goroutines of the connections write them out.
type Switch struct {
	cfg   Config
	clock ports.Clock

	mu     sync.Mutex
	closed bool
	down   bool // shut down: nobody is let in until Restart
	sched

	core      string // Core-UUID
	started   time.Time
	eventSeq  int64
	sessions  int64 // since startup; names channels
	peak      int
	jobs      *rand.Rand // makes ids
	dice      *rand.Rand // makes the choices of Faults
	dates     *filler    // of dated, the second that events show
	dated     int64
	scratch   []byte
	channels  map[string]*channel
	order     []*channel // of creation; ended ones are taken out now and then
	ended     int        // in order
	dials     map[*dial]struct{}
	waiters   map[*waiter]struct{}
	invites   []Invite
	arrived   map[string]int
	shell     []string
	paused    bool
	maxCalls  int
	perSecond int
	second    int64 // of the clock, to which left belongs
	left      int   // sessions that may begin in this second
	next      time.Time

	listeners map[net.Listener]struct{}
	conns     []*conn
	written   int64
	read      int64
	refuse    bool
	stalled   bool
	leaving   bool     // by fsctl shutdown: stalled for good
	stuck     []func() // what API asked of a stalled switch
	faults    Faults

	xmlrpc xmlrpcState // guards itself
}

// New returns a switch that is up.
func New(cfg Config) *Switch {
	cfg = cfg.defaults()
	s := &Switch{
		cfg:       cfg,
		clock:     cfg.Clock,
		channels:  map[string]*channel{},
		dials:     map[*dial]struct{}{},
		waiters:   map[*waiter]struct{}{},
		arrived:   map[string]int{},
		listeners: map[net.Listener]struct{}{},
		jobs:      rand.New(rand.NewPCG(cfg.Faults.Seed, 1)),
	}
	s.lock()
	defer s.unlock()
	s.setFaults(cfg.Faults)
	s.boot()
	return s
}

// boot is a start of the process.
func (s *Switch) boot() {
	s.core = s.newID()
	s.started = s.clock.Now()
	s.maxCalls, s.perSecond = s.cfg.MaxSessions, s.cfg.PerSecond
	s.eventSeq, s.sessions, s.peak = 0, 0, 0
	s.paused, s.down, s.stalled, s.leaving = false, false, false, false
	s.second, s.next = 0, time.Time{}
	s.after(s.cfg.Heartbeat, s.heartbeat)
}

// newID makes an id of the form of a random UUID, the same ones in every run.
func (s *Switch) newID() string {
	var id uuid.UUID
	a, b := s.jobs.Uint64(), s.jobs.Uint64()
	for i := range 8 {
		id[i], id[8+i] = byte(a>>(8*i)), byte(b>>(8*i))
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// Close ends the switch: listeners, connections, timers, and whoever waits in API.
func (s *Switch) Close() error {
	s.lock()
	s.closed = true
	s.forget()
	conns := s.conns
	s.conns = nil
	listeners := s.listeners
	s.listeners = map[net.Listener]struct{}{}
	s.unlock()
	var err error
	for l := range listeners {
		if e := l.Close(); e != nil && err == nil {
			err = e
		}
	}
	for _, c := range conns {
		c.cut()
	}
	return err
}

// waiter is somebody in API.
type waiter struct{ reply chan string }

// API runs one API command, as the XML-RPC front does, and returns what it
// prints; "" if the switch went away meanwhile. It blocks as long as the command
// does: an originate until somebody answers. When the context ends it returns
// "", and the command goes on.
func (s *Switch) API(ctx context.Context, command, args string) string {
	w := &waiter{reply: make(chan string, 1)}
	s.lock()
	if s.closed || s.down {
		s.unlock()
		return ""
	}
	s.waiters[w] = struct{}{}
	run := func() { s.api(command, args, func(reply string) { s.satisfy(w, reply) }) }
	if s.stalled {
		s.stuck = append(s.stuck, run)
	} else {
		run()
	}
	s.unlock()
	select {
	case reply := <-w.reply:
		return reply
	case <-ctx.Done():
		return ""
	}
}

func (s *Switch) satisfy(w *waiter, reply string) {
	if _, ok := s.waiters[w]; ok {
		delete(s.waiters, w)
		w.reply <- reply
	}
}

// Channel is a channel as it stands.
type Channel struct {
	UUID string
	Name string // as FreeSWITCH names it: sofia/external/1002
	Vars map[string]string
	// Number is who is called, by Endpoint: sofia, user, null, loopback.
	Number, Endpoint string
	// Gateway, or Profile and Host of a call that went past the gateways.
	Gateway, Profile, Host string

	State    string // dialling, ringing, early, answered
	Answered bool
	Peer     string // the channel that it is connected to
	Parent   string // the channel whose bridge dialled it
	App      string // the application that it runs
	Created  time.Time
}

// Channels returns the channels that are up, oldest first.
func (s *Switch) Channels() []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Channel
	for _, c := range s.order {
		if c.state < stateHungUp {
			out = append(out, c.snapshot())
		}
	}
	return out
}

// Invite is a call that left the switch: over a gateway, to another SIP address,
// or to an agent's phone (Endpoint user).
type Invite struct {
	UUID, Number, Endpoint string
	Gateway, Profile, Host string
	Parent                 string // the channel whose bridge dialled it
	Vars                   map[string]string
	At                     time.Time
}

// Invites returns every call that ever left the switch, in order, over restarts.
func (s *Switch) Invites() []Invite {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.invites)
}

// Arrived counts the calls to a number, or with
// "gateway/number" those over a gateway, with "user/name" those to an agent.
func (s *Switch) Arrived(number string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arrived[number]
}

// Shell returns the shell commands that the switch was brought to run.
func (s *Switch) Shell() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.shell)
}

// CoreUUID names this life of the switch: a restart changes it.
func (s *Switch) CoreUUID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.core
}
