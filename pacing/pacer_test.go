package pacing_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/pacing"
)

var _ pacing.Pacer = pacing.Progressive{}

func TestProgressive(t *testing.T) {
	room := func(l pacing.Limit, left int) pacing.Room { return pacing.Room{Limit: l, Left: left} }
	for _, c := range []struct {
		name string
		s    pacing.Snapshot
		want pacing.Decision
	}{
		{"one line per idle agent", pacing.Snapshot{Pool: true, Idle: 3}, pacing.Decision{Lines: 3, Limit: pacing.LimitAgents}},
		{"none without an idle agent", pacing.Snapshot{Pool: true}, pacing.Decision{Limit: pacing.LimitAgents}},
		{"none with fewer than no agents", pacing.Snapshot{Pool: true, Idle: -2}, pacing.Decision{Limit: pacing.LimitAgents}},
		{"lines in use do not count against idle agents", pacing.Snapshot{Pool: true, Idle: 3, Lines: 9},
			pacing.Decision{Lines: 3, Limit: pacing.LimitAgents}},
		{"a tighter room", pacing.Snapshot{Pool: true, Idle: 3, Rooms: []pacing.Room{room(pacing.LimitConcurrent, 2)}},
			pacing.Decision{Lines: 2, Limit: pacing.LimitConcurrent}},
		{"a wider room", pacing.Snapshot{Pool: true, Idle: 3, Rooms: []pacing.Room{room(pacing.LimitConcurrent, 4)}},
			pacing.Decision{Lines: 3, Limit: pacing.LimitAgents}},
		{"a room as tight as the agents: theirs is named",
			pacing.Snapshot{Pool: true, Idle: 3, Rooms: []pacing.Room{room(pacing.LimitConcurrent, 3)}},
			pacing.Decision{Lines: 3, Limit: pacing.LimitAgents}},
		{"the tightest of the rooms", pacing.Snapshot{Pool: true, Idle: 9, Rooms: []pacing.Room{
			room(pacing.LimitConcurrent, 5), room(pacing.LimitRate, 2), room(pacing.LimitTrunkLines, 7),
		}}, pacing.Decision{Lines: 2, Limit: pacing.LimitRate}},
		{"of rooms equally tight, the first", pacing.Snapshot{Pool: true, Idle: 9, Rooms: []pacing.Room{
			room(pacing.LimitTrunkLines, 2), room(pacing.LimitRate, 2),
		}}, pacing.Decision{Lines: 2, Limit: pacing.LimitTrunkLines}},
		{"a room that is overdrawn", pacing.Snapshot{Pool: true, Idle: 9, Rooms: []pacing.Room{room(pacing.LimitConcurrent, -4)}},
			pacing.Decision{Limit: pacing.LimitConcurrent}},
		{"no room with no agents: the agents are named",
			pacing.Snapshot{Pool: true, Rooms: []pacing.Room{room(pacing.LimitConcurrent, 0)}},
			pacing.Decision{Limit: pacing.LimitAgents}},
		{"no agents counted: as many as the rooms allow", pacing.Snapshot{Rooms: []pacing.Room{room(pacing.LimitConcurrent, 10)}},
			pacing.Decision{Lines: 10, Limit: pacing.LimitConcurrent}},
		{"no agents counted, idle ones or not", pacing.Snapshot{Idle: 1, Rooms: []pacing.Room{room(pacing.LimitConcurrent, 10)}},
			pacing.Decision{Lines: 10, Limit: pacing.LimitConcurrent}},
		{"nothing at all to limit it", pacing.Snapshot{}, pacing.Decision{Lines: math.MaxInt, Limit: pacing.LimitNone}},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, "decision", pacing.Progressive{}.Lines(c.s), c.want)
		})
	}
}

func TestProgressiveNeverAnswersMoreThanAgentsAndRoomsAllow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := pacing.Snapshot{
			Pool: rapid.Bool().Draw(t, "pool"),
			Idle: rapid.IntRange(-1, 20).Draw(t, "idle"),
		}
		limits := map[pacing.Limit]int{}
		if s.Pool {
			limits[pacing.LimitAgents] = s.Idle
		}
		for i := range rapid.IntRange(1, 6).Draw(t, "rooms") {
			r := pacing.Room{Limit: pacing.Limit(fmt.Sprint("room ", i)), Left: rapid.IntRange(-3, 20).Draw(t, "left")}
			s.Rooms = append(s.Rooms, r)
			limits[r.Limit] = r.Left
		}
		d := pacing.Progressive{}.Lines(s)
		if d.Lines < 0 {
			t.Fatalf("%d lines", d.Lines)
		}
		for l, left := range limits {
			if d.Lines > max(left, 0) {
				t.Fatalf("%d lines, %s leaves %d", d.Lines, l, left)
			}
		}
		if left, known := limits[d.Limit]; !known || d.Lines != max(left, 0) {
			t.Fatalf("%d lines because of %q, which leaves %d", d.Lines, d.Limit, left)
		}
	})
}

func ExampleProgressive() {
	d := pacing.Progressive{}.Lines(pacing.Snapshot{
		Pool: true,
		Idle: 4,
		Rooms: []pacing.Room{
			{Limit: pacing.LimitConcurrent, Left: 10},
			{Limit: pacing.LimitRate, Left: 2},
		},
	})
	fmt.Println(d.Lines, "lines:", d.Limit.Sentence())
	// Output: 2 lines: the campaign's calls per second are used up
}
