package esl

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/outdial/outdial/adapters/esl/internal/guard"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

const (
	// silence is how long the events' connection may say nothing: the switch's
	// heart beats every 20 s.
	silence = 65 * time.Second
	// lag is how old the switch's list of channels may be; 0.3 s was measured.
	lag = 2 * time.Second
)

// run keeps the switch connected.
func (s *Switch) run(ctx context.Context) {
	defer close(s.done)
	s.reaching(true)
	pause := freeswitch.Backoff{Min: 250 * time.Millisecond, Max: 15 * time.Second}
	for {
		err := s.session(ctx)
		if s.proved() { // else it lets us in and drops us
			pause.Reset()
		}
		if ctx.Err() != nil {
			return
		}
		s.lost(err)
		wait := pause.Next()
		s.cfg.Logger.Warn("Failed to connect to campaign event socket", "addr", s.cfg.Addr, "error", s.reason(err), "again_in", wait)
		s.resting(wait)
		timer, fired := s.clock.NewTimer(wait)
		s.reaching(false)
		select {
		case <-fired:
			s.reaching(true)
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// proved reports whether the last session was of use: the switch has answered.
func (s *Switch) proved() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.answered
	s.answered = false
	return was
}

// reaching notes that the switch is being reached, or waited for.
func (s *Switch) reaching(now bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connecting = now
}

// resting notes how long nothing happens by itself.
func (s *Switch) resting(wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.again = s.clock.Now().Add(wait)
}

// session is one life of the two connections; it returns why it ended. Every
// event that arrived has been taken by then.
func (s *Switch) session(ctx context.Context) error {
	events, hangUp, err := s.connect(ctx, silence)
	if err != nil {
		return err
	}
	defer func() { _ = events.Close() }()
	if err := s.subscribe(events); err != nil {
		return err
	}
	commands, _, err := s.connect(ctx, 0)
	if err != nil {
		return err
	}
	defer func() { _ = commands.Close() }()
	s.found(events, commands)
	s.cfg.Logger.Info("connected to campaign event socket", "addr", s.cfg.Addr)

	var parts sync.WaitGroup
	parts.Go(func() { s.listen(events) })
	end, stop := context.WithCancel(ctx)
	parts.Go(func() { s.command(end, commands) })
	err = wait(ctx, events, commands)
	s.reaching(true)
	stop()
	_ = commands.Close() // a command under way fails at once
	hangUp()             // what has come is still read
	if ctx.Err() != nil {
		_ = events.Close() // nobody listens any more
	}
	parts.Wait()
	return err
}

// wait returns when one of the connections has ended.
func wait(ctx context.Context, events, commands *guard.Link) error {
	select {
	case <-events.Done():
		return events.Err()
	case <-commands.Done():
		return commands.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// connect makes a link, and what hangs up on the switch without dropping what
// the link has read of it.
func (s *Switch) connect(ctx context.Context, silence time.Duration) (*guard.Link, func(), error) {
	var raw net.Conn
	l, err := guard.Connect(ctx, guard.Config{
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := s.cfg.Dial(ctx, network, addr)
			raw = c
			return c, err
		},
		Addr: s.cfg.Addr, User: s.cfg.User, Password: s.cfg.Password,
		Clock: s.clock, Timeout: s.cfg.Timeout, Silence: silence, Keep: heeded(),
	})
	return l, func() { _ = raw.Close() }, err
}

// heeded are the headers that are read of events: dumps tell more.
func heeded() []string {
	return slices.DeleteFunc(freeswitch.Headers(), func(name string) bool {
		switch name {
		case "Other-Leg-Unique-ID", "Answer-State", "Channel-Call-State",
			"Caller-Channel-Progress-Time", "Caller-Channel-Progress-Media-Time",
			"variable_" + freeswitch.VarTag, "variable_" + freeswitch.VarStage,
			"variable_sip_hangup_disposition", "variable_originator", "variable_current_application":
			return true
		}
		return false
	})
}

// subscribe asks for the events of our own channels, and for those of the
// switch itself. Filters add up: an event passes that fits any.
func (s *Switch) subscribe(l *guard.Link) error {
	names := "BACKGROUND_JOB CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_ANSWER " +
		"CHANNEL_BRIDGE CHANNEL_HANGUP_COMPLETE HEARTBEAT SHUTDOWN"
	if s.cfg.Screening {
		names += " CUSTOM " + freeswitch.AvmdBeep
	}
	for _, line := range []string{
		"filter variable_" + freeswitch.VarTag + " " + s.cfg.Tag,
		"filter Event-Name BACKGROUND_JOB",
		"filter Event-Name HEARTBEAT",
		"filter Event-Name SHUTDOWN",
		"event json " + names,
	} {
		reply, err := l.Send(line)
		if err != nil {
			return err
		}
		if !freeswitch.ParseReply(reply).OK {
			return fmt.Errorf("the event socket refused %q: %s", line, reply)
		}
	}
	return nil
}

// found notes that the switch can be reached, and compares notes with it.
func (s *Switch) found(events, commands *guard.Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events, s.commands, s.heard = events, commands, 0
	s.up, s.connecting = true, false
	s.stats.Connects++
	s.capacity = capacity{}
	s.book.Reconnected()
	s.settle()
	s.push(s.status())
	s.listing = false
	s.compare(0)
	if s.toldDown {
		s.toldDown = false
		s.outbox.Put(ports.Event{Kind: ports.Up, At: s.clock.Now()})
	}
	if s.stats.Connects == 1 {
		close(s.ready)
	}
}

// lost notes that the switch cannot be reached. Originates that were not sent
// never will be.
func (s *Switch) lost(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up = false
	for _, c := range s.queue.clear() {
		s.book.NotSent(c.job, "NOT_CONNECTED")
	}
	s.book.Disconnected()
	s.settle()
	s.queue.clear()
	if s.toldDown {
		return
	}
	s.toldDown = true
	s.outbox.Put(ports.Event{Kind: ports.Down, At: s.clock.Now(), Cause: s.reason(err)})
}

// reason is an error for the operator's eyes. A switch may repeat what it was
// told; the password stays here.
func (s *Switch) reason(err error) string {
	if errors.Is(err, guard.ErrAuth) {
		return "the event socket refused the login"
	}
	if err == nil {
		return "the event socket has closed"
	}
	if s.cfg.Password == "" {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), s.cfg.Password, "…")
}

// listen takes events until the last one that arrived.
func (s *Switch) listen(l *guard.Link) {
	for {
		ev, err := l.Read()
		if err != nil {
			return
		}
		s.heardOf(&ev)
	}
}

func (s *Switch) heardOf(ev *freeswitch.Event) {
	if s.take(ev) {
		s.cfg.Logger.Warn("campaign FreeSWITCH has restarted", "addr", s.cfg.Addr)
	}
}

// take takes an event, and reports whether it comes from another life of the switch.
func (s *Switch) take(ev *freeswitch.Event) (restarted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard++
	s.stats.Events++
	restarted = s.life(ev)
	switch ev.Name() {
	case freeswitch.EventJob:
		if id, err := parseJob(ev); err == nil {
			s.book.Reply(id, ev.Body)
		}
	case freeswitch.EventBeat:
		s.capacity.beat(ev, s.book.Len())
	case "":
		s.stats.Malformed++ // something was said that we do not know
		s.compare(lag)
	default:
		s.book.Event(ev)
	}
	s.settle()
	return restarted
}

// life notes which life of the switch an event comes from: after a restart its
// calls are gone, whatever became of the connection.
func (s *Switch) life(ev *freeswitch.Event) (restarted bool) {
	core := ev.Get("Core-UUID")
	if core == "" || core == s.core {
		return false
	}
	restarted = s.core != ""
	s.core = core
	if restarted {
		s.compare(lag)
	}
	return restarted
}

// compare asks for the switch's channels, unless that is under way.
func (s *Switch) compare(lag time.Duration) {
	if !s.listing {
		s.listing = true
		s.push(s.list(lag))
	}
}
