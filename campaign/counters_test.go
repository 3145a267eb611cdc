package campaign_test

import (
	"testing"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

func TestAMoveTakesAwayWhatWasAndAddsWhatIs(t *testing.T) {
	a := attempt.Attempt{
		State: attempt.StateExhausted, Retries: 2, Dials: 3, Refused: 4, Answered: true,
		Callback: attempt.Callback{Asked: 18, Completed: 5, Cancelled: 6, Exhausted: 7},
	}
	var c, want campaign.Counters
	c.Add(campaign.FactsOf(&attempt.Attempt{State: attempt.StatePending}))
	want.States[attempt.StatePending] = 1
	same(t, "after its arrival", c, want)

	c.Move(campaign.Facts{State: attempt.StatePending}, campaign.FactsOf(&a))
	want = campaign.Counters{
		Attempted: 1, Answered: 1, Dials: 3, Refused: 4, CallbacksCompleted: 5, CallbacksCancelled: 6, CallbacksExhausted: 7,
	}
	want.States[attempt.StateExhausted], want.Spent[attempt.StateExhausted] = 1, 2
	same(t, "after the move", c, want)

	c.Move(campaign.FactsOf(&a), campaign.Facts{State: attempt.StatePending})
	want = campaign.Counters{}
	want.States[attempt.StatePending] = 1
	same(t, "after a move back", c, want)
}

func TestALiveAnswerCountsWhileItsCallIsUpAndItsRecordTakesItsPlace(t *testing.T) {
	var c campaign.Counters
	a := attempt.Attempt{State: attempt.StateRinging}
	c.Add(campaign.FactsOf(&a))
	move := func(to attempt.State, call attempt.Call, want int) {
		t.Helper()
		was := campaign.FactsOf(&a)
		a.State, a.Call = to, call
		c.Move(was, campaign.FactsOf(&a))
		same(t, "live answers when "+to.String(), c.Live, want)
	}
	call := attempt.Call{AnsweredAt: sec(10)}
	move(attempt.StateAMDScreening, attempt.Call{AnsweredAt: sec(10), Screened: true}, 0)
	move(attempt.StateAttaching, call, 1)
	call.AttachedAt = sec(12)
	move(attempt.StateInProgress, call, 1)
	call.EndedAt = sec(60)
	move(attempt.StateProcessing, call, 1)
	same(t, "conversations", c.Conversations, 0)

	c.AddCall(&call)
	move(attempt.StateCompleted, call, 1) // the attempt may still name its last call
	same(t, "conversations", c.Conversations, 1)
}

func TestTheCountsOfACampaign(t *testing.T) {
	var c campaign.Counters
	for i, s := range attempt.States() {
		c.States[s] = 1 << i
	}
	sum := func(of func(attempt.State) bool) int {
		n := 0
		for i, s := range attempt.States() {
			n += count(of(s)) << i
		}
		return n
	}
	same(t, "total", c.Total(), 1<<17-1)
	same(t, "open", c.Open(), sum(func(s attempt.State) bool { return !s.Terminal() }))
	same(t, "waiting", c.Waiting(), 0b1111)
	same(t, "lines", c.Lines(), 0b11111_0_0000)
}

func TestNoHaltMovesNoCounter(t *testing.T) {
	c := campaign.Counters{}
	c.States[attempt.StatePending] = 3
	c.Halt(attempt.HaltNone)
	same(t, "pending", c.States[attempt.StatePending], 3)
	same(t, "state", campaign.HaltState(attempt.HaltNone), attempt.State(0))
}

func TestAHaltCountsWhatWaitsWhereItWillBe(t *testing.T) {
	for h, to := range map[attempt.Halt]attempt.State{
		attempt.HaltStop:  attempt.StateManualStopped,
		attempt.HaltDrain: attempt.StateManualStopped,
		attempt.HaltClose: attempt.StateWindowClosed,
	} {
		t.Run(h.String(), func(t *testing.T) {
			var c campaign.Counters
			for _, s := range attempt.States() {
				c.States[s], c.Spent[s] = 10, 20
			}
			c.Halt(h)
			for _, s := range attempt.States() {
				want := []int{10, 20}
				switch {
				case s.Waiting():
					want = []int{0, 0}
				case s == to:
					want = []int{10 + 4*10, 20 + 4*20}
				}
				same(t, "attempts and retries in "+s.String(), []int{c.States[s], c.Spent[s]}, want)
			}
			same(t, "callbacks cancelled", c.CallbacksCancelled, 10)
			same(t, "state", campaign.HaltState(h), to)
		})
	}
}

func TestSettlingReadsAWaitingRowThroughItsRun(t *testing.T) {
	rules := attempt.Rules{}
	waiting := attempt.Attempt{State: attempt.StateRetryScheduled, Since: sec(10), Retries: 1}
	for h, want := range map[attempt.Halt]attempt.State{
		attempt.HaltNone:  attempt.StateRetryScheduled,
		attempt.HaltStop:  attempt.StateManualStopped,
		attempt.HaltDrain: attempt.StateManualStopped,
		attempt.HaltClose: attempt.StateWindowClosed,
	} {
		t.Run("halt "+h.String(), func(t *testing.T) {
			got := campaign.Settle(&rules, &campaign.Run{Halt: h, HaltedAt: sec(60)}, waiting)
			same(t, "state", got.State, want)
			same(t, "halt", got.Halt, h)
			if want.Terminal() {
				same(t, "since", got.Since, sec(60))
			}
		})
	}
	for _, s := range attempt.States() {
		a := attempt.Attempt{State: s}
		if !s.Waiting() && campaign.Settle(&rules, &campaign.Run{Halt: attempt.HaltStop}, a) != a {
			t.Errorf("%v does not wait, and is settled", s)
		}
	}
}
