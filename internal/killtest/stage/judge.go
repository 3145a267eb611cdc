package stage

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/textproto"
	"strconv"
	"sync"
)

// Judge hears every channel begin and end, in the order in which the switch does
// it, and holds the promises against it at each step: nobody is on two calls, no
// channel is made twice, the campaign has no more lines than it may. Contacts are
// told apart by their numbers.
type Judge struct {
	t    T
	conn net.Conn
	most int // lines of the campaign
	done chan struct{}

	mu    sync.Mutex
	live  map[string]string // contact → its channel
	of    map[string]leg    // channel → what it is
	up    map[string]int    // call → channels of it that are up
	calls map[string]int    // call → channels to its contact
	dials map[string]int    // contact → channels to it
	peak  int
}

type leg struct{ call, contact string } // contact is empty in an agent's leg

// Watch logs in to the event socket. The judge hears until the switch or the
// test ends; most are the lines that the campaign may have.
func Watch(t T, addr string, most int) *Judge {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	j := &Judge{
		t: t, conn: conn, most: most, done: make(chan struct{}),
		live: map[string]string{}, of: map[string]leg{}, up: map[string]int{}, calls: map[string]int{}, dials: map[string]int{},
	}
	in := textproto.NewReader(bufio.NewReaderSize(conn, 1<<20))
	hears := make(chan struct{})
	go j.listen(in, hears)
	t.Cleanup(func() {
		_ = conn.Close() // it may have ended with the switch
		<-j.done
	})
	if _, err := io.WriteString(conn, "auth "+Password+"\n\nevent plain CHANNEL_CREATE CHANNEL_HANGUP\n\n"); err != nil {
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
func (j *Judge) listen(in *textproto.Reader, hears chan<- struct{}) {
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

func (j *Judge) hear(event textproto.MIMEHeader) {
	j.mu.Lock()
	defer j.mu.Unlock()
	channel := event.Get("Unique-ID")
	if event.Get("Event-Name") == "CHANNEL_HANGUP" {
		j.ends(channel)
		return
	}
	l, known := legOf(event)
	if !known {
		j.t.Errorf("channel %s is nobody's", channel)
	}
	if _, twice := j.of[channel]; twice {
		j.t.Errorf("channel %s of %s was made twice", channel, l.contact)
	}
	j.of[channel] = l
	if j.up[l.call]++; len(j.up) > max(j.most, j.peak) {
		j.t.Errorf("the campaign has %d lines, of %d", len(j.up), j.most)
	}
	j.peak = max(j.peak, len(j.up))
	if l.contact == "" {
		return
	}
	if other := j.live[l.contact]; other != "" {
		j.t.Errorf("%s is on two calls, %s and %s", l.contact, other, channel)
	}
	j.live[l.contact] = channel
	j.dials[l.contact]++
	j.calls[l.call]++
}

// legOf says what a new channel is, and whether it is anything.
func legOf(event textproto.MIMEHeader) (l leg, known bool) {
	l = leg{call: event.Get("variable_outdial_call"), contact: event.Get("Caller-Destination-Number")}
	switch event.Get("variable_outdial_leg") {
	case "contact":
		return l, l.call != "" && l.contact != ""
	case "agent":
		return leg{call: l.call}, l.call != ""
	}
	return l, false
}

func (j *Judge) ends(channel string) {
	l := j.of[channel]
	if j.live[l.contact] == channel {
		delete(j.live, l.contact)
	}
	if j.up[l.call]--; j.up[l.call] <= 0 {
		delete(j.up, l.call)
	}
}

// Dialled is how many contacts have been dialled so far.
func (j *Judge) Dialled() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.dials)
}

// Dials counts the channels to each contact so far.
func (j *Judge) Dials() map[string]int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return maps.Clone(j.dials)
}

// Live is how many contacts are on a call now.
func (j *Judge) Live() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.live)
}

// Peak is how many lines there were at most.
func (j *Judge) Peak() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.peak
}

// Check compares the judge's books with what the switch said at its end, and
// with the calls on record.
func (j *Judge) Check(said string, records map[string]bool) {
	j.t.Helper()
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
			j.t.Errorf("call %s has %d channels to its contact", call, channels)
		}
	}
}
