package attempt_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
)

// The search tries every event in every attempt that events lead to, from a
// fresh one, under rules of all kinds, up to a number of calls.

const mostCalls = 2

// rowKey names a row.
type rowKey struct {
	from attempt.State
	on   attempt.EventKind
	when attempt.Guard
}

// unreached lists the rows that the search does not take.
func unreached(t *testing.T) string {
	taken := map[rowKey]bool{}
	for _, r := range searchRules() {
		search(t, &r, taken)
	}
	var b strings.Builder
	reached := 0
	for _, row := range attempt.Rows() {
		if taken[rowKey{row.From, row.On, row.When}] {
			reached++
			continue
		}
		b.WriteString(describe(row) + "\n")
	}
	return fmt.Sprintf("%d of %d rows are taken; not these:\n%s", reached, len(attempt.Rows()), b.String())
}

// search is breadth first over attempts: they are values that can be compared.
func search(t *testing.T, r *attempt.Rules, taken map[rowKey]bool) {
	seen := map[attempt.Attempt]bool{fresh(): true}
	queue := []attempt.Attempt{fresh()}
	for len(queue) > 0 {
		a := queue[0]
		queue = queue[1:]
		for _, e := range everyEvent {
			row, err := attempt.Taken(r, a, e)
			if err != nil {
				continue
			}
			taken[rowKey{row.From, row.On, row.When}] = true
			b, _, err := attempt.Next(r, a, e)
			if err != nil {
				if _, second := e.(attempt.Dispose); !second {
					t.Fatalf("%s, yet Next says %v", describe(row), err)
				}
				continue
			}
			if b.Calls <= mostCalls && !seen[b] {
				seen[b] = true
				queue = append(queue, b)
			}
		}
	}
}

// searchRules varies what the machine reads: one retry and one callback, or
// outcomes that are never retried; each with and without dispositions.
func searchRules() []attempt.Rules {
	var all []attempt.Rules
	for _, shape := range []attempt.Rules{{}, {Screening: true}, {Shape: attempt.AgentFirst}} {
		for i := range 4 {
			r, again := shape, i&1 == 0
			if again {
				r.Retries, r.Callbacks, r.CallbackTries, r.Backoff = 1, 1, 1, time.Minute
			}
			if i&2 == 0 {
				r.DispositionWait = time.Minute
			}
			for o := range r.Retry {
				r.Retry[o] = attempt.RetryRule{Never: !again, Max: -1}
			}
			all = append(all, r)
		}
	}
	return all
}

// everyEvent is one event of each kind and meaning, all at the same time.
var everyEvent = []attempt.Event{
	attempt.Lease{At: t0, Owner: worker},
	attempt.Release{At: t0},
	attempt.Release{At: t0, Delay: time.Minute},
	attempt.Dial{At: t0},
	attempt.Unsent{At: t0},
	attempt.Refused{At: t0},
	attempt.Accepted{At: t0},
	attempt.Progress{At: t0},
	attempt.AgentUp{At: t0},
	attempt.Answered{At: t0},
	attempt.Screened{At: t0, Verdict: attempt.VerdictHuman},
	attempt.Screened{At: t0, Verdict: attempt.VerdictMachine},
	attempt.Attached{At: t0},
	attempt.Unserved{At: t0},
	attempt.Ended{At: t0, Cause: "NO_ANSWER"},
	attempt.Ended{At: t0, Cause: "NORMAL_CLEARING", AnsweredAt: t0},
	attempt.Lost{At: t0},
	attempt.Dispose{At: t0, Disposition: sold},
	attempt.Dispose{At: t0, Disposition: wantsCall},
	attempt.Dispose{At: t0, Disposition: never},
	attempt.Expire{At: t0},
	attempt.Stop{At: t0},
	attempt.Stop{At: t0, Drain: true},
	attempt.Close{At: t0},
	attempt.Cancel{At: t0},
	attempt.Suppress{At: t0, Reason: attempt.ReasonSuppressed},
}

func TestTheSearchTriesEveryKindOfEvent(t *testing.T) {
	tried := map[attempt.EventKind]bool{}
	for _, e := range everyEvent {
		tried[e.Kind()] = true
	}
	for _, k := range attempt.Kinds() {
		if !tried[k] {
			t.Errorf("it does not try %v", k)
		}
	}
}
