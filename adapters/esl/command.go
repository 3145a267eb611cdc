package esl

import (
	"context"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/esl/internal/guard"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// command sends what is queued, one at a time, and audits now and then.
func (s *Switch) command(ctx context.Context, l *guard.Link) {
	timer, due := s.clock.NewTimer(s.cfg.Audit)
	defer func() { timer.Stop() }()
	for {
		c, ok := s.next()
		if ok {
			if !s.send(l, c) {
				return
			}
			continue
		}
		select {
		case <-s.queue.wake:
		case <-due:
			timer, due = s.clock.NewTimer(s.cfg.Audit)
			s.mu.Lock()
			s.push(s.list(lag))
			s.mu.Unlock()
		case <-ctx.Done():
			return
		}
	}
}

// next takes a command off the queue. An originate that has waited too long
// is not sent any more.
func (s *Switch) next() (command, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		c, ok := s.queue.pop()
		if ok && c.dial && s.clock.Now().Sub(c.at) > sendWithin {
			s.book.NotSent(c.job, "NOT_SENT_IN_TIME")
			s.settle()
			continue
		}
		if ok {
			s.busy++
			s.stats.Commands++
		}
		return c, ok
	}
}

// send sends one command and hands on its reply; false: the connection is lost.
func (s *Switch) send(l *guard.Link, c command) bool {
	var headers []string
	if c.job != (ports.ID{}) {
		headers = []string{"Job-UUID: " + c.job.String()}
	}
	reply, err := l.Send(c.line, headers...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
	switch {
	case c.done != nil:
		c.done(reply, err)
	case err == nil && c.job != (ports.ID{}) && !freeswitch.ParseReply(reply).OK:
		s.book.NotSent(c.job, "BGAPI_REFUSED")
	}
	s.settle()
	return err == nil
}

// parseJob reads which channel a job's result is about.
func parseJob(ev *freeswitch.Event) (ports.ID, error) { return uuid.Parse(ev.Get("Job-UUID")) }
