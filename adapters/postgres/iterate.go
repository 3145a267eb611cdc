package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

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

// span is how many contacts one page looks at, however few of them match.
const span = 5000

// attempts reads a page of a run's attempts that match, and moves the cursor. A
// page may be empty and more to come: no transaction looks at a whole run.
func (u *unit) attempts(at *cursor, f *ports.Filter) (items []ports.Item, more bool, err error) {
	r, err := u.filled(at.campaign, at.run)
	if err != nil {
		return nil, false, err
	}
	at.run = r.Number
	last, err := u.lastArrival(at, f)
	if err != nil {
		return nil, false, err
	}
	// Contacts have an index by arrival, and a run has an attempt of most.
	from, end := `FROM outdial_contacts c JOIN outdial_attempts a ON a.contact = c.id AND a.run = $2
		WHERE c.campaign = $1 AND c.arrival > $3 AND c.arrival <= $4`, at.last+span
	if f.State.Held() { // few among many, with an index of their own
		from, end = `FROM outdial_attempts a JOIN outdial_contacts c ON c.id = a.contact
			WHERE a.owner IS NOT NULL AND a.campaign = $1 AND a.run = $2 AND c.arrival > $3 AND c.arrival <= $4`, last
	}
	match, args := r.matching(f, []any{r.Campaign, r.Number, at.last, end, pageSize})
	at.last = end
	if err := u.items(func(row *row, it ports.Item) {
		if items == nil {
			items = make([]ports.Item, 0, pageSize)
		}
		if items = append(items, it); len(items) == pageSize {
			at.last = row.Arrival
		}
	}, from+match+` ORDER BY c.arrival LIMIT $5`, args...); err != nil {
		return nil, false, err
	}
	if f.LastCall {
		err = u.lastCalls(r, items)
	}
	return items, at.last < last, err
}

// lastArrival is where the campaign's contacts end. At its beginning the cursor
// is put where the filter wants to begin.
func (u *unit) lastArrival(at *cursor, f *ports.Filter) (last int64, err error) {
	if at.last < 0 && f.After != (attempt.ID{}) {
		err := u.one(&at.last, `SELECT arrival FROM outdial_contacts WHERE id = $1 AND campaign = $2`, f.After, at.campaign)
		if errors.Is(err, sql.ErrNoRows) {
			err = fmt.Errorf("contact %s of campaign %s: %w", f.After, at.campaign, ports.ErrNotFound)
		}
		if err != nil {
			return 0, err
		}
	}
	err = u.one(&last, `SELECT contacts - 1 FROM outdial_campaigns WHERE id = $1`, at.campaign)
	return last, err
}

// matching is the condition of a filter, with its arguments after those that
// are there.
func (r *run) matching(f *ports.Filter, args []any) (string, []any) {
	var b strings.Builder
	and := func(condition string, arg any) {
		args = append(args, arg)
		fmt.Fprintf(&b, " AND "+condition, len(args))
	}
	if f.State != 0 {
		and(`a.state = ANY($%d::text[])`, r.readAs(f.State))
	}
	if f.Number != "" {
		number := f.Number
		clean(&number) // what no address can have becomes what none has
		and(`starts_with(c.address, $%d)`, number)
	}
	const dials = `coalesce((a.rest->>'dials')::integer, 0)`
	if f.MinDials > 0 {
		and(dials+` >= $%d::bigint`, f.MinDials)
	}
	if f.MaxDials != nil {
		and(dials+` <= $%d::bigint`, *f.MaxDials)
	}
	if f.Outcome != 0 || f.SIPStatus != 0 {
		b.WriteString(` AND EXISTS (SELECT FROM outdial_calls k WHERE k.contact = a.contact AND k.run = a.run`)
		if f.Outcome != 0 {
			and(`k.outcome = $%d`, f.Outcome.String())
		}
		if f.SIPStatus != 0 {
			and(`(k.record->>'sip_status')::integer = $%d::bigint`, f.SIPStatus)
		}
		b.WriteString(`)`)
	}
	return b.String(), args
}

// lastCalls gives attempts without a call in hand the record of their last one.
func (u *unit) lastCalls(r *run, items []ports.Item) error {
	at := map[attempt.ID]*attempt.Attempt{}
	var ids []attempt.ID
	for i := range items {
		if a := &items[i].Attempt; a.Call.ID == (attempt.ID{}) && a.Calls > 0 {
			at[a.Contact] = a
			ids = append(ids, a.Contact)
		}
	}
	calls, err := u.callsOf(r.Number, ids)
	if err != nil {
		return err
	}
	for id, list := range calls {
		at[id].Call = *list[len(list)-1]
	}
	return nil
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
				page, more, err = u.attempts(&at, &f)
				return err
			})
			return page, more, err
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
	items, more, err := u.attempts(at, &ports.Filter{})
	if err != nil || len(items) == 0 {
		return nil, more, err
	}
	contacts := make([]attempt.ID, len(items))
	for i := range items {
		contacts[i] = items[i].Contact.ID
	}
	calls, err := u.callsOf(at.run, contacts)
	if err != nil {
		return nil, false, err
	}
	page = make([]ports.ReportRow, 0, len(items))
	for _, it := range items {
		for _, c := range calls[it.Contact.ID] {
			page = append(page, ports.ReportRow{Item: it, Call: c})
		}
		if len(calls[it.Contact.ID]) == 0 {
			page = append(page, ports.ReportRow{Item: it})
		}
	}
	return page, more, nil
}
