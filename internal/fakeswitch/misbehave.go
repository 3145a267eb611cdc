package fakeswitch

import (
	"math/rand/v2"
	"slices"
	"time"
)

// SetFaults changes what goes wrong with events from now on, and begins the
// choices anew from the seed.
func (s *Switch) SetFaults(f Faults) {
	s.lock()
	defer s.unlock()
	s.setFaults(f)
}

func (s *Switch) setFaults(f Faults) {
	if f.DelayFor <= 0 {
		f.DelayFor = time.Second
	}
	s.faults = f
	s.dice = rand.New(rand.NewPCG(f.Seed, 2))
}

// SetGateway takes a gateway up or down.
func (s *Switch) SetGateway(name string, up bool) {
	s.lock()
	defer s.unlock()
	s.cfg.DownGateways = slices.DeleteFunc(slices.Clone(s.cfg.DownGateways), func(n string) bool { return n == name })
	if !up {
		s.cfg.DownGateways = append(s.cfg.DownGateways, name)
	} else if !slices.Contains(s.cfg.Gateways, name) {
		s.cfg.Gateways = append(slices.Clone(s.cfg.Gateways), name)
	}
}

// deliver gives an event to a client, or does to it what Faults ask for.
func (s *Switch) deliver(c *conn, event int, frame []byte) {
	f := &s.faults
	if len(f.Only) > 0 && !slices.Contains(f.Only, evNames[event]) {
		s.hand(c, frame)
		return
	}
	switch {
	case s.strikes(f.Drop):
		return
	case s.strikes(f.Delay):
		s.after(time.Duration(1+s.dice.Int64N(int64(f.DelayFor))), func() { s.hand(c, frame) })
		return
	case s.strikes(f.Reorder) && c.swapped == nil:
		c.swapped = frame
		s.after(f.DelayFor, func() { s.handSwapped(c) }) // if none comes to change places with
		return
	}
	s.hand(c, frame)
	if s.strikes(f.Duplicate) {
		s.hand(c, frame)
	}
}

func (s *Switch) strikes(probability float64) bool {
	return probability > 0 && s.dice.Float64() < probability
}

// hand queues an event, and after it the one that it changes places with.
func (s *Switch) hand(c *conn, frame []byte) {
	c.event(frame)
	s.handSwapped(c)
}

func (s *Switch) handSwapped(c *conn) {
	if frame := c.swapped; frame != nil {
		c.swapped = nil
		c.event(frame)
	}
}

// Cut closes every event socket at once; calls live on.
func (s *Switch) Cut() {
	s.lock()
	defer s.unlock()
	s.cutAll()
}

func (s *Switch) cutAll() {
	for _, c := range slices.Clone(s.conns) {
		c.drop()
	}
}

// CutMidFrame closes each event socket that is there now in the middle of the
// next frame that it would carry; calls live on.
func (s *Switch) CutMidFrame() {
	s.lock()
	defer s.unlock()
	for _, c := range s.conns {
		c.midFrame = true
	}
}

// Refuse turns new clients away at the door, or lets them in again.
func (s *Switch) Refuse(yes bool) {
	s.lock()
	defer s.unlock()
	s.refuse = yes
}

// Stall stops answering commands and sending events, but keeps the sockets;
// calls live on. What came meanwhile is dealt with afterwards.
func (s *Switch) Stall(yes bool) {
	s.lock()
	defer s.unlock()
	s.stalled = yes
	if !yes {
		s.leaving = false
		for _, run := range s.stuck {
			s.later(run)
		}
		s.stuck = nil
		for _, c := range slices.Clone(s.conns) {
			c.work()
		}
	}
}

// Restart is a kill −9 or "fsctl shutdown now", and a start: channels are
// forgotten without a word, sockets closed, and the Core-UUID is another.
func (s *Switch) Restart() {
	s.lock()
	defer s.unlock()
	s.restart()
}

func (s *Switch) restart() {
	s.cutAll()
	s.forget()
	if !s.closed {
		s.boot()
	}
}

// forget drops all channels, commands and tasks, and the connections of
// XML-RPC. Whoever waits in API gets "".
func (s *Switch) forget() {
	for _, c := range s.order {
		c.state = stateGone
	}
	s.channels, s.order, s.ended = map[string]*channel{}, nil, 0
	for d := range s.dials {
		d.over = true
	}
	clear(s.dials)
	for _, t := range s.tasks {
		t.index = -1
	}
	s.tasks = nil
	s.ready, s.ran = s.ready[:0], 0
	for w := range s.waiters {
		w.reply <- ""
	}
	clear(s.waiters)
	s.stuck = nil
	s.xmlrpc.cut()
}

// lastBreath is how long a switch that was told to stop needs.
const lastBreath = 2300 * time.Millisecond

// Shutdown is a SIGTERM: a SHUTDOWN event, hang-ups with SYSTEM_SHUTDOWN, a
// notice, and after 2.3 s the end. Nobody is let in until Restart.
func (s *Switch) Shutdown() {
	s.lock()
	defer s.unlock()
	if s.down {
		return
	}
	s.down = true
	s.eventSeq++
	r := rendering{s: s, event: evShutdown, fields: func(w *writer) {
		s.head(w, evShutdown, "switch_core.c", "switch_core_destroy", 3023)
		w.str("Event-Info", "System Shutting Down")
	}}
	r.send()
	for _, c := range slices.Clone(s.order) {
		s.hangup(c, "SYSTEM_SHUTDOWN", byUs)
	}
	s.after(lastBreath, func() {
		for _, c := range slices.Clone(s.conns) {
			c.send(noticeFrame(shutting))
			c.bye()
		}
		s.forget()
	})
}
