package esl

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/esl/internal/guard"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// batch is how many originates may be sent without waiting for replies between
// them. What is urgent waits for so many replies at most.
const batch = 16

// command sends what is queued, originates in batches and all else one at a
// time, and audits now and then.
func (s *Switch) command(ctx context.Context, l *guard.Link) {
	s.resting(s.cfg.Audit)
	timer, due := s.clock.NewTimer(s.cfg.Audit)
	defer func() { timer.Stop() }()
	defer s.dropLater()
	for {
		if cs := s.next(); len(cs) > 0 {
			if !s.send(l, cs) {
				return
			}
			continue
		}
		select {
		case <-s.queue.wake:
		case <-s.whenLater():
			s.askLater()
		case <-due:
			timer, due = s.clock.NewTimer(s.cfg.Audit)
			s.mu.Lock()
			s.compare(lag)
			s.again = s.clock.Now().Add(s.cfg.Audit)
			s.mu.Unlock()
		case <-ctx.Done():
			return
		}
	}
}

// next takes a command off the queue, or a batch of originates. An originate that
// has waited too long is not sent any more.
func (s *Switch) next() []command {
	s.mu.Lock()
	defer s.mu.Unlock()
	var cs []command
	for len(cs) < batch {
		c, ok := s.queue.pop()
		if !ok {
			break
		}
		if c.dial && s.clock.Now().Sub(c.at) > sendWithin {
			s.book.NotSent(c.job, "NOT_SENT_IN_TIME")
			s.settle() // which may queue what is urgent
			if len(cs) > 0 {
				break
			}
			continue
		}
		cs = append(cs, c)
		if !c.dial {
			break
		}
	}
	s.busy += len(cs)
	s.stats.Commands += len(cs)
	return cs
}

// send sends commands and hands on the replies; false: the connection is lost.
func (s *Switch) send(l *guard.Link, cs []command) bool {
	replies, err := exchange(l, cs)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy -= len(cs)
	for i, c := range cs {
		reply := ""
		if err == nil {
			reply = replies[i]
		}
		switch {
		case c.done != nil:
			c.done(reply, err)
		case c.job != (ports.ID{}):
			s.bgapi(c.job, reply, err)
		}
	}
	s.settle()
	return err == nil || errors.Is(err, guard.ErrCommand)
}

// bgapi takes the reply to an originate: whether the switch has begun with it.
// What became of one whose reply was lost with the connection is found out when
// there is another.
func (s *Switch) bgapi(leg ports.ID, reply string, err error) {
	switch {
	case errors.Is(err, guard.ErrCommand):
		s.book.NotSent(leg, "NOT_SENT")
	case err != nil || freeswitch.ParseReply(reply).OK:
	case strings.HasPrefix(reply, "-"):
		s.book.NotSent(leg, "BGAPI_REFUSED")
	default:
		s.book.Lost(leg)
	}
}

// exchange sends one command, or originates in a batch; on success there are as
// many replies.
func exchange(l *guard.Link, cs []command) ([]string, error) {
	if len(cs) == 1 {
		reply, err := l.Send(cs[0].line, cs[0].headers()...)
		return []string{reply}, err
	}
	all := make([]guard.Command, len(cs))
	for i, c := range cs {
		all[i] = guard.Command{Line: c.line, Headers: c.headers()}
	}
	return l.SendAll(all)
}

// headers are the header lines that go with a command.
func (c *command) headers() []string {
	if c.job == (ports.ID{}) {
		return nil
	}
	return []string{"Job-UUID: " + c.job.String()}
}

// parseJob reads which channel a job's result is about.
func parseJob(ev *freeswitch.Event) (ports.ID, error) { return uuid.Parse(ev.Get("Job-UUID")) }
