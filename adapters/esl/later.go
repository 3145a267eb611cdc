package esl

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// settling is how long the switch is given to tell by itself what we would ask
// about: what is under way on the events' connection would be overtaken by the
// answer on the other.
const settling = time.Second / 2

// later holds questions that are put off.
type later struct {
	commands []command // by at, when they are due
	timer    ports.Timer
	due      <-chan time.Time
}

// putOff asks in a while.
func (s *Switch) putOff(c command) {
	c.at = s.clock.Now().Add(settling)
	s.later.commands = append(s.later.commands, c)
	if len(s.later.commands) == 1 {
		s.setLater()
	}
}

// setLater sets the timer for the first of them.
func (s *Switch) setLater() {
	s.later.timer, s.later.due = s.clock.NewTimer(s.later.commands[0].at.Sub(s.clock.Now()))
	s.wakeUp()
}

// whenLater is when to call askLater.
func (s *Switch) whenLater() <-chan time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.later.due
}

// askLater queues what is due.
func (s *Switch) askLater() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.later.due = nil
	now := s.clock.Now()
	for len(s.later.commands) > 0 && !s.later.commands[0].at.After(now) {
		s.push(s.later.commands[0])
		s.later.commands = s.later.commands[1:]
	}
	if len(s.later.commands) > 0 {
		s.setLater()
	}
}

// dropLater forgets them: the connection is lost, and all is asked anew.
func (s *Switch) dropLater() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.later.due != nil {
		s.later.timer.Stop()
	}
	s.later = later{}
}
