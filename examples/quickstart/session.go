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

// session is one campaign in one world.
type session struct {
	world    *simulated.World
	dialler  *outdial.Dialler
	campaign outdial.ID
	now      func() time.Time
	stderr   io.Writer
	contacts int // in the campaign
	progress progress
	wait     time.Duration // for dispositions
	late     int           // dispositions that came too late
}

// newSession makes the world, the dialler and the draft of the campaign.
func newSession(ctx context.Context, o *options, stderr io.Writer) (*session, error) {
	s := &session{stderr: stderr, now: time.Now, wait: o.spec.DispositionWait}
	world := simulated.Config{Seed: o.seed, Agents: simulated.Agents{Count: o.agents, Callbacks: o.callbacks}}
	if o.spec.DispositionWait > 0 {
		world.Agents.Dispose = s.dispose
	}
	if o.speed == maxSpeed {
		world.Start = o.start
	}
	s.world = simulated.New(world)

	config := outdial.Config{Store: memory.New(), Telephony: s.world.Connect(), NewID: seededIDs(o.seed)}
	if o.agents > 0 {
		config.Agents = s.world.Agents()
	}
	if o.trunk.Name != "" {
		config.Trunks = []outdial.Trunk{o.trunk}
	}
	if o.speed == maxSpeed {
		s.now = s.world.Now
		config.Clock = s.world.Clock()
		// Nobody else is on this store: beats and polls need not be frequent.
		config.WorkerTimeout, config.PollEvery = 10*time.Minute, time.Minute
	}
	d, err := outdial.New(config)
	if err != nil {
		return nil, err
	}
	c, err := d.Create(ctx, o.spec)
	s.dialler, s.campaign = d, c.ID
	return s, err
}

// upload gives the campaign the file's good rows, and lists the others.
func (s *session) upload(ctx context.Context, o *options, file io.Reader, interrupts <-chan os.Signal) error {
	r, err := newReader(file, o)
	if err != nil {
		return err
	}
	r.badRow = func(faults []fault) {
		for _, f := range faults {
			say(s.stderr, "%v", f)
		}
	}
	also := "dialled too"
	if o.dedupe {
		also = "left out"
	}
	r.duplicate = func(line, first int, address string) {
		say(s.stderr, "line %d, column %s: %s is on line %d already; %s", line, r.header[r.fields["Address"]].name, address, first, also)
	}
	n, err := s.dialler.Upload(ctx, s.campaign, "", untilInterrupted(r.contacts(), interrupts))
	t := &r.tally
	say(s.stderr, "%d rows: %d good, %d bad; %d duplicates, %d left out", t.Rows, t.Good, t.Bad, t.Duplicates, t.LeftOut)
	if err == nil && n == 0 {
		err = errors.New("it has nobody to call")
	}
	s.contacts = n
	return err
}

// untilInterrupted yields contacts, and an error once it is interrupted.
func untilInterrupted(contacts iter.Seq2[campaign.Contact, error], interrupts <-chan os.Signal) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for c, err := range contacts {
			select {
			case <-interrupts:
				err = errors.New("interrupted; nobody was called")
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
