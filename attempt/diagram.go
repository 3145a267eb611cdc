package attempt

import (
	"fmt"
	"strings"
)

// Diagram renders the table as a Mermaid state diagram, one arrow per pair of
// states with the events that lead along it. The README shows it; a test
// compares the two.
func Diagram() string {
	type edge struct{ from, to State }
	labels := map[edge][]string{}
	var order []edge
	for _, row := range rows {
		e := edge{row.From, row.To}
		if row.From == row.To {
			continue
		}
		if _, seen := labels[e]; !seen {
			order = append(order, e)
		}
		if l := labels[e]; len(l) == 0 || l[len(l)-1] != row.On.String() {
			labels[e] = append(l, row.On.String())
		}
	}
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> pending\n    [*] --> scheduled\n")
	for _, e := range order {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", e.from, e.to, strings.Join(labels[e], ", "))
	}
	for s := StateCompleted; s < NumStates; s++ {
		fmt.Fprintf(&b, "    %s --> [*]\n", s)
	}
	return b.String()
}
