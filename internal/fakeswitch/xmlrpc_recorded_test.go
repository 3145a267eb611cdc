package fakeswitch

import (
	"context"
	"html"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRecordedRequestsGetTheRecordedReplies(t *testing.T) {
	for _, name := range []string{
		"xmlrpc_api.txt", "xmlrpc_auth.txt", "xmlrpc_faults.txt", "xmlrpc_keepalive.txt", "xmlrpc_pipelining.txt",
	} {
		t.Run(name, func(t *testing.T) {
			exchanges := readRPCRecording(t, name)
			if len(exchanges) == 0 {
				t.Fatal("nothing recorded")
			}
			var printed string
			lab := newRPCLab(t, func(lab *rpcLab) {
				lab.api.answer = func(context.Context, string, string) string { return printed }
			})
			var c *rpcClient
			for _, e := range exchanges {
				if c == nil {
					c = lab.dial()
				}
				printed = whatTheSwitchPrinted(e.response)
				lab.clock.set(recordedDate(t, e.response))
				c.say(e.request)
				got := make([]byte, len(e.response))
				n, err := io.ReadFull(c.r, got)
				if err != nil || string(got) != e.response {
					t.Fatalf("request\n%s\ngot (%v)\n%q\nwant\n%q", e.request, err, got[:n], e.response)
				}
				if strings.Contains(e.response, "\nConnection: close") {
					c.ends()
					c = nil
				}
			}
		})
	}
}

// whatTheSwitchPrinted is the command's output that made a response.
func whatTheSwitchPrinted(response string) string {
	if head, body, _ := strings.Cut(response, "\r\n\r\n"); strings.Contains(head, "text/plain") {
		return body
	}
	_, text, _ := strings.Cut(response, "<string>")
	text, _, _ = strings.Cut(text, "</string>")
	if text == "ERROR!" {
		return "-ERR nosuchcommand Command not found!\n"
	}
	return html.UnescapeString(text)
}

func recordedDate(t *testing.T, response string) time.Time {
	t.Helper()
	_, text, _ := strings.Cut(response, "\nDate: ")
	text, _, _ = strings.Cut(text, "\r")
	at, err := time.Parse(http.TimeFormat, strings.Replace(text, "UTC", "GMT", 1))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func (c *rpcTestClock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

func TestUncommonRequestsAreRefusedAsAbyssDoes(t *testing.T) {
	call := func(params string) string {
		return rpcPostBody("<methodCall><methodName>freeswitch.api</methodName><params>" + params + "</params></methodCall>")
	}
	const word = "<param><value>a</value></param>"
	tests := map[string]struct {
		request string
		status  int
		says    string
	}{
		"over 512 kB":         {rpcPostBody(strings.Repeat(" ", 512<<10+1)), 500, "XML-RPC request too large (524289 bytes)"},
		"no path":             {"GET /nothing HTTP/1.1\r\nHost: x\r\n" + rpcAuth + "\r\n", 404, "Not Found"},
		"no HTTP":             {"hello\r\n\r\n", 400, "Bad Request"},
		"no colon":            {"GET / HTTP/1.1\r\nHost\r\n\r\n", 400, "Bad Request"},
		"endless head":        {"GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 66<<10), 400, "Bad Request"},
		"length isn't one":    {"POST /RPC2 HTTP/1.1\r\n" + rpcAuth + "Content-Length: -4\r\n\r\n", 400, "non-numeric"},
		"other scheme":        {"POST /RPC2 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n", 401, "Unauthorized"},
		"undecodable secret":  {"POST /RPC2 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic !\r\n\r\n", 401, "Unauthorized"},
		"bad query":           {"GET /txtapi/status?%zz HTTP/1.1\r\n" + rpcAuth + "\r\n", 400, "Bad Request"},
		"a third parameter":   {call(word + word + word), 200, "<i4>-502</i4>"},
		"a boolean":           {call(word + "<param><value><boolean>1</boolean></value></param>"), 200, "type BOOL supplied"},
		"an unknown type":     {call(word + "<param><value><odd>1</odd></value></param>"), 200, "<i4>-503</i4>"},
		"two values":          {call(word + "<param><value>1</value><value>2</value></param>"), 200, "found 2"},
		"another document":    {rpcPostBody("<a/>"), 200, "Instead, we have a &lt;a&gt; element."},
		"no method name":      {rpcPostBody("<methodCall/>"), 200, "to have child &lt;methodName&gt;"},
		"unfinished XML":      {rpcPostBody("<methodCall>"), 200, "no element found"},
		"crossed tags":        {rpcPostBody("<a><b></a>"), 200, "mismatched tag"},
		"control character":   {rpcPostBody("<a>\x01</a>"), 200, "not well-formed (invalid token)"},
		"two documents":       {rpcPostBody("<methodCall/><a/>"), 200, "junk after document element"},
		"text behind":         {rpcPostBody("<methodCall/><"), 200, "<i4>-503</i4>"},
		"unknown signature":   {rpcPostBody("<methodCall><methodName>system.methodSignature</methodName><params>" + word + "</params></methodCall>"), 200, "<i4>-506</i4>"},
		"bare signature":      {rpcPostBody("<methodCall><methodName>system.methodSignature</methodName></methodCall>"), 200, "<i4>-502</i4>"},
		"what nobody records": {rpcPostBody("<methodCall><methodName>system.shutdown</methodName></methodCall>"), 200, "<i4>-500</i4>"},
	}
	lab := newRPCLab(t, nil)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := lab.dial()
			c.say(test.request)
			resp, body := c.response()
			if resp.StatusCode != test.status || !strings.Contains(body, test.says) {
				t.Errorf("got %d\n%s\nwant %d and %q", resp.StatusCode, body, test.status, test.says)
			}
			if test.status != 200 {
				c.ends()
			}
		})
	}
	if served := lab.stats.snapshot().Served; len(served) > 0 {
		t.Errorf("executed %v", served)
	}
}

func TestRepliesAreEscapedAsXMLRPCCDoes(t *testing.T) {
	tests := map[string]struct{ printed, value string }{
		"markup":              {`a&b<c>"d"'e'`, `<string>a&amp;b&lt;c&gt;"d"'e'</string>`},
		"control characters":  {"a\x01\x1b\tb\n", "<string>a\x01\x1b\tb\n</string>"},
		"carriage return":     {"a\r\nb", "<string>a&#x0d;\nb</string>"},
		"UTF-8":               {"Grüße", "<string>Grüße</string>"},
		"nothing":             {"-ERR no reply\n", "<string></string>"},
		"Latin-1":             {"+OK Gr\xfc\xdfe", "<string>Invalid UTF-8 initial byte</string>"},
		"cut UTF-8":           {"+OK \xc3", "<string>Truncated UTF-8 sequence</string>"},
		"broken UTF-8":        {"+OK \xc3x", "<string>UTF-8 sequence too short</string>"},
		"overlong UTF-8":      {"+OK \xc0\x80", "<string>Overlong UTF-8 sequence not allowed</string>"},
		"surrogates":          {"+OK \xed\xa0\x80", "<string>UTF-16 surrogates may not appear in UTF-8 data</string>"},
		"beyond the BMP":      {"+OK \U0001F600", "(first byte fffffff0)</string>"},
		"not a character":     {"+OK \uFFFF", "U+FFFD are illegal</string>"},
		"replacement is fine": {"\uFFFD", "<string>\uFFFD</string>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lab := newRPCLab(t, func(lab *rpcLab) {
				lab.api.answer = func(context.Context, string, string) string { return test.printed }
			})
			c := lab.dial()
			c.say(rpcPost("uuid_getvar", "x y"))
			_, body := c.response()
			if !strings.Contains(body, test.value) {
				t.Errorf("got\n%q\nwant %q", body, test.value)
			}
			if fault := strings.Contains(body, "<i4>-510</i4>"); fault != strings.Contains(test.printed, "+OK ") {
				t.Errorf("fault -510: %v\n%s", fault, body)
			}
			if lab.stats.snapshot().Served["uuid_getvar"] != 1 {
				t.Error("not executed")
			}
		})
	}
}
