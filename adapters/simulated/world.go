package simulated

import (
	"sync"
	"time"

	"github.com/outdial/outdial/ports"
)

// World is a carrier and its agents in virtual time. It is safe for concurrent
// use; what it does is in the order of the calls to it.
type World struct {
	mu  sync.Mutex
	cfg Config
	mix []share

	now  int64 // nanoseconds since 1970
	seq  uint64
	todo heap

	calls    []call
	freeCall uint32 // head of the list of unused calls
	byID     map[ports.ID]uint32
	conns    []*Switch
	roster   *roster
	pool     *Pool // the first process's view
	timers   table[timer]
	scripts  table[func()]
	held     table[heldNews]
	opinions table[opinion]
	errands  []errand // to be run without the lock

	faulty   bool   // single events go wrong
	absences uint64 // answers about calls that are not there
	starts   window
	load     Stats
	watchers []func(Observation)
	oracle   *oracle
	live     *realTime
	floating bool // no start was set
}

// errand is a host's function that is due. It is called without the lock, so
// that it may use the world.
type errand struct {
	script  func()
	opinion opinion
}

// New makes a world.
func New(cfg Config) *World {
	floating := cfg.Start.IsZero()
	cfg.defaults()
	w := &World{
		floating: floating,
		cfg:      cfg,
		mix:      cfg.Carrier.Mix.shares(),
		now:      cfg.Start.UnixNano(),
		byID:     map[ports.ID]uint32{},
	}
	w.calls = make([]call, 1) // 0 is no call
	w.faulty = cfg.Faults.onEvents()
	w.roster = newRoster(w)
	w.pool = newPool(w.roster)
	w.roster.hire(ports.ID{}, cfg.Agents.Count, cfg.Agents.Names)
	if cfg.Oracle {
		w.oracle = newOracle(cfg.Watch)
	}
	return w
}

// Now is the world's time.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return stamp(w.present())
}

// Next is when the next thing is due to happen; zero when nothing is. Events
// that a Poll would return now are not among those things.
func (w *World) Next() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e := w.peek(); e != nil {
		return stamp(e.at)
	}
	return time.Time{}
}

// Advance lets everything happen that is due up to t, in order, and sets the
// time to t. A t that has passed changes nothing. Not to be called from a
// function of [World.At], nor by two goroutines at once.
func (w *World) Advance(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	to := t.UnixNano()
	for e := w.peek(); e != nil && e.at <= to; e = w.peek() {
		w.now = max(w.now, e.at)
		w.happen(*e)
		if len(w.errands) > 0 {
			w.runErrands()
		}
	}
	w.now = max(w.now, to)
}

// At calls f when the world's time is t, or at the next Advance if t has
// passed. Whatever is due at the same time and was scheduled before happens before.
func (w *World) At(t time.Time, f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.scripts.put(w.schedule(t.UnixNano(), onScript, w.scripts.next()), f)
}

// stamp is how times are told.
func stamp(ns int64) time.Time { return time.Unix(0, ns).UTC() }

// schedule puts a thing into the queue and returns the number that makes it valid.
func (w *World) schedule(at int64, on kind, ref uint32) uint64 {
	w.seq++
	w.todo.push(entry{at: max(at, w.now), seq: w.seq, ref: ref, on: on})
	w.rouse()
	return w.seq
}

// peek drops what has been replaced or stopped and returns what is next.
func (w *World) peek() *entry {
	for len(w.todo) > 0 {
		if e := &w.todo[0]; w.valid(e) {
			return e
		}
		w.todo.pop()
	}
	return nil
}

func (w *World) valid(e *entry) bool {
	switch e.on {
	case onCall:
		return w.calls[e.ref].seq == e.seq
	case onTimer:
		return w.timers.has(e.ref, e.seq)
	case onAgent:
		return w.roster.agents[e.ref].seq == e.seq
	}
	return true
}

// happen takes the first entry out of the queue and acts on it.
func (w *World) happen(e entry) {
	w.todo.pop()
	switch e.on {
	case onCall:
		w.step(e.ref)
	case onTimer:
		w.timers.take(e.ref).fire(stamp(w.now))
	case onScript:
		w.errands = append(w.errands, errand{script: w.scripts.take(e.ref)})
	case onAgent:
		w.roster.wake(int32(e.ref))
	case onNews:
		held := w.held.take(e.ref)
		held.to.hear(held.event)
	case onOpinion:
		w.errands = append(w.errands, errand{opinion: w.opinions.take(e.ref)})
	}
}

// runErrands calls the functions that are due.
func (w *World) runErrands() {
	for len(w.errands) > 0 {
		e := w.errands[0]
		w.errands = append(w.errands[:0], w.errands[1:]...)
		w.runErrand(e)
	}
}

// runErrand calls one, without the lock; it may panic, or end a test.
func (w *World) runErrand(e errand) {
	w.mu.Unlock()
	defer w.mu.Lock()
	if e.script != nil {
		e.script()
		return
	}
	w.cfg.Agents.Dispose(e.opinion.call, e.opinion.is)
}
