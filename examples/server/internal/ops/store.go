package ops

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Store is a store whose operations are timed, counted and traced. It has all
// optional abilities of a store; one that the store behind it lacks behaves as
// if it were not there: silence for Notify, one question for each campaign for
// MetricsOf, [errors.ErrUnsupported] for the others.
type Store struct {
	ports.Store
	m *Metrics
}

var (
	_ ports.Notifier      = (*Store)(nil)
	_ ports.Purger        = (*Store)(nil)
	_ ports.Transfer      = (*Store)(nil)
	_ ports.MetricsLister = (*Store)(nil)
)

// Store wraps a store.
func (m *Metrics) Store(inner ports.Store) *Store { return &Store{inner, m} }

// Notify implements [ports.Notifier].
func (s *Store) Notify() <-chan struct{} {
	if n, ok := s.Store.(ports.Notifier); ok {
		return n.Notify()
	}
	return nil
}

// Purge implements [ports.Purger].
func (s *Store) Purge(ctx context.Context, p ports.Purge) (bool, error) {
	inner, ok := s.Store.(ports.Purger)
	if !ok {
		return false, s.cannot("purge")
	}
	return timed(ctx, s.m, "purge", func(ctx context.Context) (bool, error) { return inner.Purge(ctx, p) })
}

// Export implements [ports.Transfer].
func (s *Store) Export(ctx context.Context, id ports.ID) iter.Seq2[ports.Piece, error] {
	inner, ok := s.Store.(ports.Transfer)
	if !ok {
		return func(yield func(ports.Piece, error) bool) { yield(ports.Piece{}, s.cannot("export")) }
	}
	return streamed(ctx, s.m, "export", func(ctx context.Context) iter.Seq2[ports.Piece, error] { return inner.Export(ctx, id) })
}

// Import implements [ports.Transfer].
func (s *Store) Import(ctx context.Context, pieces iter.Seq2[ports.Piece, error]) (campaign.Campaign, error) {
	inner, ok := s.Store.(ports.Transfer)
	if !ok {
		return campaign.Campaign{}, s.cannot("import")
	}
	return fed(ctx, s.m, "import", pieces, inner.Import)
}

func (s *Store) cannot(what string) error {
	return fmt.Errorf("%s: store %T: %w", what, s.Store, errors.ErrUnsupported)
}

// CreateCampaign implements [ports.Campaigns].
func (s *Store) CreateCampaign(ctx context.Context, c campaign.Campaign) error {
	return s.done(ctx, "create_campaign", func(ctx context.Context) error { return s.Store.CreateCampaign(ctx, c) })
}

// Campaign implements [ports.Campaigns].
func (s *Store) Campaign(ctx context.Context, id ports.ID) (campaign.Campaign, error) {
	return timed(ctx, s.m, "campaign", func(ctx context.Context) (campaign.Campaign, error) { return s.Store.Campaign(ctx, id) })
}

// ListCampaigns implements [ports.Campaigns].
func (s *Store) ListCampaigns(ctx context.Context) iter.Seq2[campaign.Campaign, error] {
	return streamed(ctx, s.m, "list_campaigns", s.Store.ListCampaigns)
}

// AddContacts implements [ports.Campaigns].
func (s *Store) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
	return fed(ctx, s.m, "add_contacts", contacts, func(ctx context.Context, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
		return s.Store.AddContacts(ctx, id, b, contacts)
	})
}

// Submit implements [ports.Campaigns].
func (s *Store) Submit(ctx context.Context, c ports.Command) error {
	return s.done(ctx, "submit", func(ctx context.Context) error { return s.Store.Submit(ctx, c) })
}

// Changes implements [ports.Campaigns].
func (s *Store) Changes(ctx context.Context, since int64) (ports.Changes, error) {
	return timed(ctx, s.m, "changes", func(ctx context.Context) (ports.Changes, error) { return s.Store.Changes(ctx, since) })
}

// done times an operation that returns nothing but its error.
func (s *Store) done(ctx context.Context, op string, f func(context.Context) error) error {
	_, err := timed(ctx, s.m, op, func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx) })
	return err
}

// Metrics implements [ports.Records].
func (s *Store) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	return timed(ctx, s.m, "metrics", func(ctx context.Context) (campaign.Metrics, error) { return s.Store.Metrics(ctx, id, run, at) })
}

// MetricsOf implements [ports.MetricsLister]. It is one operation, also where the
// store behind is asked more than once.
func (s *Store) MetricsOf(ctx context.Context, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
	return timed(ctx, s.m, "metrics_of", func(ctx context.Context) (map[ports.ID]campaign.Metrics, error) {
		return ports.MetricsOf(ctx, s.Store, ids, at)
	})
}

// Runs implements [ports.Records].
func (s *Store) Runs(ctx context.Context, id ports.ID) ([]campaign.Run, error) {
	return timed(ctx, s.m, "runs", func(ctx context.Context) ([]campaign.Run, error) { return s.Store.Runs(ctx, id) })
}

// Attempt implements [ports.Records].
func (s *Store) Attempt(ctx context.Context, contact ports.ID, run int) (ports.Item, error) {
	return timed(ctx, s.m, "attempt", func(ctx context.Context) (ports.Item, error) { return s.Store.Attempt(ctx, contact, run) })
}

// Attempts implements [ports.Records].
func (s *Store) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	return streamed(ctx, s.m, "attempts", func(ctx context.Context) iter.Seq2[ports.Item, error] { return s.Store.Attempts(ctx, f) })
}

// Contacts implements [ports.Records].
func (s *Store) Contacts(ctx context.Context, id ports.ID) iter.Seq2[campaign.Contact, error] {
	return streamed(ctx, s.m, "contacts", func(ctx context.Context) iter.Seq2[campaign.Contact, error] { return s.Store.Contacts(ctx, id) })
}

// Report implements [ports.Records].
func (s *Store) Report(ctx context.Context, id ports.ID, run int) iter.Seq2[ports.ReportRow, error] {
	return streamed(ctx, s.m, "report", func(ctx context.Context) iter.Seq2[ports.ReportRow, error] { return s.Store.Report(ctx, id, run) })
}
