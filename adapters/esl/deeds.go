package esl

import (
	"strings"
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
)

// pushDeed queues what the book wants done. What cannot be said is answered as
// if the switch had refused it.
func (s *Switch) pushDeed(d freeswitch.Deed) {
	switch d.Kind {
	case freeswitch.DeedKill:
		if args, err := freeswitch.Kill(d.Leg, d.Cause); err == nil {
			s.push(command{line: "api uuid_kill " + args})
		}
	case freeswitch.DeedRaise:
		args, err := s.site.AgentLeg(d.Call, d.Leg, d.To.Agent, d.Ring)
		if err != nil {
			s.book.Reply(d.Leg, "-ERR INVALID_URL")
			return
		}
		s.push(command{line: "bgapi originate " + args, job: d.Leg})
	case freeswitch.DeedBridge:
		s.push(s.joining(d, "api uuid_bridge "+d.Call.String()+" "+d.Leg.String()))
	case freeswitch.DeedTransfer:
		args, err := s.site.Transfer(d.Call, d.To)
		if err != nil {
			s.book.Joined(d.Call, d.Leg, "-ERR INVALID_URL")
			return
		}
		s.push(s.joining(d, "api uuid_transfer "+args))
	case freeswitch.DeedMark:
		s.push(command{line: setVar(d, freeswitch.VarStage, freeswitch.StageMark)})
	case freeswitch.DeedOwn:
		s.push(command{line: setVar(d, freeswitch.VarOwner, s.site.Owner)})
	case freeswitch.DeedLook:
		if d.Later {
			s.putOff(s.look(d))
			return
		}
		s.push(s.look(d))
	}
}

func setVar(d freeswitch.Deed, name, value string) string {
	return strings.Join([]string{"api uuid_setvar", d.Leg.String(), name, value}, " ")
}

// joining hands the result to the book.
func (s *Switch) joining(d freeswitch.Deed, line string) command {
	return command{line: line, done: func(reply string, err error) {
		if err == nil {
			s.book.Joined(d.Call, d.Leg, reply)
		}
	}}
}

// look dumps a channel.
func (s *Switch) look(d freeswitch.Deed) command {
	return command{line: "api uuid_dump " + d.Leg.String() + " json", look: true, done: func(reply string, err error) {
		if err != nil {
			s.book.LookFailed(d.Call)
			return
		}
		dump, err := freeswitch.ParseDump(reply)
		if err != nil {
			s.stats.Malformed++
			s.book.LookFailed(d.Call)
			return
		}
		s.book.Looked(d.Leg, dump)
	}}
}

// list compares the calls with the switch's channels. Calls that were placed
// since it was asked for are not missed in it: their originates may come after it.
func (s *Switch) list(lag time.Duration) command {
	asked := s.clock.Now()
	return command{line: "api show channels as json", done: func(reply string, err error) {
		s.listing = false
		if err != nil {
			return
		}
		channels, err := freeswitch.ParseChannels(reply)
		if err != nil {
			s.stats.Malformed++
			return
		}
		s.answered = true
		s.book.List(channels, max(lag, s.clock.Now().Sub(asked)+1))
	}}
}

// status asks for the switch's limits.
func (s *Switch) status() command {
	return command{line: "api status", done: func(reply string, err error) {
		if err == nil {
			s.capacity.perSecond = freeswitch.ParseStatus(reply).PerSecond
		}
	}}
}
