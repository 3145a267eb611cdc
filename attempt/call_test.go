package attempt_test

import (
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/attempt"
)

func TestACallIDIsAFunctionOfWhatItNames(t *testing.T) {
	same(t, "id", attempt.CallID(contact, 1, 1), attempt.CallID(contact, 1, 1))
	same(t, "id", attempt.CallID(contact, 1, 1).String(), "71f278e4-9c4d-59c4-9d48-c01bce6c9767")
}

func TestCallIDsDifferByContactRunAndNumber(t *testing.T) {
	seen := map[attempt.ID]bool{}
	for c := range 20 {
		who := contact
		who[15] = byte(c)
		for run := 1; run <= 20; run++ {
			for n := 1; n <= 20; n++ {
				id := attempt.CallID(who, run, n)
				if seen[id] || id == who {
					t.Fatalf("%v, run %d, call %d: %v is taken", who, run, n, id)
				}
				seen[id] = true
			}
		}
	}
}

func TestACallIDIsWhatAnyUUIDLibraryMakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		who := attempt.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "contact"))
		run, n := rapid.Uint32().Draw(t, "run"), rapid.Uint32().Draw(t, "number")
		name := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, run), n)
		same(t, "id", attempt.CallID(who, int(run), int(n)), uuid.NewSHA1(who, name))
	})
}

func TestACallIDIsAUUIDOfVersionFive(t *testing.T) {
	for n := range 100 {
		if id := attempt.CallID(contact, 1, n); id.Version() != 5 || id.Variant() != uuid.RFC4122 {
			t.Errorf("%v has version %v and variant %v", id, id.Version(), id.Variant())
		}
	}
}

func TestADialNumbersItsCallAndNamesIt(t *testing.T) {
	l := live(t, plain(), list(fail(0, "NO_ANSWER"), fail(1000, "NO_ANSWER"), []attempt.Event{lease(2000), dial(2000)})...)
	same(t, "number", l.Call.Number, 3)
	same(t, "id", l.Call.ID, attempt.CallID(contact, 1, 3))
}

func TestADialWritesWhatItWasGiven(t *testing.T) {
	l := live(t, standard(), lease(3), dial(5))
	same(t, "call", l.Call, attempt.Call{
		ID: attempt.CallID(contact, 1, 1), Number: 1, Address: "+15551234567", Trunk: "trunk",
		CallerID: "+15550000000", Agent: "agent-1", QueuedAt: t0, DialledAt: sec(5), Screened: true,
	})
}

func TestACallKeepsTheTimeOfEachEvent(t *testing.T) {
	t.Run("contact first", func(t *testing.T) {
		l := live(t, standard(), append(inTalk(), hungUp(70), dispose(75, sold))...)
		c := l.Call
		same(t, "times", []time.Time{c.RingingAt, c.AnsweredAt, c.ScreenedAt, c.AttachedAt, c.EndedAt, c.DisposedAt},
			[]time.Time{sec(2), sec(8), sec(9), sec(10), sec(70), sec(75)})
	})
	t.Run("agent first", func(t *testing.T) {
		l := live(t, agentFirst(), lease(0), dial(0), agentUp(3), progress(4), answered(9), hungUp(20))
		c := l.Call
		same(t, "times", []time.Time{c.AgentAt, c.RingingAt, c.AnsweredAt, c.AttachedAt, c.EndedAt},
			[]time.Time{sec(3), sec(4), sec(9), sec(9), sec(20)})
	})
}

func TestAgentFirstCallsAreNotScreened(t *testing.T) {
	rules := standard()
	rules.Shape = attempt.AgentFirst
	l := live(t, rules, toAnswer(0)...)
	same(t, "screened", l.Call.Screened, false)
	same(t, "state", l.State, attempt.StateInProgress)
}

func TestDurationsOfACall(t *testing.T) {
	for _, c := range []struct {
		name                                string
		call                                attempt.Call
		ring, wait, talk, wrapUp, screening int
	}{
		{name: "nothing happened"},
		{"unanswered after ringing", attempt.Call{DialledAt: sec(0), RingingAt: sec(2), EndedAt: sec(30)}, 28, 0, 0, 0, 0},
		{"unanswered without a sign", attempt.Call{DialledAt: sec(0), EndedAt: sec(30)}, 30, 0, 0, 0, 0},
		{"hung up before an agent came",
			attempt.Call{DialledAt: sec(0), RingingAt: sec(2), AnsweredAt: sec(9), EndedAt: sec(11)}, 7, 2, 0, 0, 0},
		{"a conversation", attempt.Call{
			DialledAt: sec(0), RingingAt: sec(2), AnsweredAt: sec(9), ScreenedAt: sec(10), AttachedAt: sec(12),
			EndedAt: sec(72), DisposedAt: sec(90),
		}, 7, 3, 60, 18, 1},
		{"a disposition during the conversation", attempt.Call{
			DialledAt: sec(0), AnsweredAt: sec(9), AttachedAt: sec(9), DisposedAt: sec(30), EndedAt: sec(72),
		}, 9, 0, 63, 0, 0},
		{"a disposition without a conversation",
			attempt.Call{DialledAt: sec(0), AnsweredAt: sec(9), EndedAt: sec(12), DisposedAt: sec(20)}, 9, 3, 0, 0, 0},
		{"times out of order", attempt.Call{DialledAt: sec(10), RingingAt: sec(9), AnsweredAt: sec(8), EndedAt: sec(7)},
			0, 0, 0, 0, 0},
		{"still up", attempt.Call{DialledAt: sec(0), RingingAt: sec(2), AnsweredAt: sec(9), AttachedAt: sec(9)}, 7, 0, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := []time.Duration{c.call.Ring(), c.call.Wait(), c.call.Talk(), c.call.WrapUp(), c.call.Screening()}
			same(t, "ring, wait, talk, wrap-up, screening", got,
				[]time.Duration{ran(c.ring), ran(c.wait), ran(c.talk), ran(c.wrapUp), ran(c.screening)})
		})
	}
}

func TestWhoCountsAsALiveAnswer(t *testing.T) {
	for _, c := range []struct {
		name string
		call attempt.Call
		want bool
	}{
		{"nobody answered", attempt.Call{}, false},
		{"answered, not screened", attempt.Call{AnsweredAt: t0}, true},
		{"answered, a person", attempt.Call{AnsweredAt: t0, Screened: true, Verdict: attempt.VerdictHuman}, true},
		{"answered, hard to say", attempt.Call{AnsweredAt: t0, Screened: true, Verdict: attempt.VerdictUnsure}, true},
		{"answered, a machine", attempt.Call{AnsweredAt: t0, Screened: true, Verdict: attempt.VerdictMachine}, false},
		{"hung up during screening", attempt.Call{AnsweredAt: t0, Screened: true}, false},
	} {
		t.Run(c.name, func(t *testing.T) { same(t, "live", c.call.Live(), c.want) })
	}
}

func TestAnAttemptIsTheSameAfterJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWalk(t)
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			w.step()
		}
		text, err := json.Marshal(w.a)
		if err != nil {
			t.Fatal(err)
		}
		var back attempt.Attempt
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%v of %s", err, text)
		}
		same(t, "attempt", back, w.a)
	})
}
