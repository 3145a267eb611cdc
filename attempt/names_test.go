package attempt_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/outdial/outdial/attempt"
)

func TestStatesHaveTheSeventeenNamesOfTheOperatorPage(t *testing.T) {
	var got []string
	for _, s := range attempt.States() {
		got = append(got, s.String())
	}
	same(t, "wire names", got, []string{
		"pending", "scheduled", "retry_scheduled", "callback_scheduled", "leased", "dialling", "ringing",
		"amd_screening", "attaching", "in_progress", "_processing",
		"completed", "exhausted", "abandoned", "amd_machine", "window_closed", "manual_stopped",
	})
}

func TestOutcomesHaveTheirWireNames(t *testing.T) {
	var got []string
	for _, o := range attempt.Outcomes() {
		got = append(got, o.String())
	}
	same(t, "wire names", got, []string{
		"answered", "busy", "no_answer", "rejected", "invalid_number", "congestion", "failed",
		"machine", "abandoned", "cancelled", "refused", "unknown", "ghost",
	})
}

func TestReasonsHaveTheirWireNames(t *testing.T) {
	var got []string
	for _, r := range attempt.Reasons() {
		got = append(got, r.String())
	}
	same(t, "wire names", got, []string{
		"retries_spent", "not_retryable", "do_not_call", "suppressed", "stopped", "window_closed",
		"callback_cancelled", "callback_spent", "no_disposition", "hung_up_early",
	})
}

func TestEveryStateIsWaitingOrHeldOrTerminal(t *testing.T) {
	for _, s := range attempt.States() {
		n := 0
		for _, is := range []bool{s.Waiting(), s.Held(), s.Terminal()} {
			if is {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%v: waiting %v, held %v, terminal %v", s, s.Waiting(), s.Held(), s.Terminal())
		}
	}
}

func TestLinesAreTheStatesFromDiallingToConversation(t *testing.T) {
	var lines []string
	for _, s := range attempt.States() {
		if s.Line() {
			lines = append(lines, s.String())
		}
	}
	same(t, "states with a line", lines, []string{"dialling", "ringing", "amd_screening", "attaching", "in_progress"})
}

func TestTerminalStatesAreTheSixOfTheOperatorPage(t *testing.T) {
	var ends []string
	for _, s := range attempt.States() {
		if s.Terminal() {
			ends = append(ends, s.String())
		}
	}
	same(t, "terminal states", ends,
		[]string{"completed", "exhausted", "abandoned", "amd_machine", "window_closed", "manual_stopped"})
}

func TestNoValueBeyondTheStatesIsOneOfThem(t *testing.T) {
	for _, s := range []attempt.State{0, attempt.NumStates, 200} {
		if s.Waiting() || s.Held() || s.Line() || s.Terminal() {
			t.Errorf("%d is taken for a state", s)
		}
	}
}

// wire is an enumeration's value on the wire.
type wire interface {
	comparable
	fmt.Stringer
	encoding.TextMarshaler
}

// roundTrip checks each value's way to the wire and back, and that all differ.
func roundTrip[T wire, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, parse func(string) (T, error), values ...T) {
	t.Helper()
	names := map[string]bool{}
	for _, v := range values {
		text, err := v.MarshalText()
		if err != nil || string(text) != v.String() || names[v.String()] {
			t.Errorf("%v marshals to %q (%v); seen before: %v", v, text, err, names[v.String()])
		}
		names[v.String()] = true
		if got, err := parse(v.String()); err != nil || got != v {
			t.Errorf("%q is parsed as %v (%v)", v.String(), got, err)
		}
		var back T
		if err := P(&back).UnmarshalText(text); err != nil || back != v {
			t.Errorf("%q is unmarshalled as %v (%v)", text, back, err)
		}
	}
	for _, bad := range []string{"nonsense", " ", "Pending", "unknown(3)"} {
		var v T
		if got, err := parse(bad); err == nil {
			t.Errorf("%q is parsed as %v", bad, got)
		} else if want := fmt.Sprintf("%q: want one of %s", bad, named(values)); !strings.HasSuffix(err.Error(), want) {
			t.Errorf("the error does not say %s: %v", want, err)
		}
		if err := P(&v).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is unmarshalled as %v", bad, v)
		}
	}
}

// named lists the names of values, those that have one.
func named[T wire](values []T) string {
	var all []string
	for _, v := range values {
		if v.String() != "" {
			all = append(all, v.String())
		}
	}
	return strings.Join(all, ", ")
}

func TestNamesReadBackAsWhatTheyName(t *testing.T) {
	t.Run("states", func(t *testing.T) { roundTrip(t, attempt.ParseState, attempt.States()...) })
	t.Run("outcomes", func(t *testing.T) { roundTrip(t, attempt.ParseOutcome, attempt.Outcomes()...) })
	t.Run("reasons, none included", func(t *testing.T) {
		roundTrip(t, attempt.ParseReason, append(attempt.Reasons(), attempt.ReasonNone)...)
	})
	t.Run("verdicts, none included", func(t *testing.T) {
		roundTrip(t, attempt.ParseVerdict,
			attempt.VerdictNone, attempt.VerdictHuman, attempt.VerdictMachine, attempt.VerdictUnsure)
	})
	t.Run("call shapes", func(t *testing.T) {
		roundTrip(t, attempt.ParseShape, attempt.ContactFirst, attempt.AgentFirst)
	})
	t.Run("halts, none included", func(t *testing.T) {
		roundTrip(t, attempt.ParseHalt, attempt.HaltNone, attempt.HaltStop, attempt.HaltDrain, attempt.HaltClose)
	})
}

func TestEmptyTextIsNoOutcome(t *testing.T) {
	o := attempt.OutcomeBusy
	if err := o.UnmarshalText(nil); err != nil || o != 0 {
		t.Errorf("got %v (%v)", o, err)
	}
	if _, err := attempt.ParseOutcome(""); err == nil {
		t.Error("ParseOutcome takes the empty string for an outcome")
	}
}

func TestEmptyTextIsNoState(t *testing.T) {
	if s, err := attempt.ParseState(""); err == nil {
		t.Errorf("got %v", s)
	}
}

func TestKindsEffectsAndGuardsHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	check := func(what, name string) {
		if name == "" || strings.HasPrefix(name, "unknown") || seen[what+name] {
			t.Errorf("%s %q is empty, unknown or taken", what, name)
		}
		seen[what+name] = true
	}
	for _, k := range attempt.Kinds() {
		check("event", k.String())
	}
	for e := attempt.Originate; e <= attempt.Record; e++ {
		check("effect", e.String())
	}
	for g := attempt.Always + 1; g <= attempt.WhenSpent; g++ {
		check("guard", g.String())
	}
	if attempt.Always.String() != "" {
		t.Errorf("the guard that always holds says %q", attempt.Always)
	}
}

func TestUnknownValuesSaySoInsteadOfPanicking(t *testing.T) {
	for _, v := range []fmt.Stringer{attempt.State(200), attempt.Outcome(200), attempt.EventKind(200), attempt.Effect(200)} {
		if v.String() != "unknown(200)" {
			t.Errorf("%T says %q", v, v)
		}
	}
	same(t, "one beyond the last state", attempt.State(attempt.NumStates).String(), "unknown(18)")
}

func TestMapsKeyedByStateHaveTheWireNamesInJSON(t *testing.T) {
	got, err := json.Marshal(map[attempt.State]int{attempt.StateProcessing: 2})
	if err != nil || string(got) != `{"_processing":2}` {
		t.Errorf("%s (%v)", got, err)
	}
}

func FuzzParseState(f *testing.F) {
	for _, s := range attempt.States() {
		f.Add(s.String())
	}
	f.Add("")
	f.Add("processing")
	f.Add("pending\x00")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := attempt.ParseState(text)
		switch {
		case err == nil && s.String() != text:
			t.Errorf("%q is read as %v", text, s)
		case err != nil && s != 0:
			t.Errorf("%q is refused, yet read as %v", text, s)
		}
	})
}
