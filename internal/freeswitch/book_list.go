package freeswitch

import (
	"strings"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// List puts in a look at all channels, which may be that old: `show channels`
// lags. Calls that are not in it, and of which nothing was heard for that long,
// are looked at one by one.
func (b *Book) List(channels []Channel, lag time.Duration) {
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

// killAgain is how long a hang-up may take before it is asked for again.
const killAgain = 5 * time.Second

// Doubt notes that a call which is not there may still surface until then.
// Where events come they tell; where not, the list does.
func (b *Book) Doubt(call ports.ID, until time.Time) {
	b.doubts[call] = until
	b.doubts[AgentLegID(call)] = until
}

// Doubts reports whether some call may still surface.
func (b *Book) Doubts() bool {
	for id, until := range b.doubts {
		if b.now().Before(until) {
			return true
		}
		delete(b.doubts, id)
	}
	return false
}

// doubted takes up a call that has surfaced.
func (b *Book) doubted(id ports.ID) {
	until, ok := b.doubts[id]
	if !ok || !b.now().Before(until) || b.calls[id] != nil || b.legs[id] != nil {
		return
	}
	call, leg := id, ports.ID{}
	for other := range b.doubts {
		if AgentLegID(other) == id {
			call, leg = other, id
		}
	}
	if b.calls[call] != nil || b.over.has(call) {
		return
	}
	e := &entry{id: call, since: b.now()}
	b.add(e)
	if leg != (ports.ID{}) {
		e.shape = attempt.AgentFirst
		b.setLeg(e, leg)
	}
	b.tell(e, toldAccepted, ports.Event{Kind: ports.Accepted})
}

// Disconnected notes that the switch was lost: looks that were under way have
// no answer. Agents' legs that were being raised will hang up by themselves.
func (b *Book) Disconnected() {
	b.deeds = nil
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
