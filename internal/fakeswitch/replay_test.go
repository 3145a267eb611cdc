package fakeswitch

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// step is a line of a recording: something sent, or something that came back.
type step struct {
	Recording string            `json:"recording"`
	Start     int64             `json:"start"` // of the recording, µs
	T         float64           `json:"t"`
	Send      string            `json:"send"`
	Type      string            `json:"type"`
	Reply     string            `json:"reply"`
	Body      string            `json:"body"`
	Event     string            `json:"event"`
	H         map[string]string `json:"h"`
}

// recordings reads the recordings of a file, by name.
func recordings(t *testing.T, file string) map[string][]step {
	t.Helper()
	f, err := os.Open("testdata/replay/" + file + ".jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out, name := map[string][]step{}, ""
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s step
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if s.Recording != "" {
			name = s.Recording
		}
		out[name] = append(out[name], s)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// lab is the world that the recordings were made in.
func lab() Config {
	return Config{
		Gateways:     []string{"trunk", "trunk_dead"},
		DownGateways: []string{"trunk_down"},
		Far: func(gateway, number string) Far {
			if gateway == "trunk_dead" {
				return Far{SIP: 503}
			}
			return LabFar(gateway, number)
		},
	}
}

func yield() { runtime.Gosched() }

func TestOutcomesAreAsRecorded(t *testing.T) { replay(t, "outcomes") }
func TestBridgesAreAsRecorded(t *testing.T)  { replay(t, "bridges") }
func TestSessionsAreAsRecorded(t *testing.T) { replay(t, "sessions") }

func replay(t *testing.T, file string) {
	for name, steps := range recordings(t, file) {
		t.Run(name, func(t *testing.T) { replayOne(t, steps) })
	}
}

func replayOne(t *testing.T, steps []step) {
	start := epoch
	if steps[0].Start > 0 {
		start = time.UnixMicro(steps[0].Start)
	}
	b := newBenchAt(t, start, lab())
	c := b.dial()
	c.next("auth/request")
	var want, got []frame
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	for i, s := range steps {
		if s.Send == "" {
			if s.Type != "" || s.Event != "" {
				want = append(want, s.frame())
			}
			continue
		}
		c.settle()
		b.clock.Advance(at(s.T))
		c.send(s.Send)
		wait(b, sent(steps[:i+1]))
	}
	b.advance(30 * time.Second)
	c.settle()
	got = c.pending()
	want = want[1:] // auth/request
	replies := lines(got, isReply)
	if n := len(lines(want, isReply)); n == len(replies)-1 {
		replies = replies[:n] // the recorder did not wait for the notice
	}
	compare(t, "replies", lines(want, isReply), replies)
	legs := map[string]bool{}
	for _, f := range want {
		if id := f.event["Unique-ID"]; id != "" {
			legs[id] = true
		}
	}
	names := rename(want, got)
	for id := range legs {
		w, g := lines(want, isLeg(id)), lines(got, isLeg(names[id]))
		if n := len(w); n < len(g) && !strings.HasPrefix(w[n-1], "CHANNEL_DESTROY") {
			g = g[:n] // the recorder left before the call ended
		}
		compare(t, "leg "+id, w, g)
	}
	compare(t, "jobs", sorted(lines(want, isJob)), sorted(lines(got, isJob)))
}

func sent(steps []step) (n int64) {
	for _, s := range steps {
		n += int64(len(s.Send))
	}
	return n
}

// wait until the switch has read n bytes.
func wait(b *bench, n int64) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		if _, read := b.s.Wire(); read >= n {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatal("the switch does not read")
		}
		yield()
	}
}

func (s step) frame() frame {
	if s.Event != "" {
		e := map[string]string{"Event-Name": s.Event}
		for k, v := range s.H {
			e[k] = v
		}
		return frame{event: e}
	}
	return frame{headers: map[string]string{"Content-Type": s.Type, "Reply-Text": s.Reply}, body: s.Body}
}

func isReply(f frame) bool { return f.event == nil }
func isJob(f frame) bool   { return f.event["Event-Name"] == "BACKGROUND_JOB" }
func isLeg(id string) func(frame) bool {
	return func(f frame) bool { return f.event != nil && f.event["Unique-ID"] == id }
}

// rename finds the legs whose ids the switch made up: it makes them in the same order.
func rename(want, got []frame) map[string]string {
	names := map[string]string{}
	a, b := ids(want), ids(got)
	var only []string
	for _, id := range b {
		if !slices.Contains(a, id) {
			only = append(only, id)
		}
	}
	for _, id := range a {
		names[id] = id
		if !slices.Contains(b, id) && len(only) > 0 {
			names[id], only = only[0], only[1:]
		}
	}
	return names
}

func ids(frames []frame) []string {
	var out []string
	for _, f := range frames {
		if id := f.event["Unique-ID"]; id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// yesNo are headers of which only matters whether they are set.
var yesNo = []string{
	"variable_answer_epoch", "variable_answer_uepoch", "variable_bridge_epoch", "variable_progress_epoch",
	"variable_progress_media_epoch", "Caller-Channel-Answered-Time", "variable_sip_call_id",
}

// compared are the headers that a recording keeps.
var compared = strings.Fields(`Unique-ID Other-Leg-Unique-ID Job-UUID Answer-State Channel-Call-State
	Channel-HIT-Dialplan Hangup-Cause Application Event-Subclass Caller-Caller-ID-Name Caller-Caller-ID-Number
	Caller-Destination-Number Bridge-A-Unique-ID Bridge-B-Unique-ID _body Content-Length
	variable_originate_disposition variable_sip_term_status variable_sip_invite_failure_status
	variable_proto_specific_hangup_cause variable_last_bridge_hangup_cause
	variable_last_bridge_proto_specific_hangup_cause variable_sip_hangup_disposition variable_originator
	variable_bridge_hangup_cause variable_leg variable_campaign_id variable_contact_id
	variable_hangup_cause_q850 variable_hangup_cause variable_sip_gateway_name
	variable_originate_early_media Beep-Status variable_endpoint_disposition`)

func lines(frames []frame, keep func(frame) bool) []string {
	var out []string
	for _, f := range frames {
		if keep(f) {
			out = append(out, line(f))
		}
	}
	return out
}

func line(f frame) string {
	if f.event == nil {
		body := f.body
		if len(body) >= 200 {
			body = body[:12]
		}
		s := fmt.Sprintf("%s %s %q", f.headers["Content-Type"], f.headers["Reply-Text"], body)
		return anyID.ReplaceAllString(s, "ID")
	}
	parts := []string{f.event["Event-Name"]}
	for _, k := range compared {
		if k == "variable_bridge_hangup_cause" && strings.Contains("CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY", f.event["Event-Name"]) {
			continue // there or not: the legs race
		}
		if v, ok := f.event[k]; ok {
			parts = append(parts, k+"="+v)
		}
	}
	for _, k := range yesNo {
		if v, ok := f.event[k]; ok {
			parts = append(parts, fmt.Sprint(k, "=", v != "0" && v != "" && v != "false"))
		}
	}
	return anyID.ReplaceAllString(strings.Join(parts, " "), "ID")
}

func sorted(s []string) []string {
	sort.Strings(s)
	return s
}

func compare(t *testing.T, what string, want, got []string) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		w, g := "nothing", "nothing"
		if i < len(want) {
			w = want[i]
		}
		if i < len(got) {
			g = got[i]
		}
		if w != g {
			t.Errorf("%s, %d:\nrecorded %s\ngot      %s", what, i, w, g)
		}
	}
}
