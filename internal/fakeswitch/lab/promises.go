package lab

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/ports"
)

// Promises runs whole campaigns over an adapter in worlds made by seeds, each
// with its own troubles, and holds the library's promises against what the
// double has seen and the store says. OUTDIAL_SEED runs one world; n is how
// many there are otherwise, see [Seeds].
func Promises(t *testing.T, n int, open func(Site) (Adapter, error)) {
	t.Helper()
	PromisesOn(t, n, open, func(testing.TB) ports.Store { return memory.New() })
}

// PromisesOn is Promises on another store than the one in memory.
func PromisesOn(t *testing.T, n int, open func(Site) (Adapter, error), store func(testing.TB) ports.Store) {
	from := 0
	n = Seeds(t, n)
	if one := os.Getenv("OUTDIAL_SEED"); one != "" {
		from, n = number(t, one), 1
	}
	for seed := from; seed < from+n; seed++ {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			w := newWorld(t, uint64(seed), open, store(t))
			w.play()
			if t.Failed() {
				t.Logf("again: OUTDIAL_SEED=%d go test -run '%s'", seed, t.Name())
			}
		})
	}
}

// Seeds is how many seeds to try: n, or, where OUTDIAL_SEEDS is set, a tenth of
// that, as what goes over sockets takes its time.
func Seeds(t *testing.T, n int) int {
	t.Helper()
	if many := os.Getenv("OUTDIAL_SEEDS"); many != "" {
		return max(n, number(t, many)/10)
	}
	return n
}

func number(t *testing.T, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		t.Fatalf("%q is no number of seeds", s)
	}
	return n
}

// world is a lab in which campaigns run.
type world struct {
	*Lab
	t       *testing.T
	dice    *rand.Rand
	store   ports.Store
	desk    *outdial.Dialler // takes commands, and never dials
	workers []*worker
	camps   []*camp
	calm    bool // nothing is unknown, so that limits can be counted at the switch
	agents  int  // who are counted; 0: calls go to an extension, or to one agent first
	faults  fakeswitch.XMLRPCFaults
	agenda  []errand
	until   time.Time
}

type worker struct {
	d    *outdial.Dialler
	line *Line
}

type camp struct {
	id    ports.ID
	name  string
	spec  campaign.Spec
	total int
}

// errand is trouble to come.
type errand struct {
	at time.Time
	do func()
}

func newWorld(t *testing.T, seed uint64, open func(Site) (Adapter, error), store ports.Store) *world {
	w := &world{t: t, dice: rand.New(rand.NewPCG(seed, 21)), store: store}
	cfg := fakeswitch.Config{
		Far: w.carrier(seed), User: w.phone,
	}
	w.calm = seed%2 == 0
	if w.dice.IntN(2) == 0 {
		w.agents = 1 + w.dice.IntN(5)
	}
	if !w.calm && w.dice.IntN(2) == 0 {
		cfg.Faults = fakeswitch.Faults{
			Seed: seed, Drop: 0.03, Duplicate: 0.05, Delay: 0.05, Reorder: 0.05, Vary: true, Lag: 300 * time.Millisecond,
		}
	}
	w.Lab = New(t, cfg, open)
	if !w.calm {
		w.faults = w.mischief(seed)
	}
	w.desk = w.dialler(nil)
	for range 1 + w.dice.IntN(3) {
		w.hire()
	}
	for i := range 1 + w.dice.IntN(2) {
		w.campaign(fmt.Sprintf("campaign%d", i+1))
	}
	if !w.calm {
		w.plan()
	}
	w.until = Start.Add(12 * time.Hour)
	return w
}

// mischief loses originates and their replies, and spoils other replies, on
// their way over XML-RPC.
func (w *world) mischief(seed uint64) fakeswitch.XMLRPCFaults {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(seed, 42))
	chance := func(percent int) bool {
		mu.Lock()
		defer mu.Unlock()
		return dice.IntN(100) < percent
	}
	ofOriginates := func(percent int) func(string, string) bool {
		return func(command, _ string) bool { return command == "originate" && chance(percent) }
	}
	return fakeswitch.XMLRPCFaults{
		LoseRequest: ofOriginates(3), LoseReply: ofOriginates(5), CutReply: ofOriginates(2),
		Garble: func(string, string) bool { return chance(1) },
		DelayReply: func(command, args string) time.Duration {
			if command != "originate" || !chance(2) {
				return 0
			}
			return time.Minute // longer than the adapter waits for it
		},
	}
}

// carrier lets each number do as the seed says, the same each time.
func (w *world) carrier(seed uint64) func(gateway, number string) fakeswitch.Far {
	return func(_, number string) fakeswitch.Far {
		n, _ := strconv.ParseUint(number, 10, 64)
		dice := rand.New(rand.NewPCG(seed, n))
		far := fakeswitch.Far{
			Delay: time.Duration(dice.IntN(500)) * time.Millisecond,
			Ring:  time.Duration(dice.IntN(8000)) * time.Millisecond,
		}
		switch dice.IntN(6) {
		case 0:
			far.SIP = 486
		case 1:
			far.SIP = 404
		case 2:
			far.Ring = time.Hour // nobody takes it
		case 3:
			far.SIP = 503
		default:
			far.SIP = 200
			far.Talk = time.Second + time.Duration(dice.IntN(30000))*time.Millisecond
		}
		return far
	}
}

func (w *world) dialler(line *Line) *outdial.Dialler {
	cfg := outdial.Config{Store: w.store, Clock: w.Clock, NewID: w.newID}
	if line != nil {
		cfg.Telephony = line
	}
	if line != nil && w.agents > 0 {
		cfg.Agents = newPool(w.agents)
	}
	d, err := outdial.New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) newID() uuid.UUID {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(w.dice.IntN(256))
	}
	return id
}

func (w *world) hire() {
	w.Switch.SetXMLRPCFaults(fakeswitch.XMLRPCFaults{}) // Open waits, and the clock with it
	line := w.Open()
	w.Switch.SetXMLRPCFaults(w.faults)
	w.workers = append(w.workers, &worker{d: w.dialler(line), line: line})
}

func (w *world) campaign(name string) {
	ctx := w.t.Context()
	spec := campaign.Defaults()
	spec.Name, spec.MaxConcurrent = name, 1+w.dice.IntN(6)
	spec.Retries, spec.RetryDelay = w.dice.IntN(3), time.Minute
	spec.RingTimeout = 6 * time.Second
	if w.dice.IntN(2) == 0 {
		spec.Shape, spec.Agent = attempt.AgentFirst, "user/1000"
	} else {
		spec.Destination = "7000"
	}
	c, err := w.desk.Create(ctx, spec)
	if err != nil {
		w.t.Fatal(err)
	}
	k := &camp{id: c.ID, name: name, spec: spec, total: 10 + w.dice.IntN(30)}
	for i := range k.total {
		address := strconv.Itoa(5000000 + 1000*len(w.camps) + i)
		if _, err := w.desk.AddContacts(ctx, c.ID, campaign.Contact{
			Key: address, Address: address,
			Variables: map[string]string{"campaign": name, "note": hostile[w.dice.IntN(len(hostile))]},
		}); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := w.desk.Start(ctx, c.ID); err != nil {
		w.t.Fatal(err)
	}
	w.camps = append(w.camps, k)
}

// phone is how an agent's phone behaves: mostly it is answered.
func (w *world) phone(name string) fakeswitch.Far {
	n := len(name) + int(w.Clock.Now().UnixMilli()%7)
	if n%5 == 0 {
		return fakeswitch.Far{Ring: time.Second, SIP: 486}
	}
	return fakeswitch.Far{Ring: time.Second, SIP: 200}
}

// hostile are values that a switch would act on if it were told of them.
var hostile = []string{
	"a plain note", "it's O'Brien, \"Bob\"", "}sofia/external/666@evil.example &park()", "a,execute_on_answer=system touch x",
	"${system(touch x)}", "x:_:sofia/external/666@evil.example", "\\", "'", "\n\napi system touch x", "reload mod_event_socket",
	"a^^b|c", "[origination_nested_vars=true]", "ünïcödé \u202e", "%0d%0aX-Evil: 1",
}

// plan draws the world's troubles, within the first ten minutes.
func (w *world) plan() {
	for range 1 + w.dice.IntN(5) {
		at := Start.Add(time.Duration(w.dice.IntN(600_000)) * time.Millisecond)
		w.agenda = append(w.agenda, errand{at, w.trouble()})
	}
}

func (w *world) trouble() func() {
	switch w.dice.IntN(5) {
	case 0:
		return w.Switch.Restart
	case 1:
		return func() { w.wire.cut(nil) }
	case 2:
		return w.kill
	default:
		return func() {
			line := w.workers[w.dice.IntN(len(w.workers))].line
			w.Cut(line)
			back := w.Clock.Now().Add(time.Duration(1+w.dice.IntN(40)) * time.Second)
			w.agenda = append(w.agenda, errand{back, func() { w.Mend(line) }})
		}
	}
}

// kill ends a worker without a word; another one starts in its place.
func (w *world) kill() {
	i := w.dice.IntN(len(w.workers))
	_ = w.workers[i].line.Close()
	w.workers = append(w.workers[:i], w.workers[i+1:]...)
	w.hire()
}

func parse(id string) (ports.ID, error) { return uuid.Parse(id) }
