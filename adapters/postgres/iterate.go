package postgres

import (
	"context"
	"iter"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// pageSize is how many rows one page reads.
const pageSize = 256

// pages yields what read returns, a page at a time. No transaction is open while
// the consumer has an element, so that it may call the store.
func pages[T any](ctx context.Context, yield func(T, error) bool, read func() (page []T, more bool, err error)) {
	for more := true; more; {
		var page []T
		err := ctx.Err()
		if err == nil {
			page, more, err = read()
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
		next := int64(0)
		pages(ctx, yield, func() (page []campaign.Contact, more bool, err error) {
			err = s.read(ctx, func(u *unit) error {
				page, err = u.contacts(id, next)
				return err
			})
			next += int64(len(page)) // arrivals have no gaps
			return page, len(page) == pageSize, err
		})
	}
}

// contacts reads a page of contacts, from the next arrival on.
func (u *unit) contacts(id attempt.ID, next int64) ([]campaign.Contact, error) {
	if _, err := u.camp(id); err != nil {
		return nil, err
	}
	var list []struct {
		ID attempt.ID `db:"id"`
		contact
	}
	if err := u.all(&list, `SELECT c.id, `+contactColumns+` FROM outdial_contacts c
		WHERE c.campaign = $1 AND c.arrival >= $2 ORDER BY c.arrival LIMIT $3`, id, next, pageSize); err != nil {
		return nil, err
	}
	page := make([]campaign.Contact, len(list))
	for i := range list {
		c, err := list[i].whole(list[i].ID)
		if err != nil {
			return nil, err
		}
		page[i] = c
	}
	return page, nil
}

// cursor is where an iterator over a run stands. The run is chosen once: the
// present one may change while the consumer reads.
type cursor struct {
	campaign attempt.ID
	run      int
	last     int64 // arrival
}

// attempts reads a page of a run's attempts in some of the states, or in all,
// and moves the cursor.
func (u *unit) attempts(at *cursor, state attempt.State) ([]ports.Item, error) {
	r, err := u.filled(at.campaign, at.run)
	if err != nil {
		return nil, err
	}
	at.run = r.Number
	condition, args := ``, []any{r.Campaign, r.Number, at.last, pageSize}
	if state != 0 {
		condition, args = `AND a.state = ANY($5::text[])`, append(args, r.readAs(state))
	}
	// Contacts have an index by arrival, and a run has an attempt of most.
	from := `FROM outdial_contacts c JOIN outdial_attempts a ON a.contact = c.id AND a.run = $2
		WHERE c.campaign = $1 AND c.arrival > $3 `
	if state.Held() { // few among many, with an index of their own
		from = `FROM outdial_attempts a JOIN outdial_contacts c ON c.id = a.contact
			WHERE a.owner IS NOT NULL AND a.campaign = $1 AND a.run = $2 AND c.arrival > $3 `
	}
	items, rows, err := u.items(from+condition+` ORDER BY c.arrival LIMIT $4`, args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	at.last = rows[len(rows)-1].Arrival
	return items, nil
}

// readAs lists the states of rows that are read as this one: a halted run's
// waiting rows are read as ended.
func (r *run) readAs(state attempt.State) string {
	var states array
	if !r.halted() || !state.Waiting() {
		states.quoted(state.String())
	}
	if r.halted() && state == campaign.HaltState(r.info().Halt) {
		for s := attempt.StatePending; s.Waiting(); s++ {
			states.quoted(s.String())
		}
	}
	return states.String()
}

// Attempts implements [ports.Records].
func (s *Store) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	return func(yield func(ports.Item, error) bool) {
		at := cursor{f.Campaign, f.Run, -1}
		pages(ctx, yield, func() (page []ports.Item, more bool, err error) {
			from := at
			err = s.read(ctx, func(u *unit) error {
				at = from
				page, err = u.attempts(&at, f.State)
				return err
			})
			return page, len(page) == pageSize, err
		})
	}
}

// Report implements [ports.Records].
func (s *Store) Report(ctx context.Context, id ports.ID, number int) iter.Seq2[ports.ReportRow, error] {
	return func(yield func(ports.ReportRow, error) bool) {
		at := cursor{id, number, -1}
		pages(ctx, yield, func() (page []ports.ReportRow, more bool, err error) {
			from := at
			err = s.read(ctx, func(u *unit) error {
				at = from
				page, more, err = u.report(&at)
				return err
			})
			return page, more, err
		})
	}
}

// report reads the report's rows of a page of attempts.
func (u *unit) report(at *cursor) (page []ports.ReportRow, more bool, err error) {
	items, err := u.attempts(at, 0)
	if err != nil || len(items) == 0 {
		return nil, false, err
	}
	contacts := make([]attempt.ID, len(items))
	for i := range items {
		contacts[i] = items[i].Contact.ID
	}
	calls, err := u.callsOf(at.run, contacts)
	if err != nil {
		return nil, false, err
	}
	for _, it := range items {
		for _, c := range calls[it.Contact.ID] {
			page = append(page, ports.ReportRow{Item: it, Call: c})
		}
		if len(calls[it.Contact.ID]) == 0 {
			page = append(page, ports.ReportRow{Item: it})
		}
	}
	return page, len(items) == pageSize, nil
}
