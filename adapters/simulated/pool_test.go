package simulated_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

func wantIdle(t *testing.T, p *simulated.Pool, want ...string) {
	t.Helper()
	if got := p.Idle(id(1), 100); !slices.Equal(got, want) {
		t.Errorf("idle are %q, want %q", got, want)
	}
}

// talked is a rig with two agents, the first of whom has just had a
// conversation that ended at 64 s and needs 10 s of wrap-up.
func talked(t *testing.T) *rig {
	r := planned(t, answered())
	r.w.Agents().Hold("agent-1")
	r.originate(dial(1))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(61 * time.Second)
	return r
}

func TestIdleOffersTheLongestIdleFirstAndNoMoreThanAsked(t *testing.T) {
	w := simulated.New(simulated.Config{Agents: simulated.Agents{Count: 3}})
	p := w.Agents()
	p.Hold("agent-1")
	wantIdle(t, p, "agent-2", "agent-3")
	p.Release("agent-1", 0)
	wantIdle(t, p, "agent-2", "agent-3", "agent-1")
	if got := p.Idle(id(1), 2); len(got) != 2 {
		t.Errorf("asked for 2, got %q", got)
	}
	if got := p.Idle(id(1), 0); len(got) != 0 {
		t.Errorf("asked for none, got %q", got)
	}
}

func TestAgentIsNotOfferedWhileTalking(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(time.Second)
	wantIdle(t, r.w.Agents(), "agent-2") // though nobody holds it
}

func TestReleasedAgentWrapsUpAtItsOwnPace(t *testing.T) {
	r := talked(t)
	r.w.Agents().Release("agent-1", 0)
	r.advance(9999 * time.Millisecond)
	wantIdle(t, r.w.Agents(), "agent-2")
	r.advance(time.Millisecond)
	wantIdle(t, r.w.Agents(), "agent-2", "agent-1")
}

func TestReleasedAgentIsLeftAloneForTheCampaignsWrapUp(t *testing.T) {
	r := talked(t)
	r.w.Agents().Release("agent-1", 30*time.Second)
	r.advance(29999 * time.Millisecond)
	wantIdle(t, r.w.Agents(), "agent-2")
	r.advance(time.Millisecond)
	wantIdle(t, r.w.Agents(), "agent-2", "agent-1")
}

func TestShorterWrapUpOfTheCampaignDoesNotHurryTheAgent(t *testing.T) {
	r := talked(t)
	r.w.Agents().Release("agent-1", time.Second)
	r.advance(9999 * time.Millisecond)
	wantIdle(t, r.w.Agents(), "agent-2")
}

func TestAgentReleasedInMidSentenceIsLeftAloneUntilAllIsOver(t *testing.T) {
	r := planned(t, answered())
	r.w.Agents().Hold("agent-1")
	r.originate(dial(1))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(time.Second)
	r.w.Agents().Release("agent-1", 90*time.Second)
	r.advance(89 * time.Second) // it has talked for 60 s and wrapped up for 10 s
	wantIdle(t, r.w.Agents(), "agent-2")
	r.advance(time.Second)
	wantIdle(t, r.w.Agents(), "agent-2", "agent-1")
}

func TestReleasingTwiceOffersOnce(t *testing.T) {
	w := simulated.New(simulated.Config{Agents: simulated.Agents{Count: 2}})
	w.Agents().Release("agent-1", 0)
	wantIdle(t, w.Agents(), "agent-1", "agent-2")
}

func TestCallThatWasNotYetAttachedDoesNotFreeAnothersAgent(t *testing.T) {
	r := planned(t, answered())
	r.originate(dial(1))
	r.originate(dial(2))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.advance(time.Second)
	r.must(r.phone.Attach(id(2), ports.Target{Agent: "agent-1"}))
	r.must(r.phone.Hangup(id(2), ports.NormalClearing))
	wantIdle(t, r.w.Agents(), "agent-2")
}

func TestVanishedAgentDoesNotComeBackWithItsWrapUp(t *testing.T) {
	r := talked(t)
	r.w.Agents().Release("agent-1", 0)
	r.w.Agents().Vanish("agent-1")
	r.advance(time.Hour)
	wantIdle(t, r.w.Agents(), "agent-2")
}

func TestHeldAgentIsNotOfferedAfterItsWrapUp(t *testing.T) {
	r := talked(t)
	r.advance(time.Minute)
	wantIdle(t, r.w.Agents(), "agent-2")
	r.w.Agents().Release("agent-1", 0)
	wantIdle(t, r.w.Agents(), "agent-2", "agent-1")
}

func TestCrewTakesCallsOfItsCampaignOnly(t *testing.T) {
	w := simulated.New(simulated.Config{Agents: simulated.Agents{Count: 1, Names: []string{"ann"}}})
	p := w.Agents()
	if got := p.Hire(id(1), 2); !slices.Equal(got, []string{"agent-2", "agent-3"}) {
		t.Errorf("hired %q", got)
	}
	p.Hire(id(2), 1)
	wantIdle(t, p, "ann", "agent-2", "agent-3")
	if got := p.Idle(id(2), 9); !slices.Equal(got, []string{"ann", "agent-4"}) {
		t.Errorf("campaign 2 is offered %q", got)
	}
	p.Hold("ann")
	p.Hold("agent-2")
	p.Release("agent-2", 0)
	p.Release("ann", 0)
	wantIdle(t, p, "agent-3", "agent-2", "ann")
}

func TestVanishedAgentIsNotOfferedUntilItReturns(t *testing.T) {
	w := simulated.New(simulated.Config{Agents: simulated.Agents{Count: 2}})
	p := w.Agents()
	p.Vanish("agent-1")
	p.Release("agent-1", time.Second)
	wantIdle(t, p, "agent-2")
	p.Return("agent-1")
	w.Advance(w.Now().Add(time.Second))
	wantIdle(t, p, "agent-2", "agent-1")
}

func TestWorkersDoNotSeeEachOthersHolds(t *testing.T) {
	r := planned(t, answered())
	mine := r.w.Agents()
	theirs := mine.Join()
	mine.Hold("agent-1")
	wantIdle(t, mine, "agent-2")
	wantIdle(t, theirs, "agent-1", "agent-2")
}

func TestWorkersSeeTheSameConversations(t *testing.T) {
	r := talked(t)
	theirs := r.w.Agents().Join()
	wantIdle(t, theirs, "agent-2")
	r.advance(10 * time.Second)
	wantIdle(t, theirs, "agent-2", "agent-1")
}

func TestUnknownAgentsAreIgnored(t *testing.T) {
	w := simulated.New(simulated.Config{Agents: simulated.Agents{Count: 1}})
	p := w.Agents()
	p.Hold("nobody")
	p.Release("nobody", time.Second)
	p.Vanish("nobody")
	p.Return("nobody")
	wantIdle(t, p, "agent-1")
}

func TestNoticeIsGivenWhenAnAgentBecomesFree(t *testing.T) {
	w := simulated.New(simulated.Config{Agents: simulated.Agents{Count: 1}})
	p := w.Agents()
	<-p.Notify() // of being hired
	p.Hold("agent-1")
	select {
	case <-p.Notify():
		t.Fatal("noticed, with nobody free")
	default:
	}
	p.Release("agent-1", time.Second)
	w.Advance(w.Now().Add(time.Second))
	<-p.Notify()
}

func TestAgentsSayWhatCameOfEachConversation(t *testing.T) {
	seeds(t, func(t *testing.T, seed uint64) {
		got := map[string]int{}
		var w *simulated.World
		w = simulated.New(simulated.Config{
			Seed: seed, Carrier: scripted(answered()),
			Agents: simulated.Agents{
				Count: 100, Callbacks: 0.5, DoNotCall: 0.25,
				CallbackIn: simulated.Fixed(time.Hour),
				Dispose: func(call ports.ID, d attempt.Disposition) {
					got[d.Code]++
					if err := d.Validate(); err != nil {
						t.Error(err)
					}
					if d.Code == "callback" && !d.CallbackAt.Equal(w.Now().Add(time.Hour)) {
						t.Errorf("callback at %s, asked at %s", d.CallbackAt, w.Now())
					}
				},
			},
		})
		r := &rig{T: t, w: w, phone: w.Connect()}
		talk(r, 100)
		if got["talked"]+got["callback"]+got["do_not_call"] != 100 || got["talked"] == 0 || got["callback"] == 0 || got["do_not_call"] == 0 {
			t.Errorf("after 100 conversations: %v", got)
		}
	})
}

// talk lets n agents have a conversation each, to the end of their wrap-up.
func talk(r *rig, n int) {
	for i, name := range r.w.Agents().Idle(id(1), n) {
		r.originate(dial(i))
		d := name
		r.w.At(r.w.Now().Add(4*time.Second), func() { r.must(r.phone.Attach(id(i), ports.Target{Agent: d})) })
	}
	r.finish()
}

func TestDispositionComesWhenTheAgentHasWrappedUp(t *testing.T) {
	var at time.Time
	var w *simulated.World
	w = simulated.New(simulated.Config{
		Carrier: scripted(answered()),
		Agents:  simulated.Agents{Count: 1, Dispose: func(ports.ID, attempt.Disposition) { at = w.Now() }},
	})
	r := &rig{T: t, w: w, phone: w.Connect()}
	talk(r, 1)
	if want := simulated.DefaultStart.Add(75 * time.Second); !at.Equal(want) {
		t.Errorf("disposed at %s, want %s", at, want)
	}
}
