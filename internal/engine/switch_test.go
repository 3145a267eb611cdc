package engine_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

func absent() ports.Event { return ports.Event{Kind: ports.Stage, Stage: ports.StageAbsent} }

// doubtful is a desk with a call of which the switch has said nothing but that
// it does not know it.
func doubtful(t *testing.T) (*desk, ports.ID) {
	t.Helper()
	d := sit(t, 1, func(s *campaign.Spec) { s.RetryDelay = time.Minute })
	call := d.dialled()
	d.pass(41 * time.Second) // ring time and patience
	d.is(len(d.did(engine.ActAsk)) == 1, "the switch is not asked about a call that it says nothing of")
	d.tell(call, absent())
	d.is(d.row(0).State == attempt.StateRetryScheduled && d.row(0).Doubt == call, "the row is %+v", d.row(0))
	return d, call
}

func outcomes(calls []attempt.Call) (all []attempt.Outcome) {
	for _, c := range calls {
		all = append(all, c.Outcome)
	}
	return all
}

func TestACallInDoubtIsAskedAboutBeforeTheNextOne(t *testing.T) {
	d, call := doubtful(t)
	d.pass(time.Minute)
	asked := d.acts
	d.is(len(d.did(engine.ActOriginate)) == 0, "it is dialled again without a question")
	d.is(len(asked) == 1 && asked[0].Kind == engine.ActAsk && asked[0].Call == call, "acts: %+v", asked)
	d.tell(call, absent())
	again := d.did(engine.ActOriginate)
	d.is(len(again) == 1 && again[0].Dial.Number == 2, "originated: %+v", again)
}

func TestACallInDoubtThatTheSwitchHasIsAGhost(t *testing.T) {
	d, call := doubtful(t)
	d.pass(time.Minute)
	d.did(engine.ActAsk)
	d.tell(call, ports.Event{Kind: ports.Stage, Stage: ports.StageRinging})
	d.is(len(d.did(engine.ActHangup)) == 1, "the ghost is not hung up")
	d.is(d.records(0)[0].Outcome == attempt.OutcomeGhost, "the records are %v", outcomes(d.records(0)))
	d.pass(29 * time.Second)
	d.is(len(d.did(engine.ActAsk)) == 0, "it does not wait until the ghost is gone")
	d.pass(2 * time.Second)
	d.tell(call, absent())
	d.is(len(d.did(engine.ActOriginate)) == 1, "it is not dialled when the ghost is gone")
}

func TestACallInDoubtThatEndsWhileAskedAboutIsAGhost(t *testing.T) {
	d, call := doubtful(t)
	d.pass(time.Minute)
	d.did(engine.ActAsk)
	d.tell(call, ended())
	d.is(d.records(0)[0].Outcome == attempt.OutcomeGhost, "the records are %v", outcomes(d.records(0)))
	d.is(len(d.did(engine.ActOriginate)) == 1, "it is not dialled now")
}

func TestACallInDoubtThatNobodyAnswersForIsAskedAboutAgain(t *testing.T) {
	d, _ := doubtful(t)
	d.pass(time.Minute)
	d.is(len(d.did(engine.ActAsk)) == 1, "it is not asked about")
	d.pass(30 * time.Second)
	asked := d.acts
	d.is(len(d.did(engine.ActOriginate)) == 0, "it is dialled without an answer")
	d.is(len(asked) >= 1 && len(asked) <= 3, "%d questions in half a minute", len(asked))
}

func TestACallInDoubtIsWaitedForAcrossWorkers(t *testing.T) {
	d := sit(t, 1, func(s *campaign.Spec) { s.RetryDelay = time.Minute })
	d.limits.GhostHorizon = 10 * time.Minute
	call := d.dialled()
	d.pass(41 * time.Second)
	d.tell(call, absent())
	d.bury()
	d.pass(8 * time.Minute)
	d.is(len(d.acts) == 0, "acts within the ghosts' horizon: %+v", d.acts)
	d.pass(3 * time.Minute)
	d.is(len(d.did(engine.ActAsk)) >= 1, "it is not asked about when the horizon has passed")
}

func TestAGhostIsHungUpOnSight(t *testing.T) {
	d, call := doubtful(t)
	d.tell(call, ports.Event{Kind: ports.Progress})
	d.is(len(d.did(engine.ActHangup)) == 1, "the ghost is not hung up")
	d.is(d.records(0)[0].Outcome == attempt.OutcomeGhost, "the records are %v", outcomes(d.records(0)))
	d.tell(call, ended())
	d.tell(call, ports.Event{Kind: ports.Progress})
	d.is(len(d.did(engine.ActHangup)) == 0, "what is over is hung up again")
	m, err := d.store.Metrics(d.ctx, d.camp, 0, d.now)
	d.must(err)
	d.is(m.Outcomes[attempt.OutcomeGhost] == 1 && m.Outcomes[attempt.OutcomeUnknown] == 0, "counted: %v", m.Outcomes)
}

func TestGhostsThatSurfaceDuringAWriteAreWrittenAfterIt(t *testing.T) {
	d := sit(t, 2, nil)
	d.step(engine.Input{})
	d.settle()
	calls := d.did(engine.ActOriginate)
	d.pass(41 * time.Second)
	for _, c := range calls {
		d.tell(c.Dial.Call, absent())
	}
	d.held = []engine.OpKind{engine.OpGhosts}
	for _, c := range calls {
		d.tell(c.Dial.Call, ports.Event{Kind: ports.Answered})
	}
	d.lose(engine.OpGhosts, false)
	d.held = nil
	d.pass(time.Second)
	for n := range d.people {
		d.is(d.records(n)[0].Outcome == attempt.OutcomeGhost, "contact %d: %v", n, outcomes(d.records(n)))
	}
}

func TestACallOfNobodysIsLeftAlone(t *testing.T) {
	d := sit(t, 0, nil)
	d.tell(d.id(), ports.Event{Kind: ports.Answered})
	d.is(len(d.acts) == 0, "acts: %+v", d.acts)
}

func TestWhatTheSwitchHasSaidTwiceOrTooLateIsNothing(t *testing.T) {
	d, call := talking(t, nil)
	for _, k := range []ports.EventKind{ports.Progress, ports.Answered, ports.Attached, ports.Accepted, ports.AgentUp, ports.Refused} {
		d.tell(call, ports.Event{Kind: k, Verdict: attempt.VerdictMachine})
	}
	d.is(len(d.acts) == 0 && d.row(0).State == attempt.StateInProgress, "the row is %v, acts: %+v", d.row(0).State, d.acts)
	d.tell(call, ended())
	d.tell(call, ended())
	d.is(len(d.records(0)) == 1, "%d records", len(d.records(0)))
}

func TestWhatWasMissedIsMadeUpForByTheAnswerToAQuestion(t *testing.T) {
	for stage, state := range map[ports.CallStage]attempt.State{
		ports.StageDialling: attempt.StateDialling,
		ports.StageRinging:  attempt.StateRinging,
		ports.StageAnswered: attempt.StateAttaching,
		ports.StageAttached: attempt.StateInProgress,
	} {
		d := sit(t, 1, nil)
		call := d.dialled()
		d.tell(call, ports.Event{Kind: ports.Stage, Stage: stage})
		d.is(d.row(0).State == state, "stage %v: the row is %v, want %v", stage, d.row(0).State, state)
	}
}

func TestWhatCouldNotBeSaidWhileTheSwitchWasAwayIsSaidAfterwards(t *testing.T) {
	d, call := talking(t, nil)
	d.step(engine.Input{Events: []ports.Event{{Kind: ports.Down, Cause: "lost"}}})
	d.decide(d.camp, campaign.Event{Action: campaign.Stop})
	d.pass(2 * time.Second)
	d.is(len(d.did(engine.ActHangup)) == 1, "the call of a stopped campaign is not hung up") // and nobody hears it
	d.step(engine.Input{Events: []ports.Event{{Kind: ports.Up}}})
	d.is(len(d.did(engine.ActAsk)) == 1, "the call is not asked about when the switch is back")
	d.tell(call, ports.Event{Kind: ports.Stage, Stage: ports.StageAttached})
	d.is(len(d.did(engine.ActHangup)) == 1, "the call of a stopped campaign stays up")
}

func TestNothingIsDialledWhileTheSwitchIsAway(t *testing.T) {
	d := sit(t, 1, nil)
	d.step(engine.Input{Events: []ports.Event{{Kind: ports.Down, Cause: "lost"}}})
	d.settle()
	d.pass(10 * time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 0, "a call goes out")
	d.is(d.limit() == "switch_down", "it is limited by %s", d.limit())
	d.step(engine.Input{Events: []ports.Event{{Kind: ports.Up}}})
	d.settle()
	d.is(len(d.did(engine.ActOriginate)) == 1, "no call goes out when the switch is back")
}

func TestTheSwitchsOwnLimitsAreKept(t *testing.T) {
	d := sit(t, 5, nil)
	d.limits.Ringing, d.limits.PerSecond = 2, 1
	call := d.dialled()
	d.is(d.limit() == "switch_calls_per_second", "it is limited by %s", d.limit())
	d.pass(time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 1, "no second call after a second")
	d.pass(5 * time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 0, "more calls ring than the switch allows")
	d.is(d.limit() == "switch_ringing", "it is limited by %s", d.limit())
	d.tell(call, ports.Event{Kind: ports.Answered})
	d.is(len(d.did(engine.ActOriginate)) == 1, "no call follows one that was answered")
}
