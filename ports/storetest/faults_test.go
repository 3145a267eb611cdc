package storetest_test

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// spoiltSave is a store whose Save goes wrong: mend may alter a refused row, and
// says whether to write it after all.
type spoiltSave struct {
	ports.Store
	mend func(s ports.Store, worker *ports.ID, t *ports.Transition, no *ports.Refusal) (undo func(), again bool)
}

func (s spoiltSave) Save(ctx context.Context, worker ports.ID, ts []ports.Transition) ([]ports.Refusal, error) {
	refused, err := s.Store.Save(ctx, worker, ts)
	return slices.DeleteFunc(refused, func(no ports.Refusal) bool {
		w, t := worker, ts[no.Index]
		undo, again := s.mend(s.Store, &w, &t, &no)
		if !again {
			return false
		}
		defer undo()
		still, err := s.Store.Save(ctx, w, []ports.Transition{t})
		return err == nil && len(still) == 0
	}), err
}

func nothing() {}

// dialsPaused resumes the campaign for as long as a refused dial takes.
func dialsPaused(s ports.Store) ports.Store {
	return spoiltSave{s, func(s ports.Store, _ *ports.ID, t *ports.Transition, no *ports.Refusal) (func(), bool) {
		if !errors.Is(no.Err, ports.ErrNotRunning) {
			return nil, false
		}
		decide := func(a campaign.Action) error {
			return s.Submit(context.Background(), ports.Command{ID: uuid.New(), At: t.Attempt.Since, Decide: &ports.Decide{
				Campaign: t.Attempt.Campaign, Event: campaign.Event{Action: a},
			}})
		}
		return func() { _ = decide(campaign.Pause) }, decide(campaign.Resume) == nil
	}}
}

func takesAnyVersion(s ports.Store) ports.Store {
	return spoiltSave{s, func(_ ports.Store, _ *ports.ID, t *ports.Transition, no *ports.Refusal) (func(), bool) {
		t.Attempt.Version = no.Current.Version
		return nothing, errors.Is(no.Err, ports.ErrState)
	}}
}

func takesAnyWorker(s ports.Store) ports.Store {
	return spoiltSave{s, func(s ports.Store, w *ports.ID, t *ports.Transition, no *ports.Refusal) (func(), bool) {
		it, err := s.Attempt(context.Background(), t.Attempt.Contact, t.Attempt.Run)
		*w = it.Attempt.Owner
		return nothing, errors.Is(no.Err, ports.ErrFenced) && err == nil && it.Attempt.State.Held()
	}}
}

// ownClaims is a store that counts claims by itself, in some wrong way.
type ownClaims struct {
	ports.Store
	take func(c ports.Claim, now time.Time) bool
	free func(c ports.Claim)

	mu   sync.Mutex
	held map[ports.ID][]ports.Claim
}

func (s *ownClaims) Save(ctx context.Context, worker ports.ID, ts []ports.Transition) ([]ports.Refusal, error) {
	var refused []ports.Refusal
	for i, t := range ts {
		if full := slices.IndexFunc(t.Claims, func(c ports.Claim) bool { return !s.take(c, t.Attempt.Since) }); full >= 0 {
			refused = append(refused, ports.Refusal{Index: i, Err: ports.ErrLimit, Key: t.Claims[full].Key})
			continue
		}
		contact := t.Attempt.Contact
		s.mu.Lock()
		s.held[contact] = append(s.held[contact], t.Claims...)
		if !t.Attempt.State.Line() {
			for _, c := range s.held[contact] {
				s.free(c)
			}
			delete(s.held, contact)
		}
		s.mu.Unlock()
		t.Claims = nil
		no, err := s.Store.Save(ctx, worker, []ports.Transition{t})
		if err != nil {
			return nil, err
		}
		refused = append(refused, no...)
	}
	return refused, nil
}

func freesNoClaim(s ports.Store) ports.Store {
	held := map[string]int{}
	return &ownClaims{Store: s, held: map[ports.ID][]ports.Claim{}, take: func(c ports.Claim, _ time.Time) bool {
		held[c.Key]++
		return held[c.Key] <= c.Max
	}, free: func(ports.Claim) {}}
}

// countsUnlocked looks whether there is room, and takes it a moment later, when
// others have looked as well.
func countsUnlocked(s ports.Store) ports.Store {
	var held, looking atomic.Int64
	return &ownClaims{Store: s, held: map[ports.ID][]ports.Claim{}, take: func(c ports.Claim, _ time.Time) bool {
		if held.Load() >= int64(c.Max) {
			return false
		}
		looking.Add(1)
		for range 10_000 {
			if looking.Load() > int64(c.Max) {
				break
			}
			runtime.Gosched()
		}
		looking.Add(-1)
		held.Add(1)
		return true
	}, free: func(ports.Claim) { held.Add(-1) }}
}

// calendarRate allows Max in each second of the clock, so that the end of one
// and the beginning of the next may see twice as many.
func calendarRate(s ports.Store) ports.Store {
	begun := map[time.Time]int{}
	return &ownClaims{Store: s, held: map[ports.ID][]ports.Claim{}, take: func(c ports.Claim, now time.Time) bool {
		second := now.Truncate(c.Per)
		if begun[second] >= c.Max {
			return false
		}
		begun[second]++
		return true
	}, free: func(ports.Claim) {}}
}

type spoiltReport struct{ ports.Store }

func recordsTwice(s ports.Store) ports.Store { return spoiltReport{s} }

func (s spoiltReport) Report(ctx context.Context, id ports.ID, run int) iter.Seq2[ports.ReportRow, error] {
	return func(yield func(ports.ReportRow, error) bool) {
		for row, err := range s.Store.Report(ctx, id, run) {
			if !yield(row, err) || row.Call != nil && !yield(row, err) {
				return
			}
		}
	}
}

type spoiltFigures struct{ ports.Store }

func losesCounter(s ports.Store) ports.Store { return spoiltFigures{s} }

func (s spoiltFigures) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	m, err := s.Store.Metrics(ctx, id, run, at)
	m.States[attempt.StateRetryScheduled] = 0
	return m, err
}

// lateFigures counts a live answer only once its call has its record.
type lateFigures struct{ ports.Store }

func countsLiveLate(s ports.Store) ports.Store { return lateFigures{s} }

func (s lateFigures) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	m, err := s.Store.Metrics(ctx, id, run, at)
	m.LiveAnswers -= m.States[attempt.StateAttaching] + m.States[attempt.StateInProgress] + m.States[attempt.StateProcessing]
	return m, err
}

type spoiltLease struct {
	ports.Store
	spoil func([]ports.Item)
}

func (s spoiltLease) Lease(ctx context.Context, w ports.ID, rs []ports.LeaseRequest) ([]ports.Leased, error) {
	ls, err := s.Store.Lease(ctx, w, rs)
	for _, l := range ls {
		s.spoil(l.Items)
	}
	return ls, err
}

func leasesBackwards(s ports.Store) ports.Store { return spoiltLease{s, slices.Reverse[[]ports.Item]} }

func ignoresPriority(s ports.Store) ports.Store {
	return spoiltLease{s, func(items []ports.Item) {
		slices.SortFunc(items, func(a, b ports.Item) int { return slices.Compare(a.Contact.ID[8:], b.Contact.ID[8:]) })
	}}
}

// forgetsSpent loses what an attempt has spent.
func forgetsSpent(s ports.Store) ports.Store {
	return spoiltLease{s, func(items []ports.Item) {
		for i := range items {
			items[i].Attempt.Spent = attempt.Spent{}
		}
	}}
}
