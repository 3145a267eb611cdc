package simulated_test

import (
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// watched is a rig with the oracle on.
func watched(t *testing.T) *rig {
	return newRig(t, simulated.Config{
		Carrier: scripted(answered()), Oracle: true, Agents: simulated.Agents{Count: 2},
		Watch: func(now time.Time, d ports.Dial) error {
			if d.Address == "666" {
				return errors.New("on the do-not-call list")
			}
			return nil
		},
	})
}

func (r *rig) blames(want ...simulated.ViolationKind) {
	r.Helper()
	got := r.w.Violations()
	same := len(got) == len(want)
	for i := 0; same && i < len(got); i++ {
		same = got[i].Kind == want[i]
	}
	if !same {
		r.Errorf("violations are\n%v\nwant\n%v", got, want)
	}
}

func TestOracleSeesACallIdUsedTwice(t *testing.T) {
	r := watched(t)
	r.originate(dial(1))
	r.finish()
	r.originate(dial(1)) // long after the call was over
	r.blames(simulated.SameCallTwice)
}

func TestOracleSeesAContactOnTwoCalls(t *testing.T) {
	r := watched(t)
	d := dial(1)
	r.originate(d)
	r.finish()
	d.Call = id(2)
	r.originate(d) // the first is over
	r.blames()
	d.Call = id(3)
	r.originate(d)
	r.blames(simulated.ContactTwice)
	if s := r.w.Stats(); s.MaxPerContact != 2 {
		t.Errorf("most calls per contact are %d, want 2", s.MaxPerContact)
	}
}

func TestOracleSeesTooManyLines(t *testing.T) {
	r := watched(t)
	r.w.BindCampaign(id(1), simulated.Bounds{Lines: 2})
	r.w.BindTrunk("trunk", simulated.Bounds{Lines: 3})
	for n := range 3 {
		r.originate(dial(n))
	}
	r.blames(simulated.TooManyLines)
	r.must(r.phone.Hangup(id(0), ports.NormalClearing))
	r.must(r.phone.Hangup(id(1), ports.NormalClearing))
	r.originate(dial(4))
	r.blames(simulated.TooManyLines)
	u := r.w.Stats().Trunks["trunk"]
	if u != (simulated.Usage{Originated: 4, Lines: 2, MaxLines: 3, MaxStarts: 4}) {
		t.Errorf("the trunk's usage is %+v", u)
	}
}

func TestOracleSeesTooManyStartsInASecondWhereverItBegins(t *testing.T) {
	r := watched(t)
	r.w.BindCampaign(id(1), simulated.Bounds{PerSecond: 2})
	r.advance(700 * time.Millisecond)
	r.originate(dial(1))
	r.originate(dial(2))
	r.advance(999 * time.Millisecond)
	r.originate(dial(3))
	r.blames(simulated.TooManyStarts)
	r.advance(time.Millisecond)
	r.originate(dial(4))
	r.blames(simulated.TooManyStarts)
}

func TestOracleAsksTheWatchAboutEveryDial(t *testing.T) {
	r := watched(t)
	r.originate(dial(1))
	r.originate(dial(666))
	r.blames(simulated.NotToBeDialled)
}

func TestOracleSeesAnAgentGivenTwoCalls(t *testing.T) {
	r := watched(t)
	r.originate(dial(1))
	r.originate(dial(2))
	r.advance(3 * time.Second)
	r.must(r.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.must(r.phone.Attach(id(2), ports.Target{Agent: "agent-1"}))
	r.advance(time.Second)
	r.blames(simulated.AgentTwice)
}

func TestOracleDoesNotBlameGhostsOnLines(t *testing.T) {
	p := answered()
	p.Ghost, p.Surface = true, time.Second
	r := newRig(t, simulated.Config{Carrier: scripted(p), Oracle: true})
	r.w.BindCampaign(id(1), simulated.Bounds{Lines: 1})
	r.originate(dial(1))
	r.originate(dial(2))
	r.finish()
	r.blames()
}

func TestOracleDoesNotBlameGhostsOnAgents(t *testing.T) {
	p := answered()
	p.AgentRing, p.Surface = time.Second, 2*time.Second
	r := newRig(t, simulated.Config{
		Oracle: true, Agents: simulated.Agents{Count: 1},
		Carrier: simulated.Carrier{Script: func(d ports.Dial) (simulated.Plan, bool) {
			p.Ghost = d.Call == id(1)
			return p, true
		}},
	})
	r.originate(agentFirst(1, "agent-1"))
	r.originate(agentFirst(2, "agent-1"))
	r.advance(5 * time.Second)
	r.tells("0 accepted; 1 agent up; 2 rings; 3 refused USER_BUSY; 4 answered")
	r.blames()
}

func TestWithoutTheOracleNothingIsRemembered(t *testing.T) {
	r := planned(t, answered())
	r.w.BindCampaign(id(1), simulated.Bounds{Lines: 1})
	r.w.BindTrunk("trunk", simulated.Bounds{Lines: 1})
	r.originate(dial(1))
	r.originate(dial(2))
	r.blames()
}

func TestObserverSeesWhatNobodyIsTold(t *testing.T) {
	r := watched(t)
	var seen []string
	r.w.Observe(func(o simulated.Observation) { seen = append(seen, o.What.String()) })
	r.originate(dial(1))
	r.phone.Close()
	heir := r.second()
	r.advance(4 * time.Second)
	r.must(heir.phone.Play(id(1), "sorry.wav"))
	r.must(heir.phone.Attach(id(1), ports.Target{Agent: "agent-1"}))
	r.finish()
	want := []string{"started", "ringing", "answered", "played", "attached", "ended"}
	if len(seen) != len(want) {
		t.Fatalf("saw %q, want %q", seen, want)
	}
	for i := range want {
		if seen[i] != want[i] {
			t.Errorf("saw %q, want %q", seen, want)
		}
	}
}

func TestStatsAddUpTheAgentsTime(t *testing.T) {
	r := talked(t)
	s := r.w.Stats()
	if s.Talk != time.Minute || s.WrapUp != 10*time.Second || s.Attached != 1 || s.Unserved != 0 {
		t.Errorf("after one conversation: %+v", s)
	}
}

func TestStatsCountNoMachineAsLeftWithoutAnAgent(t *testing.T) {
	p := answered()
	p.Outcome = attempt.OutcomeMachine
	r := planned(t, p)
	r.originate(dial(1))
	r.finish()
	if s := r.w.Stats(); s.Unserved != 0 || s.Answered != 1 {
		t.Errorf("after a machine: %+v", s)
	}
}

func TestStatsCountPeopleWhoWereLeftWithoutAnAgent(t *testing.T) {
	r := watched(t)
	r.originate(dial(1))
	r.finish()
	if s := r.w.Stats(); s.Unserved != 1 || s.MaxLines != 1 {
		t.Errorf("after one abandoned call: %+v", s)
	}
}
