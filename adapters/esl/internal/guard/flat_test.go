package guard

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/internal/freeswitch"
)

// seen is what go-eventsocket would read of an event that one of the two
// readers has taken; nil if it has not.
func seen(t *testing.T, c *codec, read func([]byte) bool, body []byte) map[string]string {
	t.Helper()
	c.begin()
	if !read(body) {
		return nil
	}
	got := map[string]string{}
	c.json[len(c.json)-1] = '}'
	if len(c.json) > 1 {
		if err := json.Unmarshal(c.json, &got); err != nil {
			t.Fatalf("%v: %q of %q", err, c.json, body)
		}
	}
	return got
}

// agree checks that what the quick reader takes is good JSON, and that it sees in
// it what the general one does. It reports whether the quick one took it.
func agree(t *testing.T, body []byte) bool {
	t.Helper()
	c := newCodec(freeswitch.Headers())
	quick := seen(t, c, c.flat, body)
	if quick == nil {
		return false
	}
	if !json.Valid(body) {
		t.Errorf("taken, and no JSON: %q", body)
	}
	if diff := cmp.Diff(seen(t, c, c.general, body), quick); diff != "" {
		t.Errorf("%q: %s", body, diff)
	}
	return true
}

var flatEvents = map[string]bool{
	`{"Event-Name":"E"}`:                               true,
	`{"Event-Name":""}`:                                true,
	`{"Event-Name":"","Event-Name":"E"}`:               true,
	`{"Unique-ID":"a","Unique-ID":"b","x":"y"}`:        true,
	`{"":"","_body":"+OK\n\"\\\/\u00e9\ud83d\ude00"}`:  true,
	"{\"Job-UUID\":\"\xff é 12345678 \xc3\"}":          true,
	`{"Job-UUID":"<&>","x":"\ud800"}`:                  true,
	`{"Job-UUID":"\ud800\u0041 after"}`:                true,
	`{"a":"1234567","b":"12345678","c":"123456789\n"}`: true,

	``: false, `{`: false, `{}`: false, `"E"`: false, `[]`: false, `null`: false,
	`{"Event-Name":"E"`: false, `{"Event-Name":"E",`: false, `{"Event-Name":"E",}`: false,
	`{"Event-Name":"E"}}`: false, `{"Event-Name":"E"}{}`: false, `{"Event-Name":"E"} `: false,
	`{"Event-Name" :"E"}`: false, `{"Event-Name": "E"}`: false, `{ "Event-Name":"E"}`: false,
	`{"Event-Name":1}`: false, `{"Event-Name":null}`: false, `{"Event-Name":{"a":"b"}}`: false,
	`{"Event-Name"}`: false, `{"Event-Name":}`: false, `{"Event-Name":"E" "a":"b"}`: false,
	`{"Event-Name"."E"}`: false, `{Event-Name:"E"}`: false, `{"Event\u002dName":"E"}`: false,
	`{"x":"\x"}`: false, `{"x":"\u12"}`: false, `{"x":"\u12g4"}`: false, `{"x":"\`: false, `{"x":"\"}`: false,
	"{\"x\":\"a\nb\"}": false, "{\"x\":\"12345678\x00\"}": false, "{\"x\":\"1234567\x1f\"}": false, `{"é":"E"}`: false,
}

func TestQuickReaderSeesWhatTheGeneralOneSees(t *testing.T) {
	for body, flat := range flatEvents {
		if agree(t, []byte(body)) != flat {
			t.Errorf("taken is not %v: %q", flat, body)
		}
	}
	recorded, err := os.ReadFile("testdata/hangup_complete.json")
	if err != nil || !agree(t, recorded) {
		t.Error("the recorded event is not taken: ", err)
	}
}

func TestEachByteOfTextIsLookedAt(t *testing.T) {
	for at := range 40 {
		for b := range 256 {
			text := []byte(strings.Repeat("a", 40))
			text[at] = byte(b)
			body := append(append([]byte(`{"Job-UUID":"`), text...), `"}`...)
			if agree(t, body) != json.Valid(body) {
				t.Errorf("taken is not %v: %q", json.Valid(body), body)
			}
		}
	}
}

// FuzzFlat compares the two readers.
func FuzzFlat(f *testing.F) {
	for body := range flatEvents {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) { agree(t, body) })
}
