package xmlrpc_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// answer is what the double answers to one request.
type answer struct {
	text string // what the command prints
	raw  []byte // or the whole response, as recorded
	wait chan struct{}
	lose bool // or a closed connection
}

// double is a mod_xml_rpc that answers as the test says.
type double struct {
	*httptest.Server

	mu     sync.Mutex
	on     map[string]func(args string) answer // by API command
	asked  []string                            // every "command args" that came
	auths  map[string]bool
	open   int // requests that have no answer yet
	peak   int // of open
	news   *sync.Cond
	closed chan struct{}
}

func newDouble(t testing.TB) *double {
	d := &double{on: map[string]func(string) answer{}, auths: map[string]bool{}, closed: make(chan struct{})}
	d.news = sync.NewCond(&d.mu)
	d.say("show", `{"row_count": 0}`)
	d.say("status", "UP")
	d.say("uuid_dump", "-ERR No such channel!\n")
	for _, api := range []string{"uuid_kill", "uuid_setvar", "uuid_bridge", "uuid_transfer", "uuid_broadcast"} {
		d.say(api, "+OK\n")
	}
	d.Server = httptest.NewUnstartedServer(http.HandlerFunc(d.serve))
	d.Config.SetKeepAlivesEnabled(true)
	d.Start()
	t.Cleanup(func() {
		close(d.closed)
		d.Close()
	})
	return d
}

// does sets what a command does, and say what it prints.
func (d *double) does(api string, f func(args string) answer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.on[api] = f
}

func (d *double) say(api, text string) {
	d.does(api, func(string) answer { return answer{text: text} })
}

// times is how often such a request has come.
func (d *double) times(prefix string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.timesLocked(prefix)
}

func (d *double) timesLocked(prefix string) (n int) {
	for _, a := range d.asked {
		if strings.HasPrefix(a, prefix) {
			n++
		}
	}
	return n
}

// after waits for the request that comes after the first n.
func (d *double) after(n int) string {
	d.await("", n+1)
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked[n]
}

// await waits until such requests have come n times.
func (d *double) await(prefix string, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.timesLocked(prefix) < n {
		d.news.Wait()
	}
}

type methodCall struct {
	Method string   `xml:"methodName"`
	Params []string `xml:"params>param>value>string"`
}

func (d *double) serve(w http.ResponseWriter, r *http.Request) {
	var call methodCall
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = xml.Unmarshal(body, &call)
	}
	if err != nil || call.Method != "freeswitch.api" || len(call.Params) != 2 || r.URL.Path != "/RPC2" {
		http.Error(w, "not a call", http.StatusBadRequest)
		return
	}
	d.mu.Lock()
	user, password, _ := r.BasicAuth()
	d.auths[user+":"+password] = true
	d.asked = append(d.asked, strings.TrimSpace(call.Params[0]+" "+call.Params[1]))
	f := d.on[call.Params[0]]
	d.open++
	d.peak = max(d.peak, d.open)
	d.news.Broadcast()
	d.mu.Unlock()
	a := answer{text: "ERROR!"}
	if f != nil {
		a = f(call.Params[1])
	}
	d.answer(w, r, a)
}

func (d *double) answer(w http.ResponseWriter, r *http.Request, a answer) {
	if a.wait != nil {
		select {
		case <-a.wait:
		case <-r.Context().Done():
		case <-d.closed:
		}
	}
	d.mu.Lock()
	d.open-- // before anyone can know of the answer, and ask again
	d.mu.Unlock()
	switch {
	case a.lose:
		a.raw = []byte{}
		fallthrough
	case a.raw != nil:
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = conn.Write(a.raw)
		_ = conn.Close()
	default:
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, response(a.text))
	}
}

// response wraps what a command prints as mod_xml_rpc does.
func response(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text))
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n<methodResponse>\n<params>\n<param><value><string>" +
		strings.ReplaceAll(b.String(), "&#xA;", "\n") + "</string></value></param>\n</params>\n</methodResponse>\n"
}

// ok is an HTTP response with that body.
func ok(body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-type: text/xml\r\nContent-length: %d\r\nConnection: close\r\n\r\n%s", len(body), body)
}

// recorded returns the replies in a file of testdata, by name.
func recorded(t testing.TB, file string) map[string][]byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		name, size, found := strings.Cut(strings.TrimPrefix(string(line), "== "), " len=")
		if !found {
			continue
		}
		n, err := strconv.Atoi(size)
		if err != nil || n > len(data) {
			t.Fatalf("%s: %q is cut wrongly", file, line)
		}
		all[name], data = data[:n:n], data[n+1:]
	}
	return all
}
