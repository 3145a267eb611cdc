//go:build unix

package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/killtest/stage"
)

// scene is a switch that outlives servers, and the settings that all of them have.
type scene struct {
	complaints *stage.Tail
	phone      *stage.Process
	address    string // of the phone's event socket
	settings   []string
}

const ownKey = "a-key-of-the-kill-test"

// build sets the scene, on a store.
func build(t testing.TB, store string) *scene {
	t.Helper()
	s := &scene{complaints: &stage.Tail{}}
	t.Cleanup(func() { s.complaints.Check(t) })
	s.phone = stage.Start(t, s.complaints, nil, roleEnv+"=switch")
	s.address = s.phone.Line(t)
	s.settings = []string{
		"--listen", "127.0.0.1:0", "--api-key", ownKey, "--rate-limit", "0", "--log-level", "WARN",
		"--store", store, "--worker-timeout", "2s",
		"--switch", "esl://:" + stage.Password + "@" + s.address, "--trunk", "trunk", "--destination", "7000",
	}
	return s
}

// other is a server in a process of its own, to be asked like one in this.
type other struct {
	*stage.Process
	*process
}

// start starts a server, and waits until it says where it is.
func (s *scene) start(t testing.TB) *other {
	t.Helper()
	p := stage.Start(t, s.complaints, s.settings, roleEnv+"=server")
	url := strings.TrimPrefix(p.Line(t), "outdial is at ")
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	return &other{p, &process{t: t, url: url, client: &http.Client{Transport: transport, Timeout: generous}}}
}

// must asks with the key, wants a status and reads the answer.
func (p *process) must(want int, method, path, body string, into any) {
	p.t.Helper()
	status, answer := p.ask(method, path, body, "X-API-Key: "+ownKey, "Content-Type: application/json")
	if status != want {
		p.t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal([]byte(answer), into); err != nil {
		p.t.Fatalf("%s %s: %v in %.500s", method, path, err, answer)
	}
}

// until polls until something holds.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick, late := time.NewTicker(5*time.Millisecond), time.After(generous)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("it never came to this: %s", what)
		}
	}
}
