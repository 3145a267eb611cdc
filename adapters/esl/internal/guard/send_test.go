package guard

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// outcome is what Send returned.
type outcome struct {
	reply string
	err   error
}

// send calls Send in the background.
func send(l *Link, command string, headers ...string) <-chan outcome {
	c := make(chan outcome, 1)
	go func() {
		reply, err := l.Send(command, headers...)
		c <- outcome{reply, err}
	}()
	return c
}

func TestReplyIsReturnedRaw(t *testing.T) {
	l, p, _ := linked(t)
	cases := []struct{ command, frame, want string }{
		{"noevents", replyFrame("+OK no longer listening for events"), "+OK no longer listening for events"},
		{"filter", replyFrame("-ERR command not found"), "-ERR command not found"},
		{"bogus", replyFrame("-ERR"), "-ERR"},
		{"bogus", replyFrame("%41"), "%41"},
		{"bogus", "Content-Type: command/reply\nReply-Text:\n\n", ""},
		{"bogus", "Content-Type: command/reply\n\n", ""},
		{"connect", "Content-Type: command/reply\nReply-Text: +OK\nContent-Length: 3\n\nabc", "+OK"},
		{"api uuid_getvar u v", apiFrame(""), ""},
		{"api uuid_getvar u v", apiFrame("7"), "7"},
		{"api x", apiFrame("-E"), "-E"},
		{"api x", apiFrame("-ERR no reply\n"), "-ERR no reply\n"},
		{"API x", apiFrame("\xff\x00\n\n"), "\xff\x00\n\n"},
		{"api ", replyFrame("-ERR command not found"), "-ERR command not found"},
		{"api x", "content-type:api/response\r\nCONTENT-LENGTH:  1 \r\n\r\nx", "x"},
	}
	for _, c := range cases {
		got := send(l, c.command)
		if heard := p.hear(t); heard != c.command {
			t.Errorf("sent %q, want %q", heard, c.command)
		}
		p.say(t, c.frame)
		if o := <-got; o.err != nil || o.reply != c.want {
			t.Errorf("%q: got %q, %v", c.frame, o.reply, o.err)
		}
	}
}

func TestLongListIsReturnedWhole(t *testing.T) {
	l, p, _ := linked(t)
	list := strings.Repeat(`{"uuid":"caa40373-03f9-433d-8825-1af04c589110"}`, 11<<20/47)
	got := send(l, "api show channels as json")
	p.hear(t)
	p.say(t, apiFrame(list))
	if o := <-got; o.err != nil || o.reply != list {
		t.Errorf("got %d of %d bytes, %v", len(o.reply), len(list), o.err)
	}
}

func TestHeaderLinesFollowTheCommand(t *testing.T) {
	l, p, _ := linked(t)
	got := send(l, "bgapi status", "Job-UUID: 10a3015c")
	if heard := p.hear(t); heard != "bgapi status\nJob-UUID: 10a3015c" {
		t.Errorf("sent %q", heard)
	}
	p.say(t, replyFrame("+OK Job-UUID: 10a3015c"))
	if o := <-got; o.err != nil {
		t.Error(o.err)
	}
}

func TestCommandOfSeveralLinesIsRefused(t *testing.T) {
	l, p, _ := linked(t)
	for _, c := range [][]string{
		{""}, {" "}, {"\napi status"}, {"api\n\nx"}, {"api x\r"}, {"api x\x00"}, {"api\tx"},
		{"bgapi x", "a: b\nc: d"}, {"bgapi x", ""}, {"bgapi x", "no colon"}, {"bgapi x", "content-length : 5"},
		{strings.Repeat("x", maxCommand)},
	} {
		if _, err := l.Send(c[0], c[1:]...); !errors.Is(err, ErrCommand) {
			t.Errorf("%.20q: got %v", c, err)
		}
	}
	got := send(l, "noevents")
	if heard := p.hear(t); heard != "noevents" {
		t.Errorf("something else was sent: %q", heard)
	}
	p.say(t, replyFrame("+OK"))
	<-got
}

func TestConcurrentSendersGetTheirOwnReplies(t *testing.T) {
	l, p, _ := linked(t)
	go func() {
		for {
			command, err := p.command()
			if err != nil {
				return
			}
			_, _ = io.WriteString(p, beat(0)+replyFrame("-ERR "+command)+beat(1))
		}
	}()
	var senders sync.WaitGroup
	for i := range 40 {
		senders.Go(func() {
			for j := range 20 {
				command := fmt.Sprintf("echo %d %d", i, j)
				if reply, err := l.Send(command); err != nil || reply != "-ERR "+command {
					t.Errorf("%q: got %q, %v", command, reply, err)
				}
			}
		})
	}
	senders.Wait()
	if s := l.Stats(); s.Unsolicited != 0 {
		t.Errorf("%+v", s)
	}
}

func TestEventsBeforeAReplyWaitForRead(t *testing.T) {
	const n = 1000
	l, p, _ := linked(t)
	got := send(l, "filter variable_outdial_tag a")
	p.hear(t)
	for i := range n {
		p.say(t, beat(i))
	}
	p.say(t, replyFrame("+OK filter added."))
	if o := <-got; o.err != nil || o.reply != "+OK filter added." {
		t.Fatal(o)
	}
	beats(t, l, n)
	if s := l.Stats(); s.FramesIn != n || s.EventsOut != n {
		t.Errorf("%+v", s)
	}
}

func TestUnsolicitedReplyIsDropped(t *testing.T) {
	l, p, _ := linked(t)
	p.say(t, replyFrame("+OK early")+apiFrame("early"))
	eventually(t, "the replies", func() bool { return l.Stats().Unsolicited == 2 })
	got := send(l, "noevents")
	p.hear(t)
	p.say(t, apiFrame("not to this command")+replyFrame("+OK")+replyFrame("+OK twice"))
	if o := <-got; o.err != nil || o.reply != "+OK" {
		t.Error(o)
	}
	eventually(t, "the replies", func() bool { return l.Stats().Unsolicited == 4 })
}

func TestLateReplyEndsTheLink(t *testing.T) {
	l, p, clock := linked(t)
	first := send(l, "api first")
	p.hear(t)
	clock.advance(10*time.Second - 1)
	lives(t, l, clock)
	second := send(l, "api second")
	clock.advance(1)
	_ = ended(t, l)
	_, _ = io.WriteString(p, apiFrame("late")) // most likely nobody reads any more
	for _, c := range []<-chan outcome{first, second} {
		if o := <-c; !errors.Is(o.err, ErrLost) || !errors.Is(o.err, ErrTimeout) || o.reply != "" {
			t.Error(o)
		}
	}
	if _, err := l.Send("api third"); !errors.Is(err, ErrLost) {
		t.Error(err)
	}
}

func TestEndOfTheConnectionEndsAPendingSend(t *testing.T) {
	l, p, _ := linked(t)
	got := send(l, "api status")
	p.hear(t)
	_ = p.Close()
	if o := <-got; !errors.Is(o.err, ErrLost) || !errors.Is(o.err, io.EOF) {
		t.Error(o)
	}
	if _, err := l.Send("api status"); !errors.Is(err, ErrLost) {
		t.Error(err)
	}
}

func TestSwitchThatTakesNoCommandTimesOut(t *testing.T) {
	l, _, clock := linked(t)
	got := send(l, "api status") // the peer does not read
	eventually(t, "the command", func() bool {
		l.box.mu.Lock()
		defer l.box.mu.Unlock()
		return l.box.command == sent
	})
	clock.advance(10 * time.Second)
	if o := <-got; !errors.Is(o.err, ErrTimeout) {
		t.Error(o)
	}
}

func TestCloseEndsAPendingSend(t *testing.T) {
	l, p, _ := linked(t)
	got := send(l, "api status")
	p.hear(t)
	_ = l.Close()
	if o := <-got; !errors.Is(o.err, ErrLost) || !errors.Is(o.err, ErrClosed) {
		t.Error(o)
	}
}
