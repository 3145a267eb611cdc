package guard

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/internal/freeswitch"
)

func TestEventIsReduced(t *testing.T) {
	event := func(body string, headers ...string) freeswitch.Event {
		ev := freeswitch.Event{Headers: map[string]string{"Event-Name": "E"}, Body: body}
		for i := 0; i < len(headers); i += 2 {
			ev.Headers[headers[i]] = headers[i+1]
		}
		return ev
	}
	cases := []struct {
		name, json string
		want       freeswitch.Event
	}{
		{"kept", `{"Event-Name":"E","Unique-ID":"u","variable_outdial_tag":"T"}`,
			event("", "Unique-ID", "u", "variable_outdial_tag", "T")},
		{"not kept", `{"Event-Name":"E","Channel-Name":"c"}`, event("")},
		{"names differ by case", `{"Event-Name":"E","Unique-ID":"a","Unique-Id":"b"}`,
			event("", "Unique-ID", "a", "Unique-Id", "b")},
		{"body", `{"_body":"+OK u\n","Event-Name":"E"}`, event("+OK u\n")},
		{"first of two", `{"Event-Name":"E","Hangup-Cause":"A","Hangup-Cause":"B"}`, event("", "Hangup-Cause", "A")},
		{"empty value", `{"Event-Name":"E","Job-UUID":""}`, event("", "Job-UUID", "")},
		{"no string", `{"Event-Name":"E","Max-Sessions":12.50,"Job-UUID":true,"_body":7}`,
			event("7", "Max-Sessions", "12.50", "Job-UUID", "true")},
		{"nested", `{"Event-Name":"E","Job-UUID":{"a":"b"},"Max-Sessions":[1],"_body":null}`, event("")},
		{"escapes", `{"Event-Name":"E","Job-UUID":"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00<&>\u2028%41"}`,
			event("", "Job-UUID", "\"\\/\b\f\n\r\tAé😀<&>\u2028%41")},
		{"not UTF-8", "{\"Event-Name\":\"E\",\"Job-UUID\":\"a\xffb\\ud800c\"}", event("", "Job-UUID", "a\ufffdb\ufffdc")},
		{"escaped name", `{"Event\u002dName":"E"}`, event("")},
		{"marks of our own", `{"Event-Name":"E","_0":"x","_1":"y","_99":"z"}`, event("")},
		{"frame inside", `{"Event-Name":"E","Job-UUID":"\n\nContent-Type: log/data\n\n"}`,
			event("", "Job-UUID", "\n\nContent-Type: log/data\n\n")},
	}
	l, p, _ := linked(t, func(c *Config) { c.Keep = append(c.Keep, "Unique-Id", "", "_body", "Unique-ID") })
	for _, c := range cases {
		p.say(t, eventFrame(c.json))
		got, err := l.Read()
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", c.name, err, diff)
		}
	}
}

func TestWhatIsNoEventIsNameless(t *testing.T) {
	nest := strings.Repeat
	for name, body := range map[string]string{
		"empty":      "",
		"no object":  `"Event-Name"`,
		"no name":    `{"Unique-ID":"u"}`,
		"empty name": `{"Event-Name":""}`,
		"half":       `{"Event-Name":"E"`,
		"two":        `{"Event-Name":"E"}{}`,
		"line end":   "{\"Event-Name\":\"E\n\"}",
		"deep":       `{"Event-Name":"E","x":` + nest("[", 500_000) + nest("]", 500_000) + "}",
		"deep, open": nest(`{"":`, 250_000),
	} {
		t.Run(name, func(t *testing.T) {
			l, p, _ := linked(t)
			p.say(t, eventFrame(body))
			survives(t, l, p, harm{malformed: 1})
			if s := l.Stats(); s.Malformed != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestBracketsInTextAreNotDepth(t *testing.T) {
	body := strings.Repeat(`{"uuid":["\\\""`, 2000)
	quoted, err := json.Marshal(map[string]any{"Event-Name": "E", "_body": body, "flat": make([][]int, 2000)})
	if err != nil {
		t.Fatal(err)
	}
	l, p, _ := linked(t)
	p.say(t, eventFrame(string(quoted)))
	if ev, err := l.Read(); err != nil || ev.Body != body {
		t.Errorf("%d of %d bytes, %v", len(ev.Body), len(body), err)
	}
}

func TestRecordedHangupIsReduced(t *testing.T) {
	recorded, err := os.ReadFile("testdata/hangup_complete.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]string
	if err := json.Unmarshal(recorded, &all); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, name := range freeswitch.Headers() {
		if value, ok := all[name]; ok {
			want[name] = value
		}
	}
	l, p, _ := linked(t)
	p.say(t, eventFrame(string(recorded)))
	got, err := l.Read()
	if diff := cmp.Diff(want, got.Headers); diff != "" || err != nil || len(want) < 10 {
		t.Errorf("%v %s", err, diff)
	}
}
