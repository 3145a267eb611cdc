package outdial_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// figure is one of the metrics.
type figure struct {
	name  string
	value any
}

// figures are the metrics under their JSON names.
func figures(m campaign.Metrics) (all []figure) {
	v := reflect.ValueOf(m)
	for i := range v.NumField() {
		f := figure{v.Type().Field(i).Tag.Get("json"), v.Field(i).Interface()}
		if p, ok := f.value.(*float64); ok {
			f.value = "null"
			if p != nil {
				f.value = *p
			}
		}
		all = append(all, f)
	}
	return all
}

// books are sums over attempts and calls, made anew from the rows.
type books struct {
	states                                  [attempt.NumStates]int
	total, completed, dialled, answered     int
	open, spent                             int
	dials, live, abandoned, talks, machines int
	talk, wrapUp                            time.Duration
}

func (s *scene) books() (b books) {
	for _, it := range s.attempts() {
		a := &it.Attempt
		b.states[a.State]++
		b.total++
		b.completed += one(a.State == attempt.StateCompleted)
		b.dialled += one(a.Dials > 0)
		b.answered += one(a.Answered)
		b.live += one(a.State.Held() && a.Call.Live())
		b.dials += a.Dials
		if !a.State.Terminal() {
			b.open++
			b.spent += a.Retries
		}
	}
	for row, err := range s.asked().Report(s.ctx, s.id(), 0) {
		if err != nil {
			s.t.Fatal(err)
		}
		if c := row.Call; c != nil {
			b.live += one(c.Live())
			b.abandoned += one(c.Outcome == attempt.OutcomeAbandoned)
			b.machines += one(c.Outcome == attempt.OutcomeMachine)
			b.talks += one(c.Spoke())
			b.talk += c.Talk()
			b.wrapUp += c.WrapUp()
		}
	}
	return b
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// sum says how a figure is made, and what comes of it.
type sum struct {
	text string
	is   any
}

func share(n int, what string, of int, ofWhat string) sum {
	x := sum{fmt.Sprintf("%d %s / %d %s", n, what, of, ofWhat), "null"}
	if of > 0 {
		x.is = float64(n) / float64(of)
	}
	return x
}

// sums make the figures again that are made of others.
func (b *books) sums(spec *campaign.Spec) map[string]sum {
	aht := sum{fmt.Sprintf("(talk %s + wrap-up %s) / %d conversations", span(b.talk), span(b.wrapUp), b.talks), "null"}
	if b.talks > 0 {
		aht.is = (b.talk + b.wrapUp).Seconds() / float64(b.talks)
	}
	var parts []string
	for _, state := range attempt.States() {
		if n := b.states[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	return map[string]sum{
		"total_calls":            {strings.Join(parts, " + "), b.total},
		"attempted_count":        {fmt.Sprintf("%d contacts with a dial", b.dialled), b.dialled},
		"answered_count":         {fmt.Sprintf("%d contacts with a person's answer", b.answered), b.answered},
		"retries_remaining":      {fmt.Sprintf("%d open x %d retries - %d spent", b.open, spec.Retries, b.spent), b.open*spec.Retries - b.spent},
		"attempt_answer_rate":    share(b.live, "live_answers", b.dials, "dials"),
		"completion_rate":        share(b.completed, "completed_count", b.total, "total_calls"),
		"average_handle_time":    aht,
		"abandon_rate":           share(b.abandoned, "abandoned_calls", b.live, "live_answers"),
		"machine_detected_count": {fmt.Sprintf("%d calls", b.machines), b.machines},
		"penetration":            share(b.answered, "answered_count", b.total, "total_calls"),
		"calls_per_contact":      share(b.dials, "dials", b.dialled, "attempted_count"),
	}
}

// showMetrics writes every figure, and beside those that are made of others
// how. The rows are counted anew: where they say otherwise, the test fails.
func (s *scene) showMetrics() (string, error) {
	m, err := s.asked().Metrics(s.ctx, s.id(), 0)
	if err != nil {
		return "", err
	}
	spec := s.now().Spec
	b := s.books()
	sums := b.sums(&spec)
	only, some := s.line.Arg("only")
	var rows [][]string
	for _, f := range figures(m) {
		if some && !slices.Contains(only.Vals, f.name) {
			continue
		}
		row := []string{f.name, shown(f.value)}
		if x, ok := sums[f.name]; ok {
			row = append(row, "= "+x.text)
			if x.is != f.value {
				s.t.Errorf("%s: %s is %v, the rows say %v", s.line.Pos, f.name, f.value, x.is)
			}
		}
		rows = append(rows, row)
	}
	return table(rows), nil
}

// shown writes a figure; of those by state or outcome what is not zero.
func shown(v any) string {
	var parts []string
	switch v := v.(type) {
	case float64:
		return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", v), "0"), ".")
	case map[attempt.State]int:
		for _, s := range attempt.States() {
			if v[s] != 0 {
				parts = append(parts, fmt.Sprintf("%s=%d", s, v[s]))
			}
		}
	case map[attempt.Outcome]int:
		for _, o := range attempt.Outcomes() {
			if v[o] != 0 {
				parts = append(parts, fmt.Sprintf("%s=%d", o, v[o]))
			}
		}
	case map[attempt.State]time.Duration:
		for _, s := range attempt.States() {
			if v[s] != 0 {
				parts = append(parts, fmt.Sprintf("%s=%s", s, span(v[s])))
			}
		}
	default:
		return fmt.Sprint(v)
	}
	return strings.Join(parts, " ")
}
