package ports

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// Source makes an Export of what a store says in any case, and of the little
// that only its adapter knows.
type Source struct {
	Store
	// Outline reads, at one moment, what tells whether the campaign has changed.
	Outline func(ctx context.Context, id ID) (Outline, error)
	// Batches yields the keys of the campaign's uploads in the order of their
	// bytes. It pages as other iterators do.
	Batches func(ctx context.Context, id ID) iter.Seq2[BatchRecord, error]
}

// Outline is a campaign without its rows.
type Outline struct {
	Head Head
	Runs []RunRecord
	// Changed is the cursor of the campaign's last change: see [Changes].
	Changed int64
}

// sweepStep is how many rows one sweep before an export writes.
const sweepStep = 1000

// Export implements [Transfer].
func (s Source) Export(ctx context.Context, id ID) iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		e := export{Source: s, id: id, yield: yield}
		err := e.all(ctx)
		if errors.Is(err, ErrPurged) { // it was not when the export began
			err = e.changed()
		}
		if err != nil && !e.left {
			yield(Piece{}, err)
		}
	}
}

// export is one use of the iterator.
type export struct {
	Source
	id    ID
	yield func(Piece, error) bool
	left  bool // the consumer has
	tally Tally
}

// all hands out the whole campaign.
func (e *export) all(ctx context.Context) error {
	if err := e.still(ctx); err != nil {
		return err
	}
	at, err := e.outline(ctx)
	if err != nil {
		return err
	}
	for _, part := range []func(context.Context, *Outline) error{
		e.heads, e.contacts, e.attempts, e.calls, e.batches,
	} {
		if err := part(ctx, &at); err != nil || e.left {
			return err
		}
	}
	again, err := e.Outline(ctx, e.id)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(at, again) {
		return e.changed()
	}
	e.give(Piece{End: &e.tally})
	return nil
}

func (e *export) changed() error {
	return fmt.Errorf("campaign %s has changed while it was exported: %w", e.id, ErrState)
}

// kept are the numbers of the runs whose rows can be read.
func (at *Outline) kept() (numbers []int) {
	for i := range at.Runs {
		if run := &at.Runs[i].Run; run.Purged.IsZero() {
			numbers = append(numbers, run.Number)
		}
	}
	return numbers
}

// still lets all rows follow their campaign, which must not run.
func (e *export) still(ctx context.Context) error {
	if _, err := e.outline(ctx); err != nil {
		return err
	}
	for more := true; more; {
		var err error
		if more, err = e.Sweep(ctx, e.id, sweepStep); err != nil {
			return err
		}
	}
	return nil
}

// outline refuses a campaign of which something is on its way.
func (e *export) outline(ctx context.Context) (Outline, error) {
	at, err := e.Outline(ctx, e.id)
	if err != nil {
		return at, err
	}
	if at.Head.Status == campaign.Running {
		return at, fmt.Errorf("campaign %s: %w", e.id, ErrCampaignRunning)
	}
	for i := range at.Runs {
		if held(&at.Runs[i].Counters) > 0 {
			return at, fmt.Errorf("campaign %s, run %d: %w", e.id, at.Runs[i].Run.Number, campaign.ErrCallsUp)
		}
	}
	return at, nil
}

// held is how many attempts workers hold.
func held(c *campaign.Counters) (n int) {
	for s := attempt.StateLeased; s.Held(); s++ {
		n += c.States[s]
	}
	return n
}

// give hands out a piece, unless the consumer has left.
func (e *export) give(p Piece) bool {
	e.left = e.left || !e.yield(p, nil)
	return !e.left
}

// heads hands out copies: what is compared at the end is nobody's to change.
func (e *export) heads(_ context.Context, at *Outline) error {
	head := at.Head
	e.give(Piece{Campaign: &head})
	for _, r := range at.Runs {
		r.Spec = r.Spec.Clone()
		e.tally.Runs++
		if !e.give(Piece{Run: &r}) {
			break
		}
	}
	return nil
}

func (e *export) contacts(ctx context.Context, _ *Outline) error {
	for c, err := range e.Contacts(ctx, e.id) {
		if err != nil {
			return err
		}
		e.tally.Contacts++
		if !e.give(Piece{Contact: &c}) {
			break
		}
	}
	return nil
}

func (e *export) attempts(ctx context.Context, at *Outline) error {
	for _, n := range at.kept() {
		for it, err := range e.Attempts(ctx, Filter{Campaign: e.id, Run: n}) {
			if err != nil {
				return err
			}
			e.tally.Attempts++
			if !e.give(Piece{Attempt: &it.Attempt}) {
				return nil
			}
		}
	}
	return nil
}

func (e *export) calls(ctx context.Context, at *Outline) error {
	for _, n := range at.kept() {
		for row, err := range e.Report(ctx, e.id, n) {
			if err != nil {
				return err
			}
			if row.Call == nil {
				continue
			}
			e.tally.Calls++
			if !e.give(Piece{Call: &CallRecord{Campaign: e.id, Run: n, Contact: row.Contact.ID, Call: *row.Call}}) {
				return nil
			}
		}
	}
	return nil
}

func (e *export) batches(ctx context.Context, _ *Outline) error {
	for b, err := range e.Batches(ctx, e.id) {
		if err != nil {
			return err
		}
		e.tally.Batches++
		if !e.give(Piece{Batch: &b}) {
			break
		}
	}
	return nil
}
