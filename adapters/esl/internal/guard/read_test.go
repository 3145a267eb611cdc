package guard

import (
	"errors"
	"io"
	"testing"
	"time"
)

func TestEveryEventBeforeTheEndIsDelivered(t *testing.T) {
	const n = 500
	notice := "Content-Type: text/disconnect-notice\nContent-Length: 67\n\nDisconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
	for name, last := range map[string]string{"FIN": "", "notice": notice} {
		t.Run(name, func(t *testing.T) {
			l, p, _ := linked(t)
			for i := range n {
				p.say(t, beat(i))
			}
			p.say(t, last)
			if last == "" {
				_ = p.Close()
			}
			if err := ended(t, l); !errors.Is(err, io.EOF) {
				t.Errorf("ended with %v", err)
			}
			beats(t, l, n)
			for range 3 {
				if _, err := l.Read(); !errors.Is(err, io.EOF) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

func TestHalfAnEventIsNotDelivered(t *testing.T) {
	l, p, _ := linked(t)
	p.say(t, beat(0)+beat(1)[:60])
	_ = p.Close()
	beats(t, l, 1)
	if _, err := l.Read(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

func TestSlowReaderStopsTheSocketAndLosesNothing(t *testing.T) {
	const n = 5000
	l, p, clock := linked(t, func(c *Config) { c.MaxQueue, c.Silence = 10_000, time.Minute })
	said := make(chan error, 1)
	go func() {
		for i := range n {
			if _, err := io.WriteString(p, beat(i)); err != nil {
				said <- err
				return
			}
		}
		said <- p.Close()
	}()
	eventually(t, "the full queue", func() bool {
		l.watch.mu.Lock()
		defer l.watch.mu.Unlock()
		return l.watch.paused
	})
	if s := l.Stats(); s.FramesIn > 10_000/perEvent+window+2 {
		t.Errorf("the queue is not bounded: %+v", s)
	}
	clock.advance(time.Hour) // not the switch's fault
	lives(t, l, clock)
	beats(t, l, n)
	if err := <-said; err != nil {
		t.Error(err)
	}
	if _, err := l.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

func TestReplyBehindAFullQueueTimesOut(t *testing.T) {
	const n = 400
	l, p, clock := linked(t, func(c *Config) { c.MaxQueue = 1000 })
	got := send(l, "filter a b")
	p.hear(t)
	go func() {
		for i := range n {
			_, _ = io.WriteString(p, beat(i))
		}
	}()
	eventually(t, "the full queue", l.box.full)
	clock.advance(10 * time.Second)
	if o := <-got; !errors.Is(o.err, ErrTimeout) {
		t.Error(o)
	}
	events, err := drain(l)
	if !errors.Is(err, ErrTimeout) || uint64(len(events)) != l.Stats().FramesIn {
		t.Errorf("%d events, %+v, %v", len(events), l.Stats(), err)
	}
}

func TestHalfAFrameForTooLongEndsTheLink(t *testing.T) {
	l, p, clock := linked(t)
	p.say(t, beat(0)+"Content-")
	beats(t, l, 1)
	eventually(t, "half a frame", func() bool {
		l.watch.mu.Lock()
		defer l.watch.mu.Unlock()
		return !l.watch.frame.IsZero()
	})
	clock.advance(9 * time.Second)
	lives(t, l, clock)
	p.say(t, "Type: ") // a drip is not enough
	clock.advance(time.Second - 1)
	lives(t, l, clock)
	clock.advance(1)
	if err := ended(t, l); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

func TestSilenceEndsTheLink(t *testing.T) {
	l, p, clock := linked(t, func(c *Config) { c.Silence = time.Minute })
	for i := range 5 {
		clock.advance(40 * time.Second)
		lives(t, l, clock)
		p.say(t, beat(i))
		eventually(t, "the event", func() bool { return l.Stats().FramesIn == uint64(i)+1 })
	}
	clock.advance(time.Minute - 1)
	lives(t, l, clock)
	clock.advance(1)
	if err := ended(t, l); !errors.Is(err, ErrSilence) {
		t.Errorf("got %v", err)
	}
	beats(t, l, 5)
	if _, err := l.Read(); !errors.Is(err, ErrSilence) {
		t.Errorf("got %v", err)
	}
}

func TestLinkWithoutSilenceWaitsForEver(t *testing.T) {
	l, p, clock := linked(t)
	clock.advance(1000 * time.Hour)
	lives(t, l, clock)
	p.say(t, beat(0))
	beats(t, l, 1)
}

func TestCloseWakesReadAndLeavesNothing(t *testing.T) {
	l, p, _ := linked(t)
	p.say(t, beat(0))
	beats(t, l, 1)
	read := make(chan error, 1)
	go func() {
		_, err := l.Read()
		read <- err
	}()
	_ = l.Close()
	if err := <-read; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if !errors.Is(l.Err(), ErrClosed) {
		t.Error(l.Err())
	}
}

func TestCloseWithUnreadEventsLeavesNothing(t *testing.T) {
	for _, n := range []int{1, window, window + 1, 300} {
		l, p, _ := linked(t)
		for i := range n {
			p.say(t, beat(i))
		}
		_ = l.Close()
		if _, err := l.Read(); !errors.Is(err, ErrClosed) {
			t.Errorf("%d: got %v", n, err)
		}
	}
}

func TestBrokenInnerConnectionEndsTheLink(t *testing.T) {
	l, p, _ := linked(t)
	got := send(l, "api status")
	p.hear(t)
	_ = l.inner.Close()
	if o := <-got; !errors.Is(o.err, ErrLost) || !errors.Is(o.err, ErrInner) {
		t.Error(o)
	}
	if _, err := l.Read(); !errors.Is(err, ErrInner) {
		t.Errorf("got %v", err)
	}
}

func TestCloseDropsWhatIsUnread(t *testing.T) {
	l, p, _ := linked(t)
	for i := range 100 {
		p.say(t, beat(i))
	}
	_ = p.Close()
	if err := ended(t, l); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	beats(t, l, 10)
	_ = l.Close()
	if _, err := l.Read(); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	if !errors.Is(l.Err(), io.EOF) {
		t.Errorf("the reason has changed: %v", l.Err())
	}
}

func TestBrokenInnerConnectionDoesNotHoldReadUp(t *testing.T) {
	l, p, _ := linked(t)
	for i := range 100 {
		p.say(t, beat(i))
	}
	_ = l.inner.Close()
	for range 3 {
		if events, err := drain(l); len(events) > window || !errors.Is(err, ErrInner) {
			t.Errorf("%d events, %v", len(events), err)
		}
	}
}
