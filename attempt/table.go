package attempt

import (
	"cmp"
	"fmt"
	"slices"
)

// Row is one move of the machine: in state From, on event On, if When holds,
// the attempt goes to state To. Effects are what leaving From closes; what the
// new state itself owes is the same however it is reached, see [Pending].
type Row struct {
	From    State
	On      EventKind
	When    Guard
	To      State
	Effects []Effect
}

// rows is the whole machine, sorted by state and event; rows of one pair stand
// in the order in which their guards are tried.
var rows = table()

// index finds the rows of a pair of state and event.
var index = indexRows(rows)

// Rows returns a copy of the table.
func Rows() []Row { return slices.Clone(rows) }

func table() []Row {
	var t []Row
	for s := StatePending; s <= StateCallbackScheduled; s++ {
		t = append(t, waitingRows(s)...)
	}
	t = append(t, leasedRows()...)
	t = append(t, diallingRows()...)
	t = append(t, answeredRows()...)
	for s := StateDialling; s <= StateInProgress; s++ {
		t = append(t, endRows(s, KindEnded)...)
		t = append(t, endRows(s, KindLost)...)
	}
	for s := StateDialling; s <= StateProcessing; s++ {
		// A line only learns that its run has halted; it ends in its own time.
		t = append(t, Row{s, KindStop, Always, s, nil}, Row{s, KindClose, Always, s, nil})
	}
	t = append(t,
		Row{StateProcessing, KindDispose, WhenAsked, StateCallbackScheduled, record},
		Row{StateProcessing, KindDispose, Always, StateCompleted, record},
		Row{StateProcessing, KindExpire, Always, StateCompleted, record},
	)
	slices.SortStableFunc(t, byPair)
	return t
}

// byPair orders rows by state and event.
func byPair(a, b Row) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.On, b.On))
}

func waitingRows(s State) []Row {
	t := []Row{
		{s, KindLease, Always, StateLeased, nil},
		{s, KindStop, Always, StateManualStopped, nil},
		{s, KindClose, Always, StateWindowClosed, nil},
	}
	if s == StateCallbackScheduled {
		t = append(t, Row{s, KindCancel, Always, StateCompleted, nil})
	}
	return t
}

func leasedRows() []Row {
	t := []Row{
		{StateLeased, KindDial, Always, StateDialling, nil},
		{StateLeased, KindStop, Always, StateManualStopped, nil},
		{StateLeased, KindClose, Always, StateWindowClosed, nil},
		{StateLeased, KindCancel, WhenCallback, StateCompleted, nil},
		{StateLeased, KindSuppress, Always, StateExhausted, nil},
	}
	return append(t, backRows(StateLeased, KindRelease, nil)...)
}

func diallingRows() []Row {
	t := []Row{
		{StateDialling, KindAccepted, Always, StateDialling, nil},
		{StateDialling, KindAgentUp, Always, StateDialling, nil},
		{StateDialling, KindProgress, Always, StateRinging, nil},
	}
	t = append(t, backRows(StateDialling, KindUnsent, free)...)
	for _, s := range []State{StateDialling, StateRinging} {
		t = append(t, backRows(s, KindRefused, finish)...)
		t = append(t,
			Row{s, KindAnswered, WhenAgentFirst, StateInProgress, nil},
			Row{s, KindAnswered, WhenScreening, StateAMDScreening, nil},
			Row{s, KindAnswered, Always, StateAttaching, nil},
		)
	}
	return t
}

func answeredRows() []Row {
	return []Row{
		{StateAMDScreening, KindScreened, WhenMachine, StateAMDScreening, nil},
		{StateAMDScreening, KindScreened, Always, StateAttaching, nil},
		{StateAttaching, KindAttached, Always, StateInProgress, nil},
		{StateAttaching, KindUnserved, Always, StateAttaching, nil},
		{StateAttaching, KindDispose, Always, StateAttaching, nil},
		{StateInProgress, KindDispose, Always, StateInProgress, nil},
	}
}

// backRows lead an attempt whose dial did not happen back to where it waited.
func backRows(from State, on EventKind, effects []Effect) []Row {
	return []Row{
		{from, on, WhenStopped, StateManualStopped, effects},
		{from, on, WhenClosing, StateWindowClosed, effects},
		{from, on, WhenCallback, StateCallbackScheduled, effects},
		{from, on, WhenRetry, StateRetryScheduled, effects},
		{from, on, WhenLater, StateScheduled, effects},
		{from, on, Always, StatePending, effects},
	}
}

// endRows are the ends of a call, the same from every state that has a line:
// what it was decides, not where its events got to before the end came.
func endRows(from State, on EventKind) []Row {
	return []Row{
		{from, on, WhenAwaited, StateProcessing, free},
		{from, on, WhenAsked, StateCallbackScheduled, finish},
		{from, on, WhenAnswered, StateCompleted, finish},
		{from, on, WhenMachineLast, StateAMDMachine, finish},
		{from, on, WhenAbandonedLast, StateAbandoned, finish},
		{from, on, WhenStopped, StateManualStopped, finish},
		{from, on, WhenNever, StateExhausted, finish},
		{from, on, WhenSpent, StateExhausted, finish},
		{from, on, WhenClosing, StateWindowClosed, finish},
		{from, on, WhenCallback, StateCallbackScheduled, finish},
		{from, on, Always, StateRetryScheduled, finish},
	}
}

type span16 struct{ from, to uint16 }

// indexRows builds the lookup and refuses a table with a row out of order, a
// duplicate, a row that can't be reached or an exit from a terminal state.
func indexRows(rows []Row) (idx [NumStates][NumEvents]span16) {
	for i, row := range rows {
		if row.From.Terminal() {
			panic(fmt.Sprintf("attempt: %v is terminal and has a row on %v", row.From, row.On))
		}
		if i > 0 && byPair(rows[i-1], row) > 0 {
			panic(fmt.Sprintf("attempt: %v on %v: the row is out of order", row.From, row.On))
		}
		s := &idx[row.From][row.On]
		if s.to == 0 {
			s.from = uint16(i)
		}
		for _, earlier := range rows[s.from:i] {
			if earlier.When == row.When || earlier.When == Always {
				panic(fmt.Sprintf("attempt: %v on %v: the row when %q can't be reached", row.From, row.On, row.When))
			}
		}
		s.to = uint16(i + 1)
	}
	return idx
}
