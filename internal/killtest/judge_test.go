//go:build unix

package killtest_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"sync"
	"testing"
)

// judge hears every channel begin and end, in the order in which the switch
// does it, and holds the promises against it at each step.
type judge struct {
	t    *testing.T
	conn net.Conn
	most int // lines of the campaign
	done chan struct{}

	mu    sync.Mutex
	live  map[string]string // contact → its channel
	of    map[string]string // channel → its contact
	calls map[string]int    // call → its channels
	known map[string]bool   // contacts ever dialled
	peak  int
}

// watch logs in to the event socket. It hears until the switch or the test ends.
func watch(t *testing.T, addr string, most int) *judge {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{
		t: t, conn: conn, most: most, done: make(chan struct{}),
		live: map[string]string{}, of: map[string]string{}, calls: map[string]int{}, known: map[string]bool{},
	}
	in := textproto.NewReader(bufio.NewReaderSize(conn, 1<<20))
	hears := make(chan struct{})
	go j.listen(in, hears)
	t.Cleanup(func() {
		_ = conn.Close() // it may have ended with the switch
		<-j.done
	})
	if _, err := io.WriteString(conn, "auth "+password+"\n\nevent plain CHANNEL_CREATE CHANNEL_HANGUP\n\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-hears:
	case <-j.done:
		t.Fatal("the switch does not let the judge listen")
	}
	return j
}

// listen reads frames until the connection ends; hears is closed when events come.
func (j *judge) listen(in *textproto.Reader, hears chan<- struct{}) {
	defer close(j.done)
	for replies := 0; ; {
		frame, err := in.ReadMIMEHeader()
		if err != nil {
			return
		}
		if frame.Get("Content-Type") == "command/reply" {
			if replies++; replies == 2 { // to auth, and to event
				close(hears)
			}
			continue
		}
		length, _ := strconv.Atoi(frame.Get("Content-Length")) // absent: 0
		body := make([]byte, length)
		if _, err := io.ReadFull(in.R, body); err != nil {
			return
		}
		if frame.Get("Content-Type") != "text/event-plain" {
			continue
		}
		event, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(body))).ReadMIMEHeader()
		if err != nil {
			j.t.Errorf("an event cannot be read: %v", err)
			return
		}
		j.hear(event)
	}
}

func (j *judge) hear(event textproto.MIMEHeader) {
	j.mu.Lock()
	defer j.mu.Unlock()
	channel, contact := event.Get("Unique-ID"), event.Get("variable_contact_key")
	if event.Get("Event-Name") == "CHANNEL_HANGUP" {
		if j.live[contact] == channel {
			delete(j.live, contact)
		}
		return
	}
	if contact == "" || event.Get("variable_outdial_leg") != "contact" {
		j.t.Errorf("channel %s is nobody's", channel)
	}
	if j.of[channel] != "" {
		j.t.Errorf("channel %s of %s was made twice", channel, contact)
	}
	if other := j.live[contact]; other != "" {
		j.t.Errorf("%s is on two calls, %s and %s", contact, other, channel)
	}
	j.of[channel], j.live[contact], j.known[contact] = contact, channel, true
	j.calls[event.Get("variable_outdial_call")]++
	if len(j.live) > max(j.most, j.peak) {
		j.t.Errorf("the campaign has %d lines, of %d", len(j.live), j.most)
	}
	j.peak = max(j.peak, len(j.live))
}

// dialled is how many contacts have been dialled so far.
func (j *judge) dialled() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.known)
}

// check compares the judge's books with what the switch said at its end, and
// with the calls on record.
func (j *judge) check(said string, records map[string]bool) {
	<-j.done
	j.mu.Lock()
	defer j.mu.Unlock()
	if want := fmt.Sprint(len(j.of), 0); said != want {
		j.t.Errorf("calls that left the switch, and those still up: %s; the judge heard %s", said, want)
	}
	for call, channels := range j.calls {
		if !records[call] {
			j.t.Errorf("call %q has no record", call)
		}
		if channels > 1 {
			j.t.Errorf("call %s has %d channels", call, channels)
		}
	}
}
