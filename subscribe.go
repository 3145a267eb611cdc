package outdial

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/pacing"
)

// EventKind names what an [Event] tells.
type EventKind string

// What events tell.
const (
	// CampaignChanged: a campaign has another status.
	CampaignChanged EventKind = "campaign"
	// AttemptMoved: an attempt that this worker holds has another state.
	AttemptMoved EventKind = "attempt"
	// CallEnded: a call's final record is written.
	CallEnded EventKind = "call"
	// LimitChanged: something else limits a campaign's dialling now. A limit that
	// comes and goes with each call stands while contacts are being leased.
	LimitChanged EventKind = "limit"
)

// Event is something that happened on this worker. Nothing depends on events:
// a subscriber that is too slow loses some, and what is true stands in the store.
type Event struct {
	Kind     EventKind
	At       time.Time
	Campaign ID
	Run      int
	Contact  ID              // AttemptMoved, CallEnded
	Status   campaign.Status // CampaignChanged
	From, To attempt.State   // AttemptMoved
	Call     attempt.Call    // AttemptMoved: so far; CallEnded: the record
	Limit    pacing.Limit    // LimitChanged
}

// Subscription receives events until it is closed, or the dialler has run.
type Subscription struct {
	// C delivers the events; it is closed in the end.
	C <-chan Event

	c       chan Event
	hub     *hub
	dropped atomic.Uint64
}

// Dropped is how many events were lost because nobody took them in time.
func (s *Subscription) Dropped() uint64 { return s.dropped.Load() }

// Dropped is how many events all subscribers of this dialler, closed ones too,
// have lost because they did not take them in time: a figure to watch.
func (d *Dialler) Dropped() uint64 { return d.hub.dropped.Load() }

// Close ends the subscription. It may be called again.
func (s *Subscription) Close() { s.hub.remove(s) }

// Subscribe delivers this worker's events from now on, keeping at most buffer
// of them (at least 1) for a subscriber that is busy; it never holds up the
// dialler.
func (d *Dialler) Subscribe(buffer int) *Subscription {
	c := make(chan Event, max(buffer, 1))
	s := &Subscription{C: c, c: c, hub: &d.hub}
	d.hub.add(s)
	return s
}

// hub hands events to subscribers.
type hub struct {
	mu     sync.Mutex
	subs   []*Subscription
	closed bool
	count  atomic.Int32

	dropped atomic.Uint64
}

func (h *hub) listened() bool { return h.count.Load() > 0 }

func (h *hub) add(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(s.c)
		return
	}
	h.subs = append(h.subs, s)
	h.count.Store(int32(len(h.subs)))
}

func (h *hub) remove(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, known := range h.subs {
		if known == s {
			h.subs = append(h.subs[:i], h.subs[i+1:]...)
			h.count.Store(int32(len(h.subs)))
			close(s.c)
			return
		}
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, s := range h.subs {
		close(s.c)
	}
	h.subs = nil
	h.count.Store(0)
}

func (h *hub) publish(notes []engine.Note) {
	if len(notes) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range notes {
		ev := eventOf(&notes[i])
		for _, s := range h.subs {
			select {
			case s.c <- ev:
			default:
				s.dropped.Add(1)
				h.dropped.Add(1)
			}
		}
	}
}

func eventOf(n *engine.Note) Event {
	ev := Event{
		At: n.At, Campaign: n.Campaign, Run: n.Run, Contact: n.Contact,
		Status: n.Status, From: n.From, To: n.To, Call: n.Call, Limit: n.Decision.Limit,
	}
	switch n.Kind {
	case engine.NoteCampaign:
		ev.Kind = CampaignChanged
	case engine.NoteAttempt:
		ev.Kind = AttemptMoved
	case engine.NoteCall:
		ev.Kind = CallEnded
	case engine.NoteDecision:
		ev.Kind = LimitChanged
	}
	return ev
}
