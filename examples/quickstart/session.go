package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// session is one campaign, in one world or on one switch.
type session struct {
	world    *simulated.World // nil: on line
	line     line             // nil: in the world
	dialler  *outdial.Dialler
	campaign outdial.ID
	now      func() time.Time
	stderr   io.Writer
	contacts int // in the campaign
	progress progress
	aside    aside         // log lines
	wait     time.Duration // for dispositions
	late     int           // dispositions that came too late
}

// newSession makes the world or connects to the switch, and makes the dialler
// and the draft of the campaign.
func newSession(ctx context.Context, o *options, stderr io.Writer, interrupts <-chan os.Signal) (s *session, err error) {
	s = &session{stderr: stderr, now: time.Now, wait: o.spec.DispositionWait}
	var config outdial.Config
	if o.exchange.real() {
		config, err = s.connect(o, interrupts)
	} else {
		config = s.simulate(o)
	}
	if err != nil {
		return nil, err
	}
	config.Store = memory.New()
	if o.trunk.Name != "" {
		config.Trunks = []outdial.Trunk{o.trunk}
	}
	if s.dialler, err = outdial.New(config); err != nil {
		return nil, errors.Join(err, s.release())
	}
	c, err := s.dialler.Create(ctx, o.spec)
	if invalid := new(campaign.InvalidError); errors.As(err, &invalid) {
		_, flags := newOptions()
		err = usageError{flags.check(err)} // what the switch could never be told
	}
	if err != nil {
		return nil, errors.Join(err, s.release())
	}
	s.campaign = c.ID
	return s, nil
}

// upload gives the campaign the file's good rows, and lists the others.
func (s *session) upload(ctx context.Context, o *options, file io.Reader, interrupts <-chan os.Signal) error {
	r, err := newReader(file, o, s.stderr)
	if err != nil {
		return err
	}
	n, err := s.dialler.Upload(ctx, s.campaign, "", untilInterrupted(r.contacts, interrupts))
	t := r.file.Tally()
	say(s.stderr, "%d rows: %d good, %d bad; %d duplicates, %d left out", t.Rows, t.Good, t.Bad, t.Duplicates, r.leftOut)
	if err == nil && n == 0 {
		err = errors.New("it has nobody to call")
	}
	s.contacts = n
	return err
}

// errInterrupted is an interrupt before the campaign was started.
var errInterrupted = errors.New("interrupted; nobody was called")

// untilInterrupted yields contacts, and an error once it is interrupted.
func untilInterrupted(contacts iter.Seq2[campaign.Contact, error], interrupts <-chan os.Signal) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for c, err := range contacts {
			select {
			case <-interrupts:
				err = errInterrupted
			default:
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// dispose hands on what an agent says of a conversation.
func (s *session) dispose(call outdial.ID, d attempt.Disposition) {
	switch err := s.dialler.Dispose(context.Background(), call, d); {
	case errors.Is(err, ports.ErrLate):
		s.late++
	case err != nil:
		say(s.progress, "call %s: disposition %s: %v", call, d.Code, err)
	}
}

// show tells how far it is.
func (s *session) show(ctx context.Context) {
	if m, err := s.dialler.Metrics(ctx, s.campaign, 0); err == nil {
		s.progress.show(&m, s.now())
	}
}
