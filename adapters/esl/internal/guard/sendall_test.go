package guard

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// several are n commands as the adapter sends them.
func several(n int) []Command {
	cs := make([]Command, n)
	for i := range cs {
		cs[i] = Command{Line: fmt.Sprint("bgapi originate ", i), Headers: []string{fmt.Sprint("Job-UUID: ", i)}}
	}
	return cs
}

// sentAll is what SendAll returned.
type sentAll struct {
	replies []string
	err     error
}

func sendAll(l *Link, cs []Command) chan sentAll {
	out := make(chan sentAll, 1)
	go func() {
		replies, err := l.SendAll(cs)
		out <- sentAll{replies, err}
	}()
	return out
}

func TestCommandsSentTogetherHaveTheirRepliesInOrder(t *testing.T) {
	for _, n := range []int{1, 2, 16} {
		l, p, _ := linked(t)
		out := sendAll(l, several(n))
		for i := range n { // all of them are there before the first has a reply
			if got, want := p.hear(t), fmt.Sprintf("bgapi originate %d\nJob-UUID: %d", i, i); got != want {
				t.Errorf("command %d of %d: %q", i, n, got)
			}
		}
		var want []string
		for i := range n {
			text := fmt.Sprint("+OK Job-UUID: ", i)
			switch i {
			case 1:
				text = "-ERR command not found"
			case 2:
				text = ""
			}
			want = append(want, text)
			p.say(t, beat(i)+replyFrame(text))
		}
		p.say(t, replyFrame("+OK stray"))
		if got := <-out; got.err != nil || !slices.Equal(got.replies, want) {
			t.Errorf("%d commands: %q, %v", n, got.replies, got.err)
		}
		beats(t, l, n)
		eventually(t, "the stray reply", func() bool { return l.Stats().Unsolicited == 1 })
	}
}

func TestCommandsSentTogetherAreLostTogether(t *testing.T) {
	l, p, _ := linked(t)
	out := sendAll(l, several(3))
	for range 3 {
		p.hear(t)
	}
	p.say(t, replyFrame("+OK Job-UUID: 0"))
	_ = p.Close()
	if got := <-out; !errors.Is(got.err, ErrLost) || got.replies != nil {
		t.Errorf("%q, %v", got.replies, got.err)
	}
}

func TestCommandsSentTogetherAreCheckedFirst(t *testing.T) {
	l, p, _ := linked(t)
	for name, bad := range map[string]Command{
		"two lines": {Line: "bgapi a\n\nbgapi b"},
		"empty":     {},
		"header":    {Line: "bgapi a", Headers: []string{"no header"}},
		"api":       {Line: "api status"},
	} {
		if _, err := l.SendAll(append(several(2), bad)); !errors.Is(err, ErrCommand) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := l.SendAll(nil); len(got) != 0 || err != nil {
		t.Errorf("none: %q, %v", got, err)
	}
	out := sendAll(l, several(1))
	if got := p.hear(t); got != "bgapi originate 0\nJob-UUID: 0" {
		t.Errorf("something was sent before: %q", got)
	}
	p.say(t, replyFrame("+OK"))
	<-out
}
