package operator

import (
	"testing"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
)

// newRoom is a newsroom over a dialler that does nothing.
func newRoom(t *testing.T) *newsroom {
	t.Helper()
	d, err := outdial.New(outdial.Config{Store: memory.New()})
	if err != nil {
		t.Fatal(err)
	}
	n := newNewsroom(d)
	t.Cleanup(n.close)
	return n
}

// read takes all that a stream is to be told: the numbers of its events.
func readAll(s *stream) (numbers []uint64, lost bool) {
	for more := true; more; {
		var events []numbered
		var gap bool
		events, _, gap, more = s.read()
		lost = lost || gap
		for _, e := range events {
			numbers = append(numbers, e.number)
		}
	}
	return numbers, lost
}

func TestWhatTheDiallerHadToDropIsToldToThoseWhoMissedIt(t *testing.T) {
	n := newRoom(t)
	here := n.join(outdial.ID{}, "")
	for _, gap := range []bool{false, false, true, false} {
		n.file(&outdial.Event{}, gap)
	}
	for name, c := range map[string]struct {
		s    *stream
		told int
		lost bool
	}{
		"who was there":              {here, 4, true},
		"who comes back from before": {n.join(outdial.ID{}, n.id(2)), 0, true},
		"who comes back from after":  {n.join(outdial.ID{}, n.id(3)), 1, false},
		"who is new":                 {n.join(outdial.ID{}, ""), 0, false},
	} {
		if told, lost := readAll(c.s); len(told) != c.told || lost != c.lost {
			t.Errorf("%s is told of %v, and that some are lost: %v", name, told, lost)
		}
	}
}

func TestTheRingKeepsTheLastThousand(t *testing.T) {
	n := newRoom(t)
	mine, other := uuid.New(), uuid.New()
	slow := n.join(mine, "")
	for range ringSize {
		n.file(&outdial.Event{Campaign: mine}, false)
	}
	if told, lost := readAll(n.join(mine, n.id(0))); len(told) != ringSize || lost {
		t.Errorf("of a thousand it is told %d, some lost: %v", len(told), lost)
	}
	n.file(&outdial.Event{Campaign: other}, false)
	if told, lost := readAll(n.join(mine, n.id(0))); len(told) != 0 || !lost {
		t.Errorf("a place that is gone: told of %d, some lost: %v", len(told), lost)
	}
	if told, lost := readAll(n.join(mine, n.id(1))); len(told) != ringSize-1 || lost {
		t.Errorf("the last place that is there: told of %d, some lost: %v", len(told), lost)
	}
	if told, lost := readAll(slow); len(told) != ringSize-1 || !lost || told[0] != 2 {
		t.Errorf("a slow stream is told of %d, some lost: %v", len(told), lost)
	}
}
