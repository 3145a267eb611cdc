package operator

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"

	"github.com/outdial/outdial"
)

const (
	// ringSize is how many events are kept for streams that come back.
	ringSize = 1000
	// figuresEvery is how often figures are looked at while somebody listens.
	figuresEvery = time.Second
	// draftsEvery is with which of these looks those who listen to all hear of
	// drafts: there may be hundreds of them, and only uploads change their figures.
	draftsEvery = 10
	// lookFor is how long the store may take to tell figures.
	lookFor = 5 * time.Second
)

// newsroom hears what the dialler does and lets streams read it. Streams keep
// their place in the ring, so that a slow one costs nobody anything: it finds
// that it has lost some.
type newsroom struct {
	d *outdial.Dialler
	// instance tells this ring's ids from those of another process.
	instance string
	closed   chan struct{}
	agents   func() (idle, talking, total int) // of [Options]

	mu     sync.Mutex
	shut   bool
	sub    *outdial.Subscription // from the first stream on
	ring   [ringSize]outdial.Event
	next   uint64 // number of the next event; the first is 1
	gap    uint64 // number of the last event before which some were lost; 0: none
	stream map[*stream]struct{}
	paper  figuresPaper
}

func newNewsroom(d *outdial.Dialler) *newsroom {
	var name [4]byte
	_, _ = rand.Read(name[:]) // never fails
	return &newsroom{
		d: d, instance: hex.EncodeToString(name[:]), closed: make(chan struct{}), next: 1,
		stream: map[*stream]struct{}{}, paper: newPaper(),
	}
}

// close ends all streams, and what serves them.
func (n *newsroom) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shut {
		return
	}
	n.shut = true
	close(n.closed)
	if n.sub != nil {
		n.sub.Close()
	}
}

// stream is one listener.
type stream struct {
	room *newsroom
	only outdial.ID // its campaign; zero: all
	next uint64     // number of the next event to read
	lost bool       // it has missed some, and has not been told
	seen uint64     // the edition of the last figures that it has read
	told Agents     // with those figures
	wake chan struct{}
}

// join adds a listener who has read up to the event named so; empty: who is new.
func (n *newsroom) join(only outdial.ID, lastID string) *stream {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := &stream{room: n, only: only, next: n.next, wake: make(chan struct{}, 1)}
	if lastID != "" {
		last, ok := n.number(lastID)
		if s.lost = !ok || last >= n.next || last+1 < n.oldest() || last < n.gap; !s.lost {
			s.next = last + 1
		}
	}
	if n.sub == nil && !n.shut {
		n.sub = n.d.Subscribe(ringSize)
		go n.listen(n.sub)
	}
	n.stream[s] = struct{}{}
	if len(n.stream) == 1 && !n.shut {
		n.paper.stop = make(chan struct{})
		go n.print(n.paper.stop)
		if n.agents != nil {
			go n.watchAgents(n.paper.stop)
		}
	}
	return s
}

// leave removes a listener.
func (n *newsroom) leave(s *stream) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.stream, s)
	if len(n.stream) == 0 && n.paper.stop != nil {
		close(n.paper.stop)
		n.paper = newPaper()
	}
}

// oldest is the number of the oldest event that the ring still has.
func (n *newsroom) oldest() uint64 {
	if n.next <= ringSize {
		return 1
	}
	return n.next - ringSize
}

// listen files what the dialler does, until it has run or the room is closed.
func (n *newsroom) listen(sub *outdial.Subscription) {
	missed := uint64(0)
	for ev := range sub.C {
		dropped := sub.Dropped()
		n.file(&ev, dropped != missed)
		missed = dropped
	}
	n.close()
}

// file adds an event to the ring. Where the dialler had to drop some, everyone has
// missed something.
func (n *newsroom) file(ev *outdial.Event, gap bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if gap {
		n.gap = n.next
	}
	n.ring[n.next%ringSize] = *ev
	n.next++
	n.paper.stale[ev.Campaign] = true
	for s := range n.stream {
		s.lost = s.lost || gap
		if s.only == (outdial.ID{}) || s.only == ev.Campaign {
			s.rouse()
		}
	}
}

func (s *stream) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// numbered is an event with its number.
type numbered struct {
	number uint64
	event  outdial.Event
}

// batch is how many events a stream takes at once.
const batch = 64

// read takes the events that the stream has not read yet, a batch at most, and
// says after which number it reads, whether it has missed some before that, and
// whether there are more.
func (s *stream) read() (events []numbered, after uint64, lost, more bool) {
	n := s.room
	n.mu.Lock()
	defer n.mu.Unlock()
	if oldest := n.oldest(); s.next < oldest {
		s.next, s.lost = oldest, true
	}
	lost, s.lost = s.lost, false
	after = s.next - 1
	for ; s.next < n.next && len(events) < batch; s.next++ {
		if ev := &n.ring[s.next%ringSize]; s.only == (outdial.ID{}) || s.only == ev.Campaign {
			events = append(events, numbered{s.next, *ev})
		}
	}
	return events, after, lost, s.next < n.next
}

// soon bounds a look into the store.
func soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), lookFor)
}
