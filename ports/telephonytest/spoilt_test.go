package telephonytest_test

import (
	"sync"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/ports"
)

// broken are switches that break one promise each, and the check that must
// notice. They may fail others, too.
var broken = []struct {
	name  string
	spoil func(*simulated.Switch) ports.Telephony
	fails string
}{
	{"ends calls twice", hears(doubled(ports.Ended)), "a call that nobody takes ends as busy"},
	{"takes calls twice", hears(doubled(ports.Accepted)), "a call that nobody takes ends as busy"},
	{"never says that it took a call", hears(lost(ports.Accepted)), "a call that nobody takes ends as busy"},
	{"swallows answers", hears(lost(ports.Answered)), "an answered call ends answered"},
	{"forgets when a call was answered", hears(noAnswerTime), "an answered call ends answered"},
	{"tells the end before the answer", hears(endsFirst()), "an answered call ends answered"},
	{"has one cause for everything", hears(oneCause), "a call that nobody takes ends as rejected"},
	{"tells no times", hears(noTimes), "a call that nobody takes ends as busy"},
	{"ends what it refused", hears(endsRefused), "a call that the switch refuses is Refused and nothing more"},
	{"tells of calls that are not ours", hears(strangers), "an answered call ends answered"},
	{"rings for ever", ringsOn, "ringing stops at the dial's time-out"},
	{"never ends a call that was hung up", neverEnds, "hanging up while it rings ends it cancelled"},
	{"ends calls again when hung up again", endsAgain, "commands for a call that is over do nothing"},
	{"dials again when the reply is lost", redials, "a lost reply does not place the call twice"},
	{"places calls that it calls busy", busyButDials, "a call refused with ErrBusy was not sent"},
	{"takes fewer calls than it says", halfTheLimit, "calls up to the ringing limit are taken"},
	{"attaches again and again", attachesAgain, "attaching again changes nothing"},
	{"pretends that every agent came", hears(pretends), "an agent that is not there leaves the call unserved"},
	{"hangs up instead of playing", playsHangup, "playing a file leaves the call up"},
	{"takes machines for people", hears(allHuman), "screening tells a machine"},
	{"screens whatever it dials", screensAll, "nothing is screened unasked"},
	{"dials the contact though the agent's leg failed", hears(contactAnyway), "agent first, an agent who does not answer is a refusal"},
	{"adopts silently", hears(lost(ports.Stage)), "adopt tells what the call is now"},
	{"says nothing about calls it does not know", hears(lostAbsent), "adopt tells that a call is unknown"},
	{"answers each question twice", hears(doubled(ports.Stage)), "adopt answers each question once"},
	{"calls everything ringing", hears(allRinging), "adopt tells what the call is now"},
	{"takes only a few questions", fewQuestions, "adopt answers many questions"},
	{"answers, but does not hand the call over", keepsCalls, "an adopted call is heard of by its new owner only"},
	{"does not say that it is down", hears(lost(ports.Down)), "a lost connection is told once, and so is its return"},
	{"takes commands while it is down", takesAll, "commands on a lost connection are refused"},
	{"does not reconcile after an outage", hears(noReconcile()), "after an outage calls that ended are told to have ended"},
	{"makes up answers", hears(madeUp), "a faulty switch does no worse than it may"},
	{"makes up absence", hears(allAbsent), "a faulty switch tells the truth when asked"},
}

// spoilt is a connection with some of its methods replaced.
type spoilt struct {
	*simulated.Switch
	mu        sync.Mutex
	hear      func(ports.Event) []ports.Event
	more      []ports.Event // to be told at the next poll
	originate func(ports.Dial) error
	attach    func(ports.ID, ports.Target) error
	play      func(ports.ID, string) error
	hangup    func(ports.ID, string) error
	adopt     func([]ports.ID) error
	limits    func() ports.Limits
}

// hears spoils what is heard.
func hears(f func(ports.Event) []ports.Event) func(*simulated.Switch) ports.Telephony {
	return func(s *simulated.Switch) ports.Telephony { return &spoilt{Switch: s, hear: f} }
}

func (s *spoilt) Poll() []ports.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.more
	s.more = nil
	for _, e := range s.Switch.Poll() {
		if s.hear == nil {
			told = append(told, e)
		} else {
			told = append(told, s.hear(e)...)
		}
	}
	return told
}

func (s *spoilt) say(e ports.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.more = append(s.more, e)
}

func (s *spoilt) Originate(d ports.Dial) error {
	if s.originate != nil {
		return s.originate(d)
	}
	return s.Switch.Originate(d)
}

func (s *spoilt) Attach(call ports.ID, to ports.Target) error {
	if s.attach != nil {
		return s.attach(call, to)
	}
	return s.Switch.Attach(call, to)
}

func (s *spoilt) Play(call ports.ID, file string) error {
	if s.play != nil {
		return s.play(call, file)
	}
	return s.Switch.Play(call, file)
}

func (s *spoilt) Hangup(call ports.ID, cause string) error {
	if s.hangup != nil {
		return s.hangup(call, cause)
	}
	return s.Switch.Hangup(call, cause)
}

func (s *spoilt) Adopt(calls []ports.ID) error {
	if s.adopt != nil {
		return s.adopt(calls)
	}
	return s.Switch.Adopt(calls)
}

func (s *spoilt) Limits() ports.Limits {
	if s.limits != nil {
		return s.limits()
	}
	return s.Switch.Limits()
}
