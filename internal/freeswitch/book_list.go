package freeswitch

import (
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// List puts in a look at all channels, nil if it could not be read, which may be that old: `show channels`
// lags. Calls that are not in it, and of which nothing was heard for that long,
// are looked at one by one.
func (b *Book) List(channels []Channel, lag time.Duration) {
	b.Doubts()
	present := make(map[ports.ID]Channel, len(channels))
	for _, c := range channels {
		present[c.ID] = c
		b.doubted(c.ID)
	}
	for _, e := range b.calls {
		if c, ok := present[e.id]; ok {
			b.listed(e, c)
			continue
		}
		if channels == nil {
			b.unread(e, Channel{})
		}
		_, agent := present[e.agentLeg]
		switch {
		case e.blocking && e.shape != attempt.AgentFirst:
			// its reply tells
		case e.blocking && !agent:
		case b.now().Sub(e.since) >= lag:
			b.look(e)
		}
	}
}

// listed catches up with a call by its state in the list.
func (b *Book) listed(e *entry, c Channel) {
	e.seen, e.quiet = true, false
	b.unread(e, c)
	b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
	switch c.State {
	case "RINGING", "EARLY":
		b.tell(e, toldProgress, ports.Event{Kind: ports.Progress})
	case "ACTIVE", "HELD":
		b.answered(e, b.now())
	}
	if e.kill != "" && b.now().Sub(e.since) >= killAgain {
		e.since = b.now()
		b.kill(e)
	}
}

// unread answers Adopt by the list, for a call whose dump can't be read.
func (b *Book) unread(e *entry, c Channel) {
	if !e.blind {
		return
	}
	e.blind = false
	if e.asked == 0 {
		return
	}
	stage := ports.StageDialling
	switch {
	case e.attach == attached:
		stage = ports.StageAttached
	case c.State == "ACTIVE" || c.State == "HELD" || e.told&toldAnswered != 0:
		stage = ports.StageAnswered
		if e.answeredAt.IsZero() {
			e.answeredAt = b.now()
		}
	case c.State == "RINGING" || c.State == "EARLY":
		stage = ports.StageRinging
	}
	b.know(e, implied(stage))
	b.answer(e, stage)
}

// killAgain is how long a hang-up may take before it is asked for again.
const killAgain = 5 * time.Second

// Doubt notes that a call which is not there may still surface until then.
func (b *Book) Doubt(call ports.ID, until time.Time) {
	b.doubts[call] = doubt{call, until}
	b.doubts[AgentLegID(call)] = doubt{call, until}
}

// doubt is a call that may surface, by either of its legs.
type doubt struct {
	call  ports.ID
	until time.Time
}

// Doubts reports whether some call may still surface, and forgets those that
// can't any more.
func (b *Book) Doubts() bool {
	for id, d := range b.doubts {
		if !b.now().Before(d.until) {
			delete(b.doubts, id)
		}
	}
	return len(b.doubts) > 0
}

func (b *Book) inDoubt(id ports.ID) bool {
	d, ok := b.doubts[id]
	return ok && b.now().Before(d.until)
}

// LookForDoubts looks at each call that may surface, for when there is no list
// to find them in.
func (b *Book) LookForDoubts() {
	for id, d := range b.doubts {
		if b.inDoubt(id) && b.calls[d.call] == nil {
			b.do(Deed{Kind: DeedLook, Call: d.call, Leg: id})
		}
	}
}

// doubted takes up a call that has surfaced; nil: it is none of those.
func (b *Book) doubted(id ports.ID) *entry {
	if !b.inDoubt(id) || b.legs[id] != nil {
		return nil
	}
	call := b.doubts[id].call
	if b.calls[call] != nil || b.over.has(call) {
		return nil
	}
	e := &entry{id: call, since: b.now()}
	b.add(e)
	if call != id {
		e.shape = attempt.AgentFirst
		b.setLeg(e, id)
	}
	b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
	return e
}

// Disconnected notes that the switch was lost: looks that were under way have
// no answer. Agents' legs that were being raised will hang up by themselves.
func (b *Book) Disconnected() {
	b.deeds = nil
	clear(b.peeks)
	for _, e := range b.calls {
		b.LookFailed(e.id)
	}
}

// Reconnected begins anew with a switch that was away. An agent who was being
// called is let go, for the engine asks again; of one who was being connected
// the switch is asked, so that nobody who talks is parted.
func (b *Book) Reconnected() {
	for _, e := range b.calls {
		if e.former != "" {
			b.look(e) // whether the switch has heard that it is ours
		}
		if e.attach == attached && e.shape != attempt.AgentFirst {
			b.do(Deed{Kind: DeedMark, Call: e.id, Leg: e.id})
		}
		switch e.attach {
		case raising:
			b.letGo(e)
		case joining:
			e.unsure = true
			b.look(e)
		}
	}
}

func after(s, prefix string) string {
	rest, _ := strings.CutPrefix(s, prefix)
	return rest
}
