package xmlrpc

import (
	"slices"
	"sync"
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// originate is one blocking originate: of a call, or of an agent's leg for one.
type originate struct {
	call ports.ID
	leg  ports.ID // by which the book knows it: the call, or the agent's leg
	up   ports.ID // the channel that is up when it succeeds
	args string
	ring time.Duration
	free func() // gives its slot back; nil while it has none
}

// raise says that it is an agent's leg for a contact who has answered.
func (o *originate) raise() bool { return o.leg != o.call }

// slotWait is how long an agent's leg may wait for a slot: a contact is
// listening to silence meanwhile.
const slotWait = time.Second

// ringSlack is how much longer than asked the switch may let a leg ring: it
// counts in whole seconds.
const ringSlack = 2 * time.Second

// take takes a slot for dialling if there is one.
func (s *Switch) take() bool {
	select {
	case s.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// raise originates an agent's leg as soon as there is a slot. An originate that
// ends hands its slot to whoever waits here first.
func (s *Switch) raise(o *originate) {
	if s.take() {
		s.dial(o)
		return
	}
	timer, late := s.clock.NewTimer(slotWait)
	defer timer.Stop()
	s.until(o, slotWait)
	s.moving.Add(-1)
	select {
	case s.slots <- struct{}{}:
		s.moving.Add(1)
		s.dial(o)
	case <-late:
		s.unsent(o, "NO_SLOT")
	case <-s.ctx.Done():
	}
}

// until notes how long the present step of an originate may take.
func (s *Switch) until(o *originate, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dials[o.leg] = s.clock.Now().Add(d)
}

// dial sends an originate, once, and waits for its reply. It holds a slot.
func (s *Switch) dial(o *originate) {
	o.free = sync.OnceFunc(func() { <-s.slots })
	defer o.free()
	c := &command{api: "originate", args: o.args, limit: o.ring + ringSlack + s.cfg.Timeout}
	ctx, stop := s.within(c)
	defer stop()
	s.until(o, c.limit)
	w := wire{moving: &s.moving, moves: true}
	defer w.move(false)
	reply, err := s.door.post(w.watched(ctx), s.long, c)
	switch {
	case s.ctx.Err() != nil:
	case err != nil && !w.connected():
		s.unsent(o, "NOT_CONNECTED")
	default:
		s.result(o, reply, err)
	}
}

// unsent notes an originate that the switch has certainly not seen.
func (s *Switch) unsent(o *originate, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended(o)
	s.book.NotSent(o.leg, why)
	s.ask(0)
	s.settle()
}

// result takes an originate's reply. What is neither success nor a cause leaves
// open what has happened, and the call in doubt.
func (s *Switch) result(o *originate, reply string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended(o)
	r := freeswitch.ParseReply(reply)
	switch {
	case err != nil || !telling(r, o.up):
		s.stats.Unknown++
		s.lostReply(o)
	case o.raise():
		s.answeredLeg(o, reply, r.OK)
	default:
		s.book.Reply(o.call, reply)
	}
	s.settle()
}

// telling reports whether a reply says what became of an originate: the channel
// that it was to bring up, or a cause.
func telling(r freeswitch.Reply, up ports.ID) bool {
	if r.OK {
		return r.Text == up.String()
	}
	return r.Text != freeswitch.Unclear
}

// lostReply has the truth found out, now and for as long as it may change.
func (s *Switch) lostReply(o *originate) {
	until := s.clock.Now().Add(s.cfg.GhostHorizon)
	if o.raise() {
		s.strays[o.leg] = until
	} else {
		s.book.Doubt(o.call, until)
	}
	s.book.Lost(o.leg)
}

// answeredLeg takes the reply for an agent's leg. One that is up and of no use
// any more is hung up.
func (s *Switch) answeredLeg(o *originate, reply string, up bool) {
	s.book.Reply(o.leg, reply)
	deeds := s.book.Deeds()
	used := slices.ContainsFunc(deeds, func(d freeswitch.Deed) bool {
		return d.Kind == freeswitch.DeedBridge && d.Leg == o.leg
	})
	if up && !used {
		s.kill(o.leg, ports.NormalClearing)
	}
	s.carryOut(deeds)
}

// ended notes that an originate is not under way any more. Whoever hears of that
// finds its slot free.
func (s *Switch) ended(o *originate) {
	if o.free != nil {
		o.free()
	}
	delete(s.dials, o.leg)
	if o.raise() {
		s.raises--
	}
}
