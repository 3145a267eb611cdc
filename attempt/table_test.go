package attempt_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/outdial/outdial/attempt"
)

// TestTable holds what is read off the table: its rows, what it does not have,
// and the diagram. A change of the machine shows there in review.
func TestTable(t *testing.T) {
	datadriven.RunTest(t, "testdata/table.txt", func(t *testing.T, d *datadriven.TestData) string {
		switch d.Cmd {
		case "rows":
			return lines(attempt.Rows(), func(r attempt.Row) string { return describe(r) })
		case "illegal":
			return illegal()
		case "partial":
			return partial()
		case "unreached":
			return unreached(t)
		case "diagram":
			return attempt.Diagram()
		}
		d.Fatalf(t, "no command %q", d.Cmd)
		return ""
	})
}

// describe says a row in a line.
func describe(r attempt.Row) string {
	s := fmt.Sprintf("%v, %v", r.From, r.On)
	if r.When != attempt.Always {
		s += fmt.Sprintf(", %v", r.When)
	}
	s += fmt.Sprintf(" -> %v", r.To)
	if len(r.Effects) > 0 {
		s += ": " + words(r.Effects)
	}
	return s
}

// words says effects in words.
func words(effects []attempt.Effect) string {
	var all []string
	for _, e := range effects {
		all = append(all, e.String())
	}
	return strings.Join(all, ", ")
}

func lines[T any](all []T, say func(T) string) string {
	var b strings.Builder
	for _, v := range all {
		b.WriteString(say(v) + "\n")
	}
	return b.String()
}

// illegal lists, per state that has an exit, the events on which it has no row.
func illegal() string {
	var b strings.Builder
	for _, s := range attempt.States() {
		var none []string
		for _, k := range attempt.Kinds() {
			if len(rowsOf(s, k)) == 0 {
				none = append(none, k.String())
			}
		}
		if len(none) == len(attempt.Kinds()) {
			none = []string{"everything"}
		}
		fmt.Fprintf(&b, "%v: %s\n", s, strings.Join(none, " "))
	}
	return b.String()
}

// partial lists pairs that have rows, none of which always holds.
func partial() string {
	var b strings.Builder
	for _, s := range attempt.States() {
		for _, k := range attempt.Kinds() {
			rows := rowsOf(s, k)
			if len(rows) > 0 && rows[len(rows)-1].When != attempt.Always {
				fmt.Fprintf(&b, "%v, %v: illegal unless %v\n", s, k, rows[0].When)
			}
		}
	}
	return b.String()
}

func rowsOf(s attempt.State, k attempt.EventKind) []attempt.Row {
	return index[s][k]
}

func TestTableIsSortedByStateAndEvent(t *testing.T) {
	sorted := slices.IsSortedFunc(attempt.Rows(), func(a, b attempt.Row) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.On, b.On))
	})
	if !sorted {
		t.Error("it is not")
	}
}

func TestTableHasNoRowTwice(t *testing.T) {
	type key struct {
		from attempt.State
		on   attempt.EventKind
		when attempt.Guard
	}
	seen := map[key]bool{}
	for _, r := range attempt.Rows() {
		k := key{r.From, r.On, r.When}
		if seen[k] {
			t.Errorf("twice: %s", describe(r))
		}
		seen[k] = true
	}
}

func TestTerminalStatesHaveNoExit(t *testing.T) {
	for _, r := range attempt.Rows() {
		if r.From.Terminal() {
			t.Errorf("an exit: %s", describe(r))
		}
	}
}

func TestEveryStateWithoutAnExitIsTerminal(t *testing.T) {
	for _, s := range attempt.States() {
		out := slices.ContainsFunc(attempt.Rows(), func(r attempt.Row) bool { return r.From == s && r.To != s })
		if !out && !s.Terminal() {
			t.Errorf("%v has no way out", s)
		}
	}
}

func TestOriginateIsOwedByNoRow(t *testing.T) {
	for _, r := range attempt.Rows() {
		if slices.Contains(r.Effects, attempt.Originate) {
			t.Errorf("closing effects hold it: %s", describe(r))
		}
	}
}

func TestChangingTheRowsHandedOutChangesNothing(t *testing.T) {
	attempt.Rows()[0].To = attempt.StateAbandoned
	if attempt.Rows()[0].To == attempt.StateAbandoned {
		t.Error("Rows hands out the machine itself")
	}
}

func TestABadTableIsRefusedAtStart(t *testing.T) {
	row := func(s attempt.State, g attempt.Guard) attempt.Row {
		return attempt.Row{From: s, On: attempt.KindEnded, When: g, To: attempt.StateCompleted}
	}
	for _, c := range []struct {
		name string
		rows []attempt.Row
		want string
	}{
		{"exit from a terminal state", []attempt.Row{row(attempt.StateCompleted, attempt.Always)}, "completed is terminal"},
		{"same guard twice", []attempt.Row{
			row(attempt.StateRinging, attempt.WhenSpent), row(attempt.StateRinging, attempt.WhenSpent),
		}, "can't be reached"},
		{"row behind one that always holds", []attempt.Row{
			row(attempt.StateRinging, attempt.Always), row(attempt.StateRinging, attempt.WhenSpent),
		}, "can't be reached"},
		{"rows out of order", []attempt.Row{
			row(attempt.StateRinging, attempt.WhenSpent), row(attempt.StateAttaching, attempt.WhenSpent),
			row(attempt.StateRinging, attempt.Always),
		}, "out of order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, c.want) {
					t.Errorf("it panics with %q, want %q in it", got, c.want)
				}
			}()
			attempt.CheckTable(c.rows)
		})
	}
}
