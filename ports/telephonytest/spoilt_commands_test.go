package telephonytest_test

import (
	"sync"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/ports"
)

// Switches that do wrong.

func ringsOn(s *simulated.Switch) ports.Telephony {
	return &spoilt{Switch: s, originate: func(d ports.Dial) error {
		d.RingTimeout *= 2
		return s.Originate(d)
	}}
}

// neverEnds forgets calls once it has hung them up.
func neverEnds(s *simulated.Switch) ports.Telephony {
	var hung sync.Map
	return &spoilt{
		Switch: s,
		hangup: func(call ports.ID, cause string) error {
			hung.Store(call, true)
			return s.Hangup(call, cause)
		},
		hear: func(e ports.Event) []ports.Event {
			if _, gone := hung.Load(e.Call); gone && e.Kind == ports.Ended {
				return nil
			}
			return one(e)
		},
	}
}

// endsAgain reports every hang-up as an end.
func endsAgain(s *simulated.Switch) ports.Telephony {
	var over sync.Map
	t := &spoilt{Switch: s}
	t.hear = func(e ports.Event) []ports.Event {
		if e.Kind == ports.Ended {
			over.Store(e.Call, e)
		}
		return one(e)
	}
	t.hangup = func(call ports.ID, cause string) error {
		if e, gone := over.Load(call); gone {
			t.say(e.(ports.Event))
		}
		return s.Hangup(call, cause)
	}
	return t
}

// redials places a call again, as another, when no Accepted came back.
func redials(s *simulated.Switch) ports.Telephony {
	return &spoilt{Switch: s, originate: func(d ports.Dial) error {
		err := s.Originate(d)
		if err == nil && len(s.Poll()) == 0 {
			d.Call = uuid.NewSHA1(d.Call, nil)
			err = s.Originate(d)
		}
		return err
	}}
}

func busyButDials(s *simulated.Switch) ports.Telephony {
	return &spoilt{Switch: s, originate: func(d ports.Dial) error {
		if err := s.Originate(d); err != nil {
			return err
		}
		if d.Call[0]%4 == 0 {
			return ports.ErrBusy
		}
		return nil
	}}
}

func halfTheLimit(s *simulated.Switch) ports.Telephony {
	return &spoilt{Switch: s, limits: func() ports.Limits {
		l := s.Limits()
		l.Ringing *= 2
		return l
	}}
}

func attachesAgain(s *simulated.Switch) ports.Telephony {
	var told sync.Map
	t := &spoilt{Switch: s}
	t.hear = func(e ports.Event) []ports.Event {
		if e.Kind == ports.Attached {
			told.Store(e.Call, e)
		}
		return one(e)
	}
	t.attach = func(call ports.ID, to ports.Target) error {
		if e, ok := told.Load(call); ok {
			t.say(e.(ports.Event))
		}
		return s.Attach(call, to)
	}
	return t
}

func playsHangup(s *simulated.Switch) ports.Telephony {
	return &spoilt{Switch: s, play: func(call ports.ID, _ string) error {
		return s.Hangup(call, ports.NormalClearing)
	}}
}

func screensAll(s *simulated.Switch) ports.Telephony {
	return &spoilt{Switch: s, originate: func(d ports.Dial) error {
		d.Screen = true
		return s.Originate(d)
	}}
}

func fewQuestions(s *simulated.Switch) ports.Telephony {
	return &spoilt{Switch: s, adopt: func(calls []ports.ID) error {
		return s.Adopt(calls[:min(len(calls), 100)])
	}}
}

// keepsCalls answers for its neighbours' calls and leaves them where they are.
func keepsCalls(s *simulated.Switch) ports.Telephony {
	var own sync.Map
	t := &spoilt{Switch: s}
	t.originate = func(d ports.Dial) error {
		own.Store(d.Call, true)
		return s.Originate(d)
	}
	t.adopt = func(calls []ports.ID) error {
		for _, call := range calls {
			if _, mine := own.Load(call); mine {
				_ = s.Adopt([]ports.ID{call})
				continue
			}
			t.say(ports.Event{Kind: ports.Stage, Call: call, Stage: ports.StageRinging})
		}
		return nil
	}
	return t
}

func takesAll(s *simulated.Switch) ports.Telephony {
	return &spoilt{Switch: s, originate: func(d ports.Dial) error {
		_ = s.Originate(d)
		return nil
	}}
}
