package campaign

import (
	"time"

	"github.com/outdial/outdial/attempt"
)

// Facts are what an attempt adds to its run's counters.
type Facts struct {
	State     attempt.State
	Retries   int
	Dials     int
	Refused   int
	Answered  bool
	Live      bool // its call in hand was answered by a person
	Completed int  // callbacks
	Cancelled int
	Exhausted int
}

// FactsOf reads them off an attempt.
func FactsOf(a *attempt.Attempt) Facts {
	return Facts{
		State: a.State, Retries: a.Retries, Dials: a.Dials, Refused: a.Refused, Answered: a.Answered,
		Live:      a.State.Held() && a.Call.Live(), // else the call is over, and its record counts
		Completed: a.Callback.Completed, Cancelled: a.Callback.Cancelled, Exhausted: a.Callback.Exhausted,
	}
}

// Counters are the sums over a run's attempts and final call records. A store
// moves them in the transaction that changes the rows; they equal what the
// rows say. A call counts as dialled, answered and live while it is up; what it
// came to counts with its final record.
type Counters struct {
	States [attempt.NumStates]int // attempts by state
	Spent  [attempt.NumStates]int // retries spent, by the state of the attempt

	Attempted int // contacts with a dial
	Answered  int // contacts that a person answered
	Dials     int // calls the switch did not refuse
	Refused   int // calls it refused

	CallbacksCompleted int
	CallbacksCancelled int
	CallbacksExhausted int

	Outcomes      [attempt.NumOutcomes]int // final records by outcome
	Live          int                      // calls answered by a person: those in hand, and final records
	Conversations int                      // records of calls with an agent on the line
	Talk          time.Duration
	WrapUp        time.Duration

	// StaleRecoveries counts rows adopted from dead workers.
	StaleRecoveries int
}

// Add counts a new attempt.
func (c *Counters) Add(f Facts) { c.count(f, 1) }

// Move counts a change of one attempt.
func (c *Counters) Move(before, after Facts) {
	c.count(before, -1)
	c.count(after, 1)
}

func (c *Counters) count(f Facts, n int) {
	c.States[f.State] += n
	c.Spent[f.State] += n * f.Retries
	c.Dials += n * f.Dials
	c.Refused += n * f.Refused
	if f.Dials > 0 {
		c.Attempted += n
	}
	if f.Answered {
		c.Answered += n
	}
	if f.Live {
		c.Live += n
	}
	c.CallbacksCompleted += n * f.Completed
	c.CallbacksCancelled += n * f.Cancelled
	c.CallbacksExhausted += n * f.Exhausted
}

// AddCall counts a final record. It takes the place of the call in hand, which
// leaves the counters as its attempt moves on: see [Facts].
func (c *Counters) AddCall(call *attempt.Call) {
	c.Outcomes[call.Outcome]++
	if call.Live() {
		c.Live++
	}
	if call.Spoke() {
		c.Conversations++
		c.Talk += call.Talk()
		c.WrapUp += call.WrapUp()
	}
}

// Ghost counts a record whose outcome turned from unknown to ghost.
func (c *Counters) Ghost() {
	c.Outcomes[attempt.OutcomeUnknown]--
	c.Outcomes[attempt.OutcomeGhost]++
}

// Halt counts the decision that ends every waiting attempt, before their rows
// have followed: what waits is counted where it will be.
func (c *Counters) Halt(h attempt.Halt) {
	to := HaltState(h)
	if to == 0 {
		return
	}
	c.CallbacksCancelled += c.States[attempt.StateCallbackScheduled]
	for s := attempt.StatePending; s.Waiting(); s++ {
		c.States[to] += c.States[s]
		c.Spent[to] += c.Spent[s]
		c.States[s], c.Spent[s] = 0, 0
	}
}

// HaltState is where a halted run's waiting attempts end; zero for no halt.
func HaltState(h attempt.Halt) attempt.State {
	switch h {
	case attempt.HaltStop, attempt.HaltDrain:
		return attempt.StateManualStopped
	case attempt.HaltClose:
		return attempt.StateWindowClosed
	}
	return 0
}

// Settle reads a waiting attempt through its run: in a halted run it is ended,
// as its row will be. Other attempts come back as they are.
func Settle(r *attempt.Rules, run *Run, a attempt.Attempt) attempt.Attempt {
	if !a.State.Waiting() {
		return a
	}
	var e attempt.Event
	switch run.Halt {
	case attempt.HaltNone:
		return a
	case attempt.HaltClose:
		e = attempt.Close{At: run.HaltedAt}
	default:
		e = attempt.Stop{At: run.HaltedAt, Drain: run.Halt == attempt.HaltDrain}
	}
	if settled, _, err := attempt.Next(r, a, e); err == nil {
		return settled
	}
	return a
}

// Total is the number of attempts.
func (c *Counters) Total() int { return c.sum(func(attempt.State) bool { return true }) }

// Open is the number of attempts that have not ended.
func (c *Counters) Open() int { return c.sum(func(s attempt.State) bool { return !s.Terminal() }) }

// Waiting is the number of attempts that nobody holds.
func (c *Counters) Waiting() int { return c.sum(attempt.State.Waiting) }

// Lines is the number of lines in use.
func (c *Counters) Lines() int { return c.sum(attempt.State.Line) }

func (c *Counters) sum(of func(attempt.State) bool) int {
	n := 0
	for s := attempt.StatePending; s < attempt.NumStates; s++ {
		if of(s) {
			n += c.States[s]
		}
	}
	return n
}
