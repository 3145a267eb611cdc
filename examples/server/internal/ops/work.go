package ops

import (
	"context"
	"errors"
	"time"

	"github.com/outdial/outdial/ports"
)

// Lease implements [ports.Work].
func (s *Store) Lease(ctx context.Context, worker ports.ID, rs []ports.LeaseRequest) ([]ports.Leased, error) {
	leased, err := timed(ctx, s.m, "lease", func(ctx context.Context) ([]ports.Leased, error) { return s.Store.Lease(ctx, worker, rs) })
	for i := range leased {
		s.m.leased.Add(float64(len(leased[i].Items)))
	}
	return leased, err
}

// Save implements [ports.Work].
func (s *Store) Save(ctx context.Context, worker ports.ID, ts []ports.Transition) ([]ports.Refusal, error) {
	refused, err := timed(ctx, s.m, "save", func(ctx context.Context) ([]ports.Refusal, error) { return s.Store.Save(ctx, worker, ts) })
	for i := range refused {
		s.m.refused.WithLabelValues(reason(refused[i].Err)).Inc()
	}
	return refused, err
}

// reason is why a row was refused, as a label.
func reason(err error) string {
	for _, known := range []struct {
		err  error
		name string
	}{
		{ports.ErrLimit, "limit"}, {ports.ErrState, "state"}, {ports.ErrFenced, "fenced"}, {ports.ErrNotRunning, "not_running"},
	} {
		if errors.Is(err, known.err) {
			return known.name
		}
	}
	return "other"
}

// Ghosts implements [ports.Work].
func (s *Store) Ghosts(ctx context.Context, calls []ports.ID) error {
	return s.done(ctx, "ghosts", func(ctx context.Context) error { return s.Store.Ghosts(ctx, calls) })
}

// Beat implements [ports.Work].
func (s *Store) Beat(ctx context.Context, w ports.Worker) ([]ports.Worker, error) {
	return timed(ctx, s.m, "beat", func(ctx context.Context) ([]ports.Worker, error) { return s.Store.Beat(ctx, w) })
}

// Workers implements [ports.Work].
func (s *Store) Workers(ctx context.Context) ([]ports.Worker, error) {
	return timed(ctx, s.m, "workers", s.Store.Workers)
}

// Adopt implements [ports.Work].
func (s *Store) Adopt(ctx context.Context, me ports.ID, dead ports.Worker, at time.Time, most int) ([]ports.Item, error) {
	items, err := timed(ctx, s.m, "adopt", func(ctx context.Context) ([]ports.Item, error) { return s.Store.Adopt(ctx, me, dead, at, most) })
	if dead.ID != me { // else it was asked what it holds
		s.m.adopted.Add(float64(len(items)))
	}
	return items, err
}

// Sweep implements [ports.Work].
func (s *Store) Sweep(ctx context.Context, id ports.ID, most int) (bool, error) {
	return timed(ctx, s.m, "sweep", func(ctx context.Context) (bool, error) { return s.Store.Sweep(ctx, id, most) })
}
