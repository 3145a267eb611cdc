package xmlrpc

import (
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// settle passes on what the book has to tell, and does what it wants done.
func (s *Switch) settle() {
	for {
		s.tell(s.book.Take())
		deeds := s.book.Deeds()
		if len(deeds) == 0 {
			return
		}
		s.carryOut(deeds)
	}
}

func (s *Switch) tell(told []ports.Event) {
	s.overload.Learn(s.clock.Now(), told)
	s.outbox.Put(told...)
}

// carryOut queues deeds. With the switch away they are dropped: what still has
// to be done will be asked for when it is back.
func (s *Switch) carryOut(deeds []freeswitch.Deed) {
	for _, d := range deeds {
		switch {
		case s.up:
			s.pushDeed(d)
		case d.Kind == freeswitch.DeedLook:
			s.book.LookFailed(d.Call)
		case d.Kind == freeswitch.DeedRaise:
			s.book.NotSent(d.Leg, "NOT_CONNECTED")
		}
	}
}

// pushDeed queues what the book wants done. What cannot be said is answered as
// if the switch had refused it.
func (s *Switch) pushDeed(d freeswitch.Deed) {
	switch d.Kind {
	case freeswitch.DeedKill:
		s.kill(d.Leg, d.Cause)
	case freeswitch.DeedRaise:
		args, err := s.site.AgentLeg(d.Call, d.Leg, d.To.Agent, d.Ring)
		if err != nil {
			s.book.Reply(d.Leg, "-ERR INVALID_URL")
			return
		}
		s.start(&originate{call: d.Call, leg: d.Leg, up: d.Leg, args: args, ring: d.Ring}, s.raise)
	case freeswitch.DeedBridge:
		s.join(d, "uuid_bridge", d.Call.String()+" "+d.Leg.String())
	case freeswitch.DeedTransfer:
		args, err := s.site.Transfer(d.Call, d.To)
		if err != nil {
			s.book.Joined(d.Call, d.Leg, "-ERR INVALID_URL")
			return
		}
		s.join(d, "uuid_transfer", args)
	case freeswitch.DeedMark:
		s.setVar(d, freeswitch.VarStage, freeswitch.StageMark)
	case freeswitch.DeedOwn:
		s.setVar(d, freeswitch.VarOwner, s.site.Owner)
	case freeswitch.DeedLook:
		s.push(&s.queue.looks, s.look(d))
	}
}

// dialling reports whether a call's originate is under way.
func (s *Switch) dialling(call ports.ID) bool {
	_, under := s.dials[call]
	return under
}

// start begins an originate, in a goroutine of its own.
func (s *Switch) start(o *originate, how func(*originate)) {
	s.dials[o.leg] = time.Time{}
	if o.raise() {
		s.raises++
	}
	s.moving.Add(1)
	s.parts.Go(func() { how(o) })
}

func (s *Switch) kill(leg ports.ID, cause string) {
	if args, err := freeswitch.Kill(leg, cause); err == nil {
		s.push(&s.queue.urgent, &command{api: "uuid_kill", args: args})
	}
}

func (s *Switch) setVar(d freeswitch.Deed, name, value string) {
	s.push(&s.queue.urgent, &command{api: "uuid_setvar", args: d.Leg.String() + " " + name + " " + value})
}

// join connects a contact to an agent's leg, or to an extension. Done twice it
// would part those whom it has connected, or send the contact back to the
// beginning, so that after a reply that is lost the channel is asked.
func (s *Switch) join(d freeswitch.Deed, api, args string) {
	c := &command{api: api, args: args, once: true}
	c.done = func(reply string, err error) {
		if err == nil {
			s.book.Joined(d.Call, d.Leg, reply)
			return
		}
		s.push(&s.queue.urgent, s.joined(d))
	}
	s.push(&s.queue.urgent, c)
}

// joined asks whether that was done. While the switch is away there is no
// answer: when it is back the book asks anew.
func (s *Switch) joined(d freeswitch.Deed) *command {
	return &command{api: "uuid_dump", args: d.Call.String() + " json", needed: true, done: func(reply string, err error) {
		dump, bad := freeswitch.ParseDump(reply)
		switch {
		case err != nil || bad != nil:
			s.ask(0) // and the call stays as it is: to part it would be worse
		case dump != nil && (dump.With(d.Leg) || d.Kind == freeswitch.DeedTransfer && dump.Transferred()):
			s.book.Joined(d.Call, d.Leg, "+OK")
		default:
			s.book.Joined(d.Call, d.Leg, "-ERR")
		}
	}}
}

// look dumps a channel. That it is not there says nothing if its originate was
// under way when we asked and is not now: it may have come about in between.
func (s *Switch) look(d freeswitch.Deed) *command {
	early := false
	return &command{
		api: "uuid_dump", args: d.Leg.String() + " json",
		start: func() { early = s.dialling(d.Call) },
		done: func(reply string, err error) {
			switch {
			case textFault(err): // somebody's name spoils it, and so it is there
				s.stats.Malformed++
				s.book.LookUnread(d.Leg)
				s.ask(0)
				return
			case err != nil:
				s.book.LookFailed(d.Call)
				return
			}
			dump, err := freeswitch.ParseDump(reply)
			switch {
			case err != nil:
				s.stats.Malformed++
				s.book.LookFailed(d.Call)
			case dump == nil && early && !s.dialling(d.Call):
				s.push(&s.queue.looks, s.look(d))
			default:
				s.book.Looked(d.Leg, dump)
			}
		},
	}
}
