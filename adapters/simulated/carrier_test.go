package simulated_test

import (
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

func TestEachOutcomeSoundsAsOnARealSwitch(t *testing.T) {
	for _, c := range []struct {
		outcome attempt.Outcome
		want    string
	}{
		{attempt.OutcomeAnswered, "0 accepted; 1 rings; 3 answered; 8 ended NORMAL_CLEARING 200 answered 3"},
		{attempt.OutcomeMachine, "0 accepted; 1 rings; 3 answered; 8 ended NORMAL_CLEARING 200 answered 3"},
		{attempt.OutcomeNoAnswer, "0 accepted; 1 rings; 30 ended NO_ANSWER 0"},
		{attempt.OutcomeBusy, "0 accepted; 1 ended USER_BUSY 486"},
		{attempt.OutcomeRejected, "0 accepted; 1 rings; 3 ended CALL_REJECTED 603"},
		{attempt.OutcomeInvalidNumber, "0 accepted; 1 ended UNALLOCATED_NUMBER 404"},
		{attempt.OutcomeCongestion, "0 accepted; 1 ended NORMAL_TEMPORARY_FAILURE 503"},
		{attempt.OutcomeFailed, "0 accepted; 1 ended INCOMPATIBLE_DESTINATION 488"},
		{attempt.OutcomeRefused, "0 refused DESTINATION_OUT_OF_ORDER"},
		{attempt.OutcomeUnknown, ""},
	} {
		t.Run(c.outcome.String(), func(t *testing.T) {
			p := answered()
			p.Outcome = c.outcome
			r := planned(t, p)
			r.originate(dial(1))
			r.finish()
			if c.want == "" && len(r.heard) == 0 {
				return
			}
			r.tells(c.want)
			checkOutcome(t, c.outcome, r.heard[len(r.heard)-1])
		})
	}
}

// checkOutcome sees that the library reads the end as what it was.
func checkOutcome(t *testing.T, want attempt.Outcome, end ports.Event) {
	t.Helper()
	if end.Kind != ports.Ended || !end.AnsweredAt.IsZero() {
		return
	}
	if got := attempt.Classify(end.Cause, end.SIPStatus); got != want {
		t.Errorf("the end reads as %s, want %s", got, want)
	}
	if end.SIPCallID == "" {
		t.Error("the end names no SIP call")
	}
}

func TestWhoeverIsSlowerThanTheRingTimeoutDoesNotAnswer(t *testing.T) {
	for name, p := range map[string]simulated.Plan{
		"slow to answer": {Outcome: attempt.OutcomeAnswered, Post: time.Second, Ring: 50 * time.Second},
		"slow to reject": {Outcome: attempt.OutcomeRejected, Post: time.Second, Ring: 50 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			r := planned(t, p)
			r.originate(dial(1))
			r.finish()
			r.tells("0 accepted; 1 rings; 30 ended NO_ANSWER 0")
		})
	}
}

func TestNetworkSlowerThanTheRingTimeoutIsNoAnswer(t *testing.T) {
	r := planned(t, simulated.Plan{Outcome: attempt.OutcomeBusy, Post: 40 * time.Second})
	r.originate(dial(1))
	r.finish()
	r.tells("0 accepted; 30 ended NO_ANSWER 0")
}

func TestAttachedCallTalksUntilTheContactHangsUp(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.advance(4 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.finish()
	r.tells("0 accepted; 1 rings; 3 answered; 5 attached; 65 ended NORMAL_CLEARING 200 answered 3")
}

func TestContactMayHangUpWhileBeingAttached(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.advance(7500 * time.Millisecond)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.finish()
	r.tells("0 accepted; 1 rings; 3 answered; 8 ended NORMAL_CLEARING 200 answered 3")
}

func TestAttachIsRepeatable(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	for range 8 { // ringing, answered, being attached and attached
		r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
		r.advance(time.Second)
	}
	r.finish()
	r.tells("0 accepted; 1 rings; 3 answered; 4 attached; 64 ended NORMAL_CLEARING 200 answered 3")
}

func TestAttachingAgainDoesNotStartAnew(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(time.Second / 2)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(time.Second / 2)
	r.tells("0 accepted; 1 rings; 3 answered; 4 attached")
}

func TestNegativeDurationsTakeNoTime(t *testing.T) {
	r := planned(t, simulated.Plan{Outcome: attempt.OutcomeAnswered, Post: -1, Ring: -1, Patience: -1})
	r.originate(dial(1))
	r.finish()
	r.tells("0 accepted; 0 rings; 0 answered; 0 ended NORMAL_CLEARING 200 answered 0")
}

func TestMachineRecordsSilenceForAsLongAsItRecords(t *testing.T) {
	carrier := scripted(simulated.Plan{Outcome: attempt.OutcomeMachine, Post: -1, Ring: -1})
	carrier.Machine, carrier.Patience = simulated.Fixed(20*time.Second), simulated.Fixed(time.Second)
	r := newRig(t, simulated.Config{Carrier: carrier})
	r.originate(dial(1))
	r.finish()
	r.tells("0 accepted; 0 rings; 0 answered; 20 ended NORMAL_CLEARING 200 answered 0")
}

func TestDialWithoutRingTimeoutRingsForAMinute(t *testing.T) {
	r := planned(t, simulated.Plan{Outcome: attempt.OutcomeNoAnswer, Post: -1})
	d := dial(1)
	d.RingTimeout = 0
	r.originate(d)
	r.finish()
	r.tells("0 accepted; 0 rings; 60 ended NO_ANSWER 0")
}

func TestVanishedAgentLeavesTheCallUnservedAndAnotherMayTakeIt(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.w.Agents().Vanish("agent-1")
	r.advance(time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-2"}))
	r.finish()
	r.tells("0 accepted; 1 rings; 3 answered; 4 unserved; 5 attached; 65 ended NORMAL_CLEARING 200 answered 3")
}

func TestPlannedVanishingHappensOnce(t *testing.T) {
	p := answered()
	p.Vanish = true
	r := planned(t, p)
	r.originate(dial(1))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-2"}))
	r.advance(time.Second)
	r.tells("0 accepted; 1 rings; 3 answered; 4 unserved; 5 attached")
}

func TestAgentWhoVanishesInMidSentenceEndsTheCall(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(7 * time.Second)
	r.w.Agents().Vanish("agent-1")
	r.finish()
	r.tells("0 accepted; 1 rings; 3 answered; 4 attached; 10 ended NORMAL_CLEARING 200 answered 3")
}

func TestHangupEndsACallWithItsCauseWhereverItStands(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		want  string
	}{
		"dialling": {0, "0 accepted; 0 ended ORIGINATOR_CANCEL 0"},
		"ringing":  {2 * time.Second, "0 accepted; 1 rings; 2 ended ORIGINATOR_CANCEL 0"},
		"answered": {4 * time.Second, "0 accepted; 1 rings; 3 answered; 4 ended ORIGINATOR_CANCEL 200 answered 3"},
		"over":     {time.Hour, "0 accepted; 1 rings; 3 answered; 8 ended NORMAL_CLEARING 200 answered 3"},
	} {
		t.Run(name, func(t *testing.T) {
			r := planned(t, answered())
			r.originate(dial(1))
			r.advance(c.after)
			r.must(r.phone.Hangup(id(1), "ORIGINATOR_CANCEL"))
			r.finish()
			r.tells(c.want)
		})
	}
}

func TestScreeningSaysWhatAnswered(t *testing.T) {
	for _, c := range []struct {
		outcome  attempt.Outcome
		mistaken float64
		verdict  attempt.Verdict
		want     string
	}{
		{attempt.OutcomeAnswered, 0, 0, "screened human"},
		{attempt.OutcomeMachine, 0, 0, "screened machine"},
		{attempt.OutcomeAnswered, 1, 0, "screened machine"},
		{attempt.OutcomeMachine, 1, 0, "screened human"},
		{attempt.OutcomeMachine, 1, attempt.VerdictUnsure, "screened unsure"},
	} {
		p := answered()
		p.Outcome, p.Screening, p.Verdict = c.outcome, time.Second, c.verdict
		carrier := scripted(p)
		carrier.Mistaken = c.mistaken
		r := newRig(t, simulated.Config{Carrier: carrier})
		d := dial(1)
		d.Screen = true
		r.originate(d)
		r.finish()
		r.tells("0 accepted; 1 rings; 3 answered; 4 " + c.want + "; 8 ended NORMAL_CLEARING 200 answered 3")
	}
}

func TestContactMayHangUpWhileBeingScreened(t *testing.T) {
	p := answered()
	p.Screening = time.Minute
	r := planned(t, p)
	d := dial(1)
	d.Screen = true
	r.originate(d)
	r.finish()
	r.tells("0 accepted; 1 rings; 3 answered; 8 ended NORMAL_CLEARING 200 answered 3")
}

func TestSwitchTakesNoMoreRingingCallsThanItsLimit(t *testing.T) {
	r := newRig(t, simulated.Config{Carrier: scripted(answered()), Limits: ports.Limits{Ringing: 2}})
	r.originate(dial(1))
	r.originate(dial(2))
	if err := r.phone.Originate(dial(3)); !errors.Is(err, ports.ErrBusy) {
		t.Fatalf("got %v, want ErrBusy", err)
	}
	r.advance(3 * time.Second) // answered: they ring no more
	r.originate(dial(3))
}

func TestSwitchTakesNoMoreStartsInAnySecondThanItsLimit(t *testing.T) {
	r := newRig(t, simulated.Config{Carrier: scripted(answered()), Limits: ports.Limits{PerSecond: 2}})
	r.originate(dial(1))
	r.advance(600 * time.Millisecond)
	r.originate(dial(2))
	r.advance(399 * time.Millisecond)
	if err := r.phone.Originate(dial(3)); !errors.Is(err, ports.ErrBusy) {
		t.Fatalf("got %v within the second, want ErrBusy", err)
	}
	r.advance(time.Millisecond)
	r.originate(dial(3))
}

func TestPlansOfANumberFollowEachOther(t *testing.T) {
	script := simulated.ByNumber(map[string][]simulated.Plan{
		"7": {{Outcome: attempt.OutcomeBusy}, {Outcome: attempt.OutcomeMachine}},
	})
	for number, want := range map[int]attempt.Outcome{
		1: attempt.OutcomeBusy, 2: attempt.OutcomeMachine, 3: attempt.OutcomeMachine,
	} {
		if p, ok := script(ports.Dial{Address: "7", Number: number}); !ok || p.Outcome != want {
			t.Errorf("call %d: %s, want %s", number, p.Outcome, want)
		}
	}
	if _, ok := script(ports.Dial{Address: "8", Number: 1}); ok {
		t.Error("a number without plans has one")
	}
}

func TestEveryCallThatIsTakenEndsOnce(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64) {
		r := newRig(t, simulated.Config{Seed: seed, Agents: simulated.Agents{Count: 5}})
		for n := range 200 {
			d := dial(n)
			d.Screen = n%2 == 0
			d.Shape = attempt.Shape(n / 2 % 2)
			r.originate(d)
		}
		r.finish()
		ends := map[ports.ID]int{}
		for _, e := range r.heard {
			if e.Kind == ports.Ended || e.Kind == ports.Refused {
				ends[e.Call]++
			}
		}
		for n := range 200 {
			if ends[id(n)] != 1 {
				t.Errorf("call %d ended %d times", n, ends[id(n)])
			}
		}
		if s := r.w.Stats(); s.Lines+s.Ringing+s.Talking != 0 || s.Ended != 200 {
			t.Errorf("after the last call: %+v", s)
		}
	})
}

func TestGhostsOutliveDroppedCalls(t *testing.T) {
	p := answered()
	p.Ghost, p.Surface = true, 20*time.Second
	r := planned(t, p)
	r.originate(dial(1))
	r.w.DropCalls("SYSTEM_SHUTDOWN")
	r.finish()
	r.tells("21 rings; 23 answered; 28 ended NORMAL_CLEARING 200 answered 23")
}

func TestDroppedCallsAreLearntOfWhenTheConnectionIsBack(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.advance(2 * time.Second)
	r.phone.Down("gone")
	r.w.DropCalls("SYSTEM_SHUTDOWN")
	r.phone.Up()
	r.finish()
	r.tells("0 accepted; 1 rings; 2 down gone; 2 up; 2 ended SYSTEM_SHUTDOWN 0")
}
