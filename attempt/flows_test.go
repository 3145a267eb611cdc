package attempt_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/outdial/outdial/attempt"
)

// TestFlows replays whole lives as transcripts. `new` begins one under the
// standard rules, changed by its arguments; `run` lets events happen, one a
// line: the time since the beginning, the event, its particulars; `show` says
// what the attempt has in its books, `pending` what it owes after a crash.
func TestFlows(t *testing.T) {
	datadriven.Walk(t, "testdata/flows", func(t *testing.T, path string) {
		l := live(t, standard())
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "new":
				l = live(t, standard())
				newRules(t, d, &l.rules)
				return l.State.String()
			case "run":
				return lines(strings.Split(strings.TrimSpace(d.Input), "\n"), l.transcribe)
			case "show":
				return show(l.Attempt)
			case "pending":
				return words(attempt.Pending(l.Attempt)) + "\n"
			}
			d.Fatalf(t, "no command %q", d.Cmd)
			return ""
		})
	})
}

// newRules reads the arguments of `new`.
func newRules(t *testing.T, d *datadriven.TestData, r *attempt.Rules) {
	for _, arg := range d.CmdArgs {
		switch v := arg.SingleVal(t); arg.Key {
		case "shape":
			if err := r.Shape.UnmarshalText([]byte(v)); err != nil {
				d.Fatalf(t, "%v", err)
			}
		case "screening":
			r.Screening = v == "true"
		case "wait":
			r.DispositionWait = duration(v)
		case "retries":
			r.Retries = number(v)
		case "callbacks":
			r.Callbacks = number(v)
		case "tries":
			r.CallbackTries = number(v)
		case "again": // an outcome that is retried
			o, err := attempt.ParseOutcome(v)
			if err != nil {
				d.Fatalf(t, "%v", err)
			}
			r.Retry[o].Never = false
		default:
			d.Fatalf(t, "no argument %q", arg.Key)
		}
	}
}

// transcribe lets the event of a line happen and says what came of it.
func (l *life) transcribe(line string) string {
	f := strings.Fields(line)
	a, owed, err := attempt.Next(&l.rules, l.Attempt, readEvent(f[1], duration(f[0]), f[2:]))
	if err != nil {
		return fmt.Sprintf("%s: %v", line, err)
	}
	l.Attempt = a
	if len(owed) > 0 {
		return fmt.Sprintf("%s -> %v: %s", line, a.State, words(owed))
	}
	return fmt.Sprintf("%s -> %v", line, a.State)
}

// readEvent makes an event of its name, its time and particulars as key=value.
func readEvent(name string, since time.Duration, particulars []string) attempt.Event {
	p := map[string]string{}
	for _, arg := range particulars {
		key, value, _ := strings.Cut(arg, "=")
		p[key] = value
	}
	at := t0.Add(since)
	for _, e := range everyEvent {
		if e.Kind().String() == name {
			return withParticulars(e, at, since-duration(p["paused"]), p)
		}
	}
	panic("no event " + name)
}

// withParticulars fills in what a kind of event carries.
func withParticulars(e attempt.Event, at time.Time, running time.Duration, p map[string]string) attempt.Event {
	switch e.(type) {
	case attempt.Lease:
		return attempt.Lease{At: at, Owner: worker}
	case attempt.Release:
		return attempt.Release{At: at, Running: running, Delay: duration(p["delay"])}
	case attempt.Unsent:
		return attempt.Unsent{At: at, Running: running}
	case attempt.Refused:
		return attempt.Refused{At: at, Running: running, Cause: p["cause"]}
	case attempt.Ended:
		ended := attempt.Ended{At: at, Running: running, Cause: p["cause"], SIPStatus: number(p["sip"])}
		if p["answered"] != "" {
			ended.AnsweredAt = t0.Add(duration(p["answered"]))
		}
		return ended
	case attempt.Lost:
		return attempt.Lost{At: at, Running: running, Horizon: duration(p["horizon"])}
	case attempt.Screened:
		v, _ := attempt.ParseVerdict(p["verdict"])
		return attempt.Screened{At: at, Verdict: v}
	case attempt.Dispose:
		d := attempt.Disposition{Code: p["code"], DoNotCall: p["never"] == "true"}
		if p["callback"] != "" {
			d.CallbackAt = t0.Add(duration(p["callback"]))
		}
		return attempt.Dispose{At: at, Disposition: d}
	case attempt.Stop:
		return attempt.Stop{At: at, Drain: p["drain"] == "true"}
	case attempt.Suppress:
		why, _ := attempt.ParseReason(p["why"])
		return attempt.Suppress{At: at, Reason: why}
	}
	return plainEvent(e.Kind(), at)
}

// plainEvent makes an event that carries only its time.
func plainEvent(k attempt.EventKind, at time.Time) attempt.Event {
	switch k {
	case attempt.KindDial:
		return attempt.Dial{At: at, Address: "+15551234567", Agent: "agent-1"}
	case attempt.KindAccepted:
		return attempt.Accepted{At: at}
	case attempt.KindProgress:
		return attempt.Progress{At: at}
	case attempt.KindAgentUp:
		return attempt.AgentUp{At: at}
	case attempt.KindAnswered:
		return attempt.Answered{At: at}
	case attempt.KindAttached:
		return attempt.Attached{At: at}
	case attempt.KindUnserved:
		return attempt.Unserved{At: at}
	case attempt.KindExpire:
		return attempt.Expire{At: at}
	case attempt.KindClose:
		return attempt.Close{At: at}
	case attempt.KindCancel:
		return attempt.Cancel{At: at}
	}
	panic("no event " + k.String())
}

// show says what an attempt has in its books.
func show(a attempt.Attempt) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v", a.State)
	if a.Reason != attempt.ReasonNone {
		fmt.Fprintf(&b, " (%v)", a.Reason)
	}
	fmt.Fprintf(&b, ", calls %d, dials %d, refused %d, retries %d\n", a.Calls, a.Dials, a.Refused, a.Retries)
	if !a.Due.IsZero() {
		fmt.Fprintf(&b, "due at %v\n", a.Due.Sub(t0))
	}
	if a.DueRunning > 0 {
		fmt.Fprintf(&b, "due at %v of running time\n", a.DueRunning)
	}
	if c := a.Callback; c.Asked > 0 {
		fmt.Fprintf(&b, "callbacks asked %d, completed %d, cancelled %d, exhausted %d, pending %v, tries %d\n",
			c.Asked, c.Completed, c.Cancelled, c.Exhausted, c.Pending, c.Tries)
	}
	if a.Call.Number > 0 {
		fmt.Fprintf(&b, "call %d: %s, talk %v\n", a.Call.Number, orNone(a.Call.Outcome.String()), a.Call.Talk())
	}
	return b.String()
}

func orNone(s string) string {
	if s == "" {
		return "no outcome"
	}
	return s
}

func duration(s string) time.Duration {
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		panic(err)
	}
	return d
}

func number(s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}
