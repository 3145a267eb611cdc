package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// pageSize is how many elements are read in one hold of the lock, and maxLook
// how many rows are looked at to find them.
const (
	pageSize = 128
	maxLook  = 4096
)

// pageReader reads the next page, from where it left off, and reports whether there
// is more. It is called with the lock.
type pageReader[T any] func(page []T) (full []T, more bool, err error)

// pages yields what read puts into pages. The lock is not held while the
// consumer has an element, so that it may call the store.
func pages[T any](ctx context.Context, s *Store, yield func(T, error) bool, read pageReader[T]) {
	var page []T
	for more := true; more; {
		err := ctx.Err()
		if err == nil {
			s.mu.Lock()
			page, more, err = read(page[:0])
			s.mu.Unlock()
		}
		for i := 0; i < len(page) && err == nil; i++ {
			if !yield(page[i], nil) {
				return
			}
			err = ctx.Err()
		}
		if err != nil {
			var nothing T
			yield(nothing, err)
			return
		}
	}
}

// Contacts implements [ports.Records].
func (s *Store) Contacts(ctx context.Context, id ports.ID) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		next := uint32(0)
		pages(ctx, s, yield, func(page []campaign.Contact) ([]campaign.Contact, bool, error) {
			c, err := s.camp(id)
			if err != nil {
				return nil, false, err
			}
			for ; next < c.contacts.n && len(page) < pageSize; next++ {
				page = append(page, s.contact(c.contacts.at(next)))
			}
			return page, next < c.contacts.n, nil
		})
	}
}

// Attempts implements [ports.Records].
func (s *Store) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	return func(yield func(ports.Item, error) bool) {
		var r *run
		next, begun := uint32(0), false
		pages(ctx, s, yield, func(page []ports.Item) ([]ports.Item, bool, error) {
			err := s.choose(&r, f.Campaign, f.Run)
			if err == nil && !begun {
				next, err = s.rowAfter(r, f.After)
				begun = true
			}
			if err != nil {
				return nil, false, err
			}
			if f.State.Held() && r.lists[f.State].n <= maxLook {
				page, next = s.heldItems(page, r, &f, next)
				return page, len(page) == pageSize, nil
			}
			end := min(r.rows.n, next+maxLook)
			for ; next < end && len(page) < pageSize; next++ {
				if s.matches(r, next, &f) {
					page = append(page, s.listed(r, next, &f))
				}
			}
			return page, next < r.rows.n, nil
		})
	}
}

// heldItems reads a page of the rows of a held state, from row next on. There
// are few of them among many, so it looks at their list and not at all rows.
func (s *Store) heldItems(page []ports.Item, r *run, f *ports.Filter, next uint32) ([]ports.Item, uint32) {
	var rows []uint32
	for i := r.lists[f.State].head; i != none; i = r.rows.at(i).next {
		if i >= next && s.matches(r, i, f) {
			rows = append(rows, i)
		}
	}
	slices.Sort(rows)
	for _, i := range rows[:min(len(rows), pageSize)] {
		page, next = append(page, s.listed(r, i, f)), i+1
	}
	return page, next
}

// stateOf is the row's state, read through its campaign.
func (r *run) stateOf(i uint32) attempt.State {
	state := r.rows.at(i).state
	if state.Waiting() && r.halted() {
		return campaign.HaltState(r.info.Halt)
	}
	return state
}

// Report implements [ports.Records].
func (s *Store) Report(ctx context.Context, id ports.ID, number int) iter.Seq2[ports.ReportRow, error] {
	return func(yield func(ports.ReportRow, error) bool) {
		var r *run
		next := uint32(0)
		pages(ctx, s, yield, func(page []ports.ReportRow) ([]ports.ReportRow, bool, error) {
			if err := s.choose(&r, id, number); err != nil {
				return nil, false, err
			}
			for ; next < r.rows.n && len(page) < pageSize; next++ {
				page = s.reportRows(page, r, next)
			}
			return page, next < r.rows.n, nil
		})
	}
}

// reportRows appends a contact's rows of the report.
func (s *Store) reportRows(page []ports.ReportRow, r *run, i uint32) []ports.ReportRow {
	it := s.item(r, i)
	first := len(page)
	for k := r.rows.at(i).lastCall; k != none; k = s.calls.at(k).prev {
		page = append(page, ports.ReportRow{Item: it, Call: s.call(s.calls.at(k), it.Contact.Address)})
	}
	if len(page) == first {
		return append(page, ports.ReportRow{Item: it})
	}
	slices.Reverse(page[first:]) // records are linked from the last to the first
	return page
}

// choose finds the run that is read, once: the present one may change while the
// consumer reads.
func (s *Store) choose(r **run, id attempt.ID, number int) error {
	if *r != nil {
		return (*r).kept()
	}
	c, err := s.camp(id)
	if err != nil {
		return err
	}
	found, err := c.present(number)
	if err == nil {
		err = found.kept()
	}
	if err != nil {
		return err
	}
	found.fillTo(found.fill.end)
	*r = found
	return nil
}
