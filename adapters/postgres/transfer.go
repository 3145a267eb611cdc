package postgres

import (
	"context"
	"iter"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var _ ports.Transfer = (*Store)(nil)

// Export implements [ports.Transfer].
func (s *Store) Export(ctx context.Context, id ports.ID) iter.Seq2[ports.Piece, error] {
	return ports.Source{Store: s, Outline: s.outline, Batches: s.batches}.Export(ctx, id)
}

// outline reads a campaign without its rows.
func (s *Store) outline(ctx context.Context, id ports.ID) (out ports.Outline, err error) {
	err = s.read(ctx, func(u *unit) error {
		c, err := u.camp(id)
		if err != nil {
			return err
		}
		out = ports.Outline{Changed: c.Changed, Head: ports.Head{
			ID: c.ID, Status: c.Status, Created: moment(c.Created),
			ClonedFrom: c.ClonedFrom.UUID, Archived: moment(c.Archived), Version: c.Version, Run: c.Run,
		}}
		runs, err := u.runsWhere(`campaign = $1`, id)
		for _, r := range runs {
			spec, err := r.settings()
			if err != nil {
				return err
			}
			out.Runs = append(out.Runs, ports.RunRecord{Run: r.info(), Spec: spec, Counters: r.counters})
		}
		return err
	})
	return out, err
}

// batches yields the campaign's upload keys.
func (s *Store) batches(ctx context.Context, id ports.ID) iter.Seq2[ports.BatchRecord, error] {
	return func(yield func(ports.BatchRecord, error) bool) {
		last := ""
		pages(ctx, yield, func() (page []ports.BatchRecord, more bool, err error) {
			err = s.read(ctx, func(u *unit) error {
				page = nil
				return u.all(&page, `SELECT key, contacts, digest FROM outdial_batches
					WHERE campaign = $1 AND key > $2 ORDER BY key LIMIT $3`, id, last, pageSize)
			})
			if n := len(page); n > 0 {
				last = page[n-1].Key
			}
			return page, len(page) == pageSize, err
		})
	}
}

// Import implements [ports.Transfer]. Pieces go, some hundred at a time, into a
// temporary table, from which one transaction then takes them. So not much more
// is in memory here than what [ports.Checked] keeps, and no transaction is open
// while pieces are read. A connection of the pool is taken meanwhile, which must
// be the server's own: a pooler such as PgBouncer must not share it out by
// transaction. Its role may create temporary tables.
func (s *Store) Import(ctx context.Context, pieces iter.Seq2[ports.Piece, error]) (it campaign.Campaign, err error) {
	m := &mover{ctx: ctx, store: s}
	defer m.end()
	for p, err := range ports.Checked(pieces) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return campaign.Campaign{}, err // not the database's
		}
		if err := m.take(&p); err != nil {
			return campaign.Campaign{}, explain(ctx, err)
		}
	}
	on := &Store{db: s.db, copies: copies{conn: m.conn}}
	err = on.write(ctx, func(u *unit) error {
		it, err = m.insert(u)
		return err
	})
	if err != nil {
		return campaign.Campaign{}, err
	}
	return it, nil
}
