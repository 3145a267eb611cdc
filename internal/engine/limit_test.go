package engine_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// told are the limits that subscribers were told of since they were last looked at.
func (d *desk) told() (all []string) {
	for _, n := range d.notes {
		if n.Kind == engine.NoteDecision {
			all = append(all, string(n.Decision.Limit))
		}
	}
	d.notes = nil
	return all
}

func (d *desk) tells(what string, want ...string) {
	d.t.Helper()
	if got := d.told(); !slices.Equal(got, want) {
		d.t.Errorf("%s: told of %v, want %v", what, got, want)
	}
}

// busy is a desk whose campaign has a call on each of its two lines.
func busy(t *testing.T) (d *desk, calls []engine.Act) {
	t.Helper()
	d = sit(t, 20, func(s *campaign.Spec) { s.MaxConcurrent = 2 })
	d.step(engine.Input{})
	d.settle()
	calls = d.did(engine.ActOriginate)
	d.is(len(calls) == 2, "%d calls on two lines", len(calls))
	d.tells("at first", "none", "max_concurrent")
	d.pass(11 * time.Second) // rows that were leased and not dialled are given back
	return d, calls
}

// ends ends a call, which frees its line.
func (d *desk) ends(call *engine.Act) {
	d.tell(call.Dial.Call, ports.Event{Kind: ports.Ended, Cause: "USER_BUSY"})
}

func TestALimitIsNotToldToHaveGoneWhileALeaseIsOnItsWay(t *testing.T) {
	d, calls := busy(t)
	began, _ := d.e.Decision(d.camp)
	for i := range calls {
		d.held = []engine.OpKind{engine.OpLease}
		d.ends(&calls[i])
		d.is(d.has(engine.OpLease), "no lease is asked for")
		if now, _ := d.e.Decision(d.camp); now.Limit != "max_concurrent" || now.Lines != 1 || !now.Until.IsZero() {
			t.Errorf("meanwhile the decision is %+v", now)
		}
		d.held = nil
		d.settle()
		d.is(len(d.did(engine.ActOriginate)) == 1, "not one call for the line that was free")
		d.pass(11 * time.Second)
	}
	d.tells("when two calls had ended")
	if now, _ := d.e.Decision(d.camp); now != began {
		t.Errorf("the decision is %+v, it was %+v", now, began)
	}
}

func TestALimitThatStaysAwayIsToldToHaveGone(t *testing.T) {
	d, calls := busy(t)
	d.held = []engine.OpKind{engine.OpLease}
	d.campaign(1, nil)
	d.step(engine.Input{Kick: true})
	d.settle()
	d.is(d.has(engine.OpLease), "the other campaign leases nothing")
	d.told()
	d.ends(&calls[0]) // its lease waits for the other's answer
	d.now = d.now.Add(700 * time.Millisecond)
	d.answer(engine.OpLease)
	d.told()
	d.now = d.now.Add(400 * time.Millisecond)
	d.ends(&calls[1])
	d.tells("for more than a second nothing binds", "none")
	d.held = nil
	d.settle()
	d.tells("with two calls more", "max_concurrent")
}

func TestAgentsAreNotSoughtWhileOneWaitsForALease(t *testing.T) {
	d := sit(t, 20, nil, func(c *engine.Config) { c.Pool = true })
	d.agents = []string{"a"}
	d.step(engine.Input{})
	d.settle()
	call := d.did(engine.ActOriginate)[0]
	d.is(d.e.Seeking(d.camp), "it does not seek agents when all have calls")
	d.pass(11 * time.Second)
	d.held = []engine.OpKind{engine.OpLease}
	d.ends(&call)
	d.step(engine.Input{Agents: []engine.Offer{{Campaign: d.camp, Agents: []string{"a"}}}})
	d.is(d.has(engine.OpLease) && d.limit() == "agents", "it is limited by %s", d.limit())
	d.is(!d.e.Seeking(d.camp), "it seeks agents although one waits for a contact")
	d.held = nil
	d.settle()
	d.is(d.e.Seeking(d.camp) && len(d.did(engine.ActOriginate)) == 1, "the agent gets no call")
}

func TestAFastClockMakesNoLeaseSlow(t *testing.T) {
	for _, c := range []struct {
		timeout, after time.Duration
		want           string
	}{
		{15 * time.Second, 900 * time.Millisecond, "max_concurrent"},
		{15 * time.Second, time.Second, "store"},
		{5 * time.Minute, 19 * time.Second, "max_concurrent"}, // a clock at twenty times the speed
		{5 * time.Minute, 20 * time.Second, "store"},
	} {
		d := sit(t, 5, func(s *campaign.Spec) { s.MaxConcurrent = 2 }, func(e *engine.Config) { e.WorkerTimeout = c.timeout })
		d.step(engine.Input{})
		d.settle()
		calls := d.did(engine.ActOriginate)
		d.pass(11 * time.Second)
		d.held = []engine.OpKind{engine.OpLease}
		d.ends(&calls[0])
		d.is(d.has(engine.OpLease), "nothing is leased")
		d.now = d.now.Add(c.after)
		d.ends(&calls[1])
		d.is(d.limit() == c.want, "after %v of %v it is limited by %s, want %s", c.after, c.timeout, d.limit(), c.want)
	}
}

// A dial that waits for its write for more than a second is not sent, whatever the
// time-out of workers is.
func TestASaveThatDialsDoNotWaitForIsTold(t *testing.T) {
	d := sit(t, 5, func(s *campaign.Spec) { s.MaxConcurrent = 2 }, func(e *engine.Config) { e.WorkerTimeout = 5 * time.Minute })
	d.step(engine.Input{})
	d.settle()
	calls := d.did(engine.ActOriginate)
	d.held = []engine.OpKind{engine.OpSave}
	d.tell(calls[0].Dial.Call, ports.Event{Kind: ports.Stage, Stage: ports.StageRinging})
	d.now = d.now.Add(time.Second)
	d.ends(&calls[1])
	d.is(d.limit() == "store", "it is limited by %s", d.limit())
}

func TestALeaseThatHangsIsToldWithTheNextHeartbeat(t *testing.T) {
	d, calls := busy(t)
	d.held = []engine.OpKind{engine.OpLease}
	d.ends(&calls[0])
	d.pass(6 * time.Second)
	d.is(d.limit() == "store", "it is limited by %s", d.limit())
}
