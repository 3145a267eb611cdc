package storetest_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// losesFigures has none of a run that is purged.
type losesFigures struct{ spoiltPurge }

func purgesFigures(s ports.Store) ports.Store { return losesFigures{spoiltPurge{Store: s}} }

func (s losesFigures) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	runs, err := s.Runs(ctx, id)
	if i := slices.IndexFunc(runs, func(r campaign.Run) bool { return r.Number == run }); i >= 0 && !runs[i].Purged.IsZero() {
		return campaign.Metrics{}, err
	}
	return s.Store.Metrics(ctx, id, run, at)
}

// agesStay tells how old rows are that are gone.
type agesStay struct{ spoiltPurge }

func agesOfPurged(s ports.Store) ports.Store { return agesStay{spoiltPurge{Store: s}} }

func (s agesStay) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	m, err := s.Store.Metrics(ctx, id, run, at)
	if err == nil && len(m.Oldest) == 0 {
		m.Oldest = map[attempt.State]time.Duration{attempt.StatePending: 0}
	}
	return m, err
}

// readsOn gives what it still has of a run that is purged, as if that were all.
type readsOn struct{ spoiltPurge }

func readsPurged(s ports.Store) ports.Store { return readsOn{spoiltPurge{Store: s}} }

func (s readsOn) Report(ctx context.Context, id ports.ID, run int) iter.Seq2[ports.ReportRow, error] {
	return func(yield func(ports.ReportRow, error) bool) {
		for row, err := range s.Store.Report(ctx, id, run) {
			if errors.Is(err, ports.ErrPurged) || !yield(row, err) {
				return
			}
		}
	}
}

// keepsCalls still knows a call whose record should be gone.
type keepsCalls struct{ spoiltPurge }

func keepsRecords(s ports.Store) ports.Store { return keepsCalls{spoiltPurge{Store: s}} }

func (s keepsCalls) Submit(ctx context.Context, c ports.Command) error {
	err := s.Store.Submit(ctx, c)
	if c.Dispose != nil && errors.Is(err, ports.ErrNotFound) {
		return ports.ErrLate
	}
	return err
}

// keepsCommandIDs knows every command that it was ever given.
type keepsCommandIDs struct {
	spoiltPurge
	known map[ports.ID]bool
}

func keepsCommands(s ports.Store) ports.Store {
	return keepsCommandIDs{spoiltPurge{Store: s}, map[ports.ID]bool{}}
}

func (s keepsCommandIDs) Submit(ctx context.Context, c ports.Command) error {
	if s.known[c.ID] {
		return nil
	}
	s.known[c.ID] = true
	return s.Store.Submit(ctx, c)
}

// forgetsIDs forgets the young ones as well.
type forgetsIDs struct {
	spoiltPurge
	purged *bool
}

func forgetsAllCommands(s ports.Store) ports.Store {
	purged := false
	return forgetsIDs{spoiltPurge{Store: s, ask: func(*ports.Purge) { purged = true }}, &purged}
}

func (s forgetsIDs) Submit(ctx context.Context, c ports.Command) error {
	if *s.purged {
		c.ID = uuid.New()
	}
	return s.Store.Submit(ctx, c)
}

// losesUploads forgets contacts and upload keys with the run that called them.
type losesUploads struct {
	spoiltPurge
	contacts bool
	purged   *bool
}

func purgesUploads(contacts bool) func(ports.Store) ports.Store {
	return func(s ports.Store) ports.Store {
		purged := false
		return losesUploads{spoiltPurge{Store: s, ask: func(*ports.Purge) { purged = true }}, contacts, &purged}
	}
}

func (s losesUploads) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, cs iter.Seq2[campaign.Contact, error]) (int, error) {
	if *s.purged && !s.contacts {
		b.Key = ""
	}
	return s.Store.AddContacts(ctx, id, b, cs)
}

func (s losesUploads) Contacts(ctx context.Context, id ports.ID) iter.Seq2[campaign.Contact, error] {
	if *s.purged && s.contacts {
		return func(func(campaign.Contact, error) bool) {}
	}
	return s.Store.Contacts(ctx, id)
}

// losesContacts makes a run of nobody where the rows of the run before are gone.
type losesContacts struct {
	spoiltPurge
	purged *bool
}

func purgesTooSoon(s ports.Store) ports.Store {
	purged := false
	return losesContacts{spoiltPurge{Store: s, ask: func(*ports.Purge) { purged = true }}, &purged}
}

func (s losesContacts) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	if *s.purged {
		return func(func(ports.Item, error) bool) {}
	}
	return s.Store.Attempts(ctx, f)
}

// stillSweeps says that rows are left to follow a decision which are purged.
type stillSweeps struct {
	spoiltPurge
	purged *bool
}

func sweepsPurged(s ports.Store) ports.Store {
	purged := false
	return stillSweeps{spoiltPurge{Store: s, answer: func(more bool, err error) (bool, error) {
		purged = !more
		return more, err
	}}, &purged}
}

func (s stillSweeps) Sweep(ctx context.Context, id ports.ID, most int) (bool, error) {
	more, err := s.Store.Sweep(ctx, id, most)
	return more || *s.purged, err
}

// countsGhosts counts a ghost though its record is gone.
type countsGhosts struct {
	spoiltPurge
	ghosts *int
}

func ghostsOfPurged(s ports.Store) ports.Store { return countsGhosts{spoiltPurge{Store: s}, new(int)} }

func (s countsGhosts) Ghosts(ctx context.Context, calls []ports.ID) error {
	*s.ghosts += len(calls)
	return s.Store.Ghosts(ctx, calls)
}

func (s countsGhosts) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	m, err := s.Store.Metrics(ctx, id, run, at)
	if err == nil && *s.ghosts > 0 {
		m.Outcomes[attempt.OutcomeGhost] += *s.ghosts
	}
	return m, err
}
