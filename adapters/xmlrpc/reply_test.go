package xmlrpc_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/outdial/outdial/adapters/xmlrpc"
)

// body is what follows the headers.
func body(reply []byte) []byte {
	_, b, _ := bytes.Cut(reply, []byte("\r\n\r\n"))
	return b
}

func TestRecordedRepliesAreRead(t *testing.T) {
	for name, reply := range recorded(t, "originates.txt") {
		text, err := xmlrpc.Decode(body(reply))
		if err != nil || text == "" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	for name, reply := range recorded(t, "questions.txt") {
		text, err := xmlrpc.Decode(body(reply))
		if err != nil || text == "" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

func TestRecordedFaultsAreErrors(t *testing.T) {
	for name, want := range map[string]string{
		"fault_unknown_method":    "Fault(-506): Method 'freeswitch.nosuch' not defined",
		"fault_missing_parameter": "Fault(-502)",
		"fault_bad_xml":           "Fault(-503)",
		"fault_wrong_type":        "Fault(-501)",
	} {
		text, err := xmlrpc.Decode(body(recorded(t, "oddities.txt")[name]))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %q, %v; want %s", name, text, err, want)
		}
	}
}

func TestEmptyAndEscapedTextsAreRead(t *testing.T) {
	for _, text := range []string{"", " ", "a<b>&c\n", "]]>", "<fault>x</fault>", `{"a":"é"}`} {
		got, err := xmlrpc.Decode([]byte(response(text)))
		if err != nil || got != text {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}

// odd are bodies that are no reply of a switch, whatever a decoder makes of them.
func odd() []string {
	whole := response("+OK x")
	in := func(text string) string { return strings.Replace(whole, "+OK x", text, 1) }
	return []string{
		"", "x", "<", "<methodResponse>", whole[:60], whole + "x", "x" + whole, whole + whole,
		in("a<![CDATA[b]]>d"), in("a<b/>d"), in("a<!-- -->d"), in("&unknown;"), in("\x00"), in("\xff"), in("a]]>b"),
		strings.Replace(whole, "<string>", "early<string>", 1),
		strings.Replace(whole, "<string>", "<string a='b'>", 1),
		strings.ReplaceAll(whole, "string>", "int>"),
		strings.Replace(whole, "</string>", "</string><string>b</string>", 1),
		strings.Replace(whole, "UTF-8", "KOI8-R", 1),
		"<!DOCTYPE a [<!ENTITY b 'c'>]>" + whole,
		strings.Repeat("<value><array><data>", 500_000),
		strings.Repeat("<value><struct><member>", 500_000),
		"<methodResponse>" + strings.Repeat("<fault>", 100_000),
		"<" + strings.Repeat("a", 1_000_000),
	}
}

func TestOddBodiesAreNotRead(t *testing.T) {
	for _, body := range odd() {
		if text, err := xmlrpc.Decode([]byte(body)); err == nil {
			t.Errorf("%.120q was read as %.40q", body, text)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, b := range odd() {
		f.Add([]byte(b[:min(len(b), 1000)]))
	}
	for _, file := range []string{"originates.txt", "oddities.txt", "questions.txt"} {
		for _, reply := range recorded(f, file) {
			f.Add(body(reply))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := xmlrpc.Decode(b)
		if err != nil && text != "" {
			t.Errorf("%q and %v", text, err)
		}
		if len(text) > len(b) {
			t.Errorf("%d bytes came of %d", len(text), len(b))
		}
	})
}
