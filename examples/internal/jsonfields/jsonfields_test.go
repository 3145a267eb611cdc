package jsonfields_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/outdial/outdial/examples/internal/jsonfields"
)

func TestTheFirstFieldThatComesTwiceIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"b":2}`:                         "",
		`{"a":1,"A":2}`:                         "", // not the same name
		`{"a":{"b":1},"b":2,"c":{"b":1}}`:       "",
		`["a","a",{"a":"a"},{"a":"a"}]`:         "",
		`{"a":"a","b":"a","c":["c","c"]}`:       "",
		`{"a":1e999}`:                           "",
		`"a"`:                                   "",
		`null`:                                  "",
		``:                                      "",
		`{"a":1,"a":1}`:                         "a",
		`{"a":1,"b":{},"\u0061":null}`:          "a",
		`{"a":[],"b":[{"c":1},{"c":1,"c":2}]}`:  "b[1].c",
		`{"a":{"b":{"c":[[0,{"d":1,"d":1}]]}}}`: "a.b.c[0][1].d",
		`[{"x":[1,2,3]},{"x":1,"y":{},"x":false}`:               "[1].x",
		`{"a\"":1,"a":"}],\"","b":"\\\\"}`:                      "",
		`{"a\"":1,"a\u0022":2}`:                                 `a"`,
		"{\"\xff\":1,\"\xfe\":2}":                               "\ufffd", // as encoding/json reads them
		strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000): "",
	} {
		if got, found := jsonfields.Twice([]byte(text)); got != want || found != (want != "") {
			t.Errorf("%.60s: %q, %v; want %q", text, got, found, want)
		}
	}
}

func TestStringsThatAreNoTextAreFound(t *testing.T) {
	for text, want := range map[string]bool{
		`{"a":"b","é":["\u00e9",1]}`:      false,
		`"\ud83d\ude00"`:                  false,
		`"x\ud83d\uDE00\ud83d\ude00\n"`:   false,
		`"\\ud800"`:                       false, // a backslash, and plain letters
		`{"a":"\"","b":"\\\ud83d\ude00"}`: false,
		`"\ud800"`:                        true,
		`"\udc00\ud800"`:                  true,
		`"\ud800x"`:                       true,
		`"\ud800\u0041"`:                  true,
		`"\ud83d\ude00\ude00"`:            true,
		`"\ud800\\udc00"`:                 true,
		`{"\uDFFF":1}`:                    true,
		`["a",{"b":"\n\uD800"}]`:          true,
		"\"\xff\"":                        true,
		"\"\xed\xa0\x80\"":                true, // a half that is written out
		`"`:                               false,
		`"\`:                              false,
		``:                                false,
	} {
		if got := jsonfields.Broken([]byte(text)); got != want {
			t.Errorf("%q is broken: %v", text, got)
		}
	}
}

func TestNumbersBeyondAFloatAreInfinite(t *testing.T) {
	for text, want := range map[string]any{
		`1e400`:                        math.Inf(1),
		`{"a":[1,-1e400,"x"],"b":2e1}`: map[string]any{"a": []any{1.0, math.Inf(-1), "x"}, "b": 20.0},
		`{"a":1e-400,"b":null}`:        map[string]any{"a": 0.0, "b": nil},
	} {
		if got, err := jsonfields.Value([]byte(text)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{`{"a":1e400`, `1e400 1`, `{"a":1e400}}`, ``} {
		var v any
		want := json.Unmarshal([]byte(text), &v)
		if got, err := jsonfields.Value([]byte(text)); got != nil || err == nil || err.Error() != want.Error() {
			t.Errorf("%s is %v, %v; want %v", text, got, err, want)
		}
	}
}

// A string is broken where encoding/json reads another text than one that keeps
// broken ones would: it has U+FFFD in it that was not sent.
func FuzzBroken(f *testing.F) {
	for _, text := range []string{`"\ud800"`, `{"a":"\ud83d\ude00"}`, `"\\ud800\""`, `["\n","\udc00\ud800"]`, "\"\xff\"", `"\ufffd"`, `"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := jsonfields.Broken([]byte(text))
		if !json.Valid([]byte(text)) || strings.Contains(strings.ToLower(text), "fffd") || strings.Contains(text, "\ufffd") && utf8.ValidString(text) {
			return
		}
		in := json.NewDecoder(strings.NewReader(text))
		in.UseNumber()
		want := false
		for token, err := in.Token(); err == nil; token, err = in.Token() {
			s, _ := token.(string)
			want = want || strings.Contains(s, "\ufffd")
		}
		if got != want {
			t.Errorf("%q is broken: %v, want %v", text, got, want)
		}
	})
}

// Whether a field comes twice is what encoding/json's own reader of tokens says;
// other text than JSON does no harm.
func FuzzTwice(f *testing.F) {
	for _, text := range []string{`{"a":1,"a":1}`, `{"b":[{"c":"\\"},{"c":1,"\u0063":2}]}`, `["a","a"]`, `{"a`, `}`, `"\`, `{"a":{"b":1},"b":","}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, got := jsonfields.Twice([]byte(text))
		if !json.Valid([]byte(text)) {
			return
		}
		in := json.NewDecoder(strings.NewReader(text))
		in.UseNumber()
		if want := twice(t, in); got != want {
			t.Errorf("%q has a field twice: %v, want %v", text, got, want)
		}
	})
}

// twice reads a value.
func twice(t *testing.T, in *json.Decoder) (found bool) {
	next := func() json.Token {
		token, err := in.Token()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	switch next() {
	case json.Delim('['):
		for in.More() {
			found = twice(t, in) || found
		}
	case json.Delim('{'):
		names := map[json.Token]bool{}
		for in.More() {
			name := next()
			found = found || names[name]
			names[name] = true
			found = twice(t, in) || found
		}
	default:
		return false
	}
	next() // its end
	return found
}
