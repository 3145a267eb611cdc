package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// options are what the command line says.
type options struct {
	contacts, report string
	strict, dedupe   bool

	at       string // -switch
	exchange address

	seed      uint64
	speed     string
	start     time.Time
	agents    int
	callbacks float64

	spec  campaign.Spec
	trunk outdial.Trunk
	zone  *time.Location
}

// What this program does unlike campaign.Defaults, so that a run without flags
// has something to show.
const (
	defaultAgents      = 8
	defaultWait        = 2 * time.Minute
	defaultCallbacks   = 0.08
	defaultGateway     = "trunk"
	maxSpeed, realTime = "max", "real"
)

// usageError is a command line that can't be followed.
type usageError struct{ error }

// parse reads the command line. Its errors are [flag.ErrHelp] and usageErrors.
func parse(args []string) (*options, error) {
	o, flags := newOptions()
	err := flags.set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil:
		return nil, usageError{err}
	case flags.set.NArg() > 0:
		return nil, usageError{fmt.Errorf("what is %q? The file is given as -contacts FILE", flags.set.Arg(0))}
	}
	if err := o.finish(flags); err != nil {
		return nil, usageError{err}
	}
	return o, nil
}

// newOptions are the defaults, and the flags that change them.
func newOptions() (*options, *flags) {
	o := &options{spec: campaign.Defaults(), start: simulated.DefaultStart}
	s := &o.spec
	s.Name = "Quickstart"
	s.Screening = true
	s.DispositionWait = defaultWait
	s.Gateways = []string{defaultGateway}

	f := newFlags()
	f.section("The file and the report")
	text(f, row{name: "contacts", arg: "FILE", help: "CSV with a header row; - reads standard input. Default: the sample in this program"}, &o.contacts, "")
	text(f, row{name: "report", arg: "FILE", help: "where the attempt report goes; - is standard output"}, &o.report, "report.csv")
	toggle(f, row{name: "strict", help: "refuse the file if it has a bad row"}, &o.strict, false)
	toggle(f, row{name: "dedupe", help: "dial a number that comes twice only once"}, &o.dedupe, false)

	f.section("The switch")
	text(f, row{name: "switch", arg: "ADDRESS", help: "who places the calls: " + simulation + " calls nobody; FreeSWITCH is esl://:PASSWORD@HOST:PORT over its event socket, or xmlrpc://USER:PASSWORD@HOST:PORT"}, &o.at, simulation)
	text(f, row{name: "destination", arg: "EXTENSION", field: "Destination", help: "of a real switch's dialplan: answered contacts are transferred there"}, &s.Destination, "")
	text(f, row{name: "agent", arg: "ENDPOINT", field: "Agent", help: "who is called first, before each contact, with a real switch and -shape agent_first: user/1000, or sofia/gateway/NAME/NUMBER"}, &s.Agent, "")

	f.section("The simulation")
	whole(f, row{name: "seed", arg: "N", help: "decides all that chance decides"}, &o.seed, 1)
	choice(f, row{name: "speed", help: "virtual time, or the clock on the wall"}, &o.speed, maxSpeed, realTime)
	parsed(f, row{name: "start", arg: "TIME", help: "when a campaign in virtual time starts, RFC 3339"}, &o.start, readStart)
	count(f, row{name: "agents", arg: "N", help: "who talk to the contacts; 0: agents are not counted, calls go to an extension", least: 0, most: 10_000}, &o.agents, defaultAgents)
	share(f, row{name: "callbacks", arg: "SHARE", help: "of conversations that end with a request to call again later, 0 to 1"}, &o.callbacks, defaultCallbacks)

	f.section("The campaign's settings")
	text(f, row{name: "name", arg: "TEXT", field: "Name", help: "the campaign's name"}, &s.Name, s.Name)
	choice(f, row{name: "shape", field: "Shape", help: "who is called first; with -agent and no -destination, the agent"}, &s.Shape, attempt.ContactFirst, attempt.AgentFirst)
	count(f, row{name: "max-concurrent", arg: "N", field: "MaxConcurrent", help: "lines at once", least: 1, most: campaign.DefaultCeiling}, &s.MaxConcurrent, s.MaxConcurrent)
	count(f, row{name: "cps", arg: "N", field: "CallsPerSecond", help: "calls that start in any second", least: 1, most: 10_000}, &s.CallsPerSecond, s.CallsPerSecond)
	span(f, row{name: "ring-timeout", arg: "DURATION", field: "RingTimeout", help: "how long each leg rings", least: second, most: 300 * second}, &s.RingTimeout)
	count(f, row{name: "retries", arg: "N", field: "Retries", help: "dials beyond a contact's first", least: 0, most: 10}, &s.Retries, s.Retries)
	span(f, row{name: "retry-delay", arg: "DURATION", field: "RetryDelay", help: "from the end of a call to its retry", least: 60 * second, most: 3600 * second}, &s.RetryDelay)
	toggle(f, row{name: "screening", help: "tell machines from persons on answer"}, &s.Screening, s.Screening)
	span(f, row{name: "disposition-wait", arg: "DURATION", field: "DispositionWait", help: "how long an ended conversation waits for its disposition; without -agents none comes, and it is 0", least: 0, most: 24 * hour}, &s.DispositionWait)
	list(f, row{name: "gateway", arg: "NAME", field: "Gateways", help: "that contacts given as dial strings may name; repeat it for more, leave it empty for none"}, &s.Gateways, readGateway)
	text(f, row{name: "trunk", arg: "NAME", field: "Trunk", help: "the gateway for plain numbers"}, &o.trunk.Name, "")
	count(f, row{name: "trunk-lines", arg: "N", help: "calls that the trunk carries at once; 0: no limit", least: 0, most: 100_000}, &o.trunk.Lines, 0)
	count(f, row{name: "trunk-cps", arg: "N", help: "calls that start on the trunk in any second; 0: no limit", least: 0, most: 10_000}, &o.trunk.CallsPerSecond, 0)
	text(f, row{name: "caller-id", arg: "NUMBER", field: "CallerID", help: "shown to contacts"}, &s.CallerID, "")
	text(f, row{name: "zone", arg: "ZONE", field: "Zone", help: "IANA time zone of -window and of a file's not_before"}, &s.Zone, s.Zone)
	list(f, row{name: "window", arg: "HOURS", field: "Windows", help: `when it may dial, as "mon-fri 09:00-17:00", "sat,sun 10:00-14:00" or "09:00-20:00" (every day); repeat it for more. Default: always`}, &s.Windows, readWindow)
	return o, f
}

// finish checks what single flags can't.
func (o *options) finish(f *flags) error {
	given := f.given()
	exchange, err := readAddress(o.at)
	if err != nil {
		return err
	}
	o.exchange, o.spec.Trunk = exchange, o.trunk.Name
	finish := o.finishSimulated
	if exchange.real() {
		finish = o.finishReal
	}
	faults := finish(given)
	faults = append(faults, f.check(o.spec.Validate(campaign.DefaultCeiling)))
	if zone, err := time.LoadLocation(o.spec.Zone); err == nil {
		o.zone = zone
	}
	for _, name := range []string{"trunk-lines", "trunk-cps"} {
		if given[name] && o.trunk.Name == "" {
			faults = append(faults, fmt.Errorf("-%s wants a -trunk", name))
		}
	}
	return errors.Join(faults...)
}

// usage documents every flag.
func usage(w io.Writer) {
	_, f := newOptions()
	var b strings.Builder
	b.WriteString("Quickstart runs a campaign over a file of contacts, in a simulated world or on a\n" +
		"FreeSWITCH, and writes its attempt report:\n\n  go run ./examples/quickstart -contacts contacts.csv\n")
	f.describe(&b)
	b.WriteString("\nDURATION is as 90s, 5m or 1h30m, or a number of seconds. A campaign's settings\n" +
		"default to the library's but for -name, -screening, -disposition-wait and -gateway,\n" +
		"which are such that there is something to see.\n\n" +
		"Exit codes: 0 the campaign ran to its end, 1 something failed or it was interrupted,\n" +
		"2 the command line is wrong or -strict refused the file.\n")
	_, _ = io.WriteString(w, b.String())
}

const (
	second = int64(time.Second)
	hour   = int64(time.Hour)
)

func readStart(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, errors.New("want RFC 3339, as 2006-01-02T15:04:05Z")
	}
	return t, nil
}
