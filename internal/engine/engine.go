package engine

import (
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// Engine is one worker's view of what it steps. It is not safe for concurrent
// use; its shell calls Step from one goroutine.
type Engine struct {
	cfg Config
	now time.Time
	out Output

	camps   map[ports.ID]*camp
	order   []*camp // as they came
	trunks  map[string]*trunk
	calls   map[ports.ID]*held // by the id of the call in hand, or in doubt
	free    []*held
	toPace  []*camp
	offered []*camp // have idle agents in this step
	rooms   []pacing.Room
	timers  timers

	heldCount int
	ringing   int // calls begun and not answered, intents included

	limits     ports.Limits
	switchRate rate
	rateList   []*rate
	switchDown bool
	downCause  string
	busyUntil  time.Time
	full       map[string]time.Time // claims that others use up, until when
	shared     []*camp              // wait for something campaigns share
	away       []awayAgent          // held by another worker
	ghosts     doubts

	queue   []*held // to be saved
	save    saveOp
	flight  [numOps]bool
	since   [numOps]time.Time // when the operation in flight was handed out
	again   [numOps]time.Time // not before, after a failure
	failing bool              // one of them may lie ahead

	toSubmit   []ports.Command
	toGhost    []ports.ID // in flight, or to be
	nextGhosts []ports.ID // came while those were in flight
	lease      []*camp    // who asked in the lease in flight
	leaseReqs  []ports.LeaseRequest
	wantRows   []*camp
	sweeping   *camp

	beat       int64
	nextBeat   time.Time
	beatSent   time.Time
	trustUntil time.Time
	stepped    time.Time // when the last step was
	workers    map[ports.ID]seen
	dead       []ports.Worker
	adopting   ports.Worker
	orphans    []ports.Item
	forgotten  recollection

	cursor   int64
	loaded   bool // the first changes have been read
	nextPoll time.Time
	kick     bool

	stopping bool
	leaving  bool // the beat in flight says good-bye
	left     bool
	notes    bool
}

// New makes an engine that knows nothing yet: its first step asks the store.
func New(cfg Config) *Engine {
	e := &Engine{
		cfg:     cfg,
		camps:   map[ports.ID]*camp{},
		trunks:  map[string]*trunk{},
		calls:   map[ports.ID]*held{},
		full:    map[string]time.Time{},
		workers: map[ports.ID]seen{},
	}
	for _, t := range cfg.Trunks {
		e.trunks[t.Name] = newTrunk(t)
	}
	return e
}

// Step takes what happened and says what to do.
func (e *Engine) Step(in Input) *Output {
	e.begin(in)
	for i := range in.Results {
		e.result(&in.Results[i])
	}
	for i := range in.Events {
		e.event(&in.Events[i])
	}
	for _, u := range in.Unsent {
		e.unsent(u)
	}
	e.fire()
	for _, o := range in.Agents {
		e.offer(o)
	}
	e.keepHouse()
	e.paceAll()
	e.emitLease()
	e.emitSave()
	e.emitSubmit()
	e.emitGhosts()
	e.end()
	return &e.out
}

func (e *Engine) begin(in Input) {
	e.now = in.Now.Truncate(time.Microsecond)
	e.limits = in.Limits
	e.notes = in.Notes
	e.notice()
	e.kick = e.kick || in.Kick
	if in.Stop && !e.stopping {
		e.stopping = true
		e.touchAll()
	}
	e.switchRate.Max, e.switchRate.Per = in.Limits.PerSecond, time.Second
	clear(e.out.Acts)
	e.out = Output{Acts: e.out.Acts[:0], Ops: e.out.Ops[:0], Seek: e.out.Seek[:0], Notes: e.out.Notes[:0]}
}

func (e *Engine) end() {
	for _, c := range e.offered {
		c.idle = nil
	}
	e.offered = e.offered[:0]
	wake := e.timers.next()
	for _, t := range [...]time.Time{
		e.nextOp(OpBeat, e.nextBeat), e.nextOp(OpChanges, e.nextPoll), e.nextAway(), e.nextTry(), e.nextRecollection(), e.nextNotice(),
	} {
		if wake.IsZero() || !t.IsZero() && t.Before(wake) {
			wake = t
		}
	}
	if e.stopping && e.left {
		wake = time.Time{}
	}
	e.out.Wake = wake
}

// nextOp is when an operation that is due at t can be handed out; zero while
// one is in flight, as its result will be a step of its own.
func (e *Engine) nextOp(k OpKind, t time.Time) time.Time {
	if e.flight[k] {
		return time.Time{}
	}
	return latest(t, e.again[k])
}

// nextTry is when a store operation that failed may be tried again.
func (e *Engine) nextTry() time.Time {
	var next time.Time
	if !e.failing {
		return next
	}
	e.failing = false
	for _, t := range e.again {
		if !t.After(e.now) {
			continue
		}
		e.failing = true
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	return next
}

func (e *Engine) act(a Act) { e.out.Acts = append(e.out.Acts, a) }

func (e *Engine) fire() {
	now := e.now.UnixNano()
	for {
		t, ok := e.timers.pop(now)
		switch {
		case !ok:
			return
		case t.held != nil:
			e.ring(t)
		default:
			e.woken(t)
		}
	}
}

// apply moves an attempt by an event and hands out what the world is owed. It
// reports whether the machine has such a move; events that come late, twice or
// out of order have none and are dropped.
func (e *Engine) apply(h *held, ev attempt.Event) bool {
	from, agent := h.a.State, h.a.Call.Agent
	after, effects, err := attempt.Next(&h.camp.rules, h.a, ev)
	if err != nil {
		return false
	}
	h.a = after
	h.events = append(h.events, ev)
	e.moved(h, from)
	for _, f := range effects {
		if !h.withheld(f) {
			e.perform(h, f, agent)
		}
	}
	e.toSave(h)
	return true
}

// moved keeps the engine's own books after a change of state.
func (e *Engine) moved(h *held, from attempt.State) {
	to := h.a.State
	if to == from {
		return
	}
	if e.notes {
		e.noteAttempt(h, from)
	}
	if unanswered(from) && !unanswered(to) {
		e.ringing--
		e.freed(e.limits.Ringing > 0)
	}
	if from.Line() && !to.Line() {
		e.lineFreed(h.camp)
	}
	e.armState(h)
}

func unanswered(s attempt.State) bool {
	return s == attempt.StateDialling || s == attempt.StateRinging
}

func (e *Engine) lineFreed(c *camp) {
	c.lines--
	e.touch(c)
	if c.trunk != nil {
		c.trunk.lines--
		e.freed(true)
	}
}

// freed lets the campaigns be paced that wait for something shared.
func (e *Engine) freed(shared bool) {
	if !shared || len(e.shared) == 0 {
		return
	}
	for _, c := range e.shared {
		c.sharing = false
		e.touch(c)
	}
	e.shared = e.shared[:0]
}

// perform does what is owed after a move; the agent is the one that the call
// had before it.
func (e *Engine) perform(h *held, f attempt.Effect, agent string) {
	switch f {
	case attempt.Attach:
		e.act(Act{Kind: ActAttach, Call: h.a.Call.ID, Target: h.camp.target(h.a.Call.Agent)})
	case attempt.Hangup:
		e.act(Act{Kind: ActHangup, Call: h.a.Call.ID})
	case attempt.Ask:
		e.ask(h, h.a.Call.ID)
	case attempt.FreeAgent:
		e.freeAgent(h, agent)
	case attempt.Record:
		h.record = true
	case attempt.Originate, attempt.Await:
		// The originate goes out when its write is granted; the wait is the
		// deadline of the state.
	}
}

func (e *Engine) freeAgent(h *held, agent string) {
	if agent == "" {
		return
	}
	wrapUp := time.Duration(0)
	if h.a.Call.Spoke() {
		wrapUp = h.camp.c.Spec.WrapUp
	}
	e.act(Act{Kind: ActRelease, Agent: agent, WrapUp: wrapUp})
}

func (e *Engine) touchAll() {
	for _, c := range e.order {
		e.touch(c)
	}
}
