package memory

import (
	"context"
	"iter"
	"slices"

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
	if err := ctx.Err(); err != nil {
		return out, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.camp(id)
	if err != nil {
		return out, err
	}
	out.Changed = c.changed
	out.Head = ports.Head{
		ID: c.it.ID, Status: c.it.Status, Created: c.it.Created,
		ClonedFrom: c.it.ClonedFrom, Archived: c.it.Archived, Version: c.it.Version, Run: c.it.Run.Number,
	}
	for _, r := range c.runs {
		out.Runs = append(out.Runs, ports.RunRecord{Run: r.info, Spec: r.spec.Clone(), Counters: r.counters})
	}
	return out, nil
}

// batches yields the campaign's upload keys. Their list is made once.
func (s *Store) batches(ctx context.Context, id ports.ID) iter.Seq2[ports.BatchRecord, error] {
	return func(yield func(ports.BatchRecord, error) bool) {
		var keys []string
		listed := false
		pages(ctx, s, yield, func(page []ports.BatchRecord) ([]ports.BatchRecord, bool, error) {
			c, err := s.camp(id)
			if err != nil {
				return nil, false, err
			}
			if !listed {
				keys, listed = c.batchKeys(), true
			}
			n := min(len(keys), pageSize)
			for _, key := range keys[:n] {
				page = append(page, own(c.batches[key]))
			}
			keys = keys[n:]
			return page, len(keys) > 0, nil
		})
	}
}

// own is a record whose digest is nobody else's.
func own(b ports.BatchRecord) ports.BatchRecord {
	b.Digest = slices.Clone(b.Digest)
	return b
}

func (c *camp) batchKeys() []string {
	keys := make([]string, 0, len(c.batches))
	for key := range c.batches {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Import implements [ports.Transfer]. The campaign is built in a store of its
// own, without the lock, and then joined to this one: beyond what it will take
// for good, that costs an entry of an index for each contact meanwhile, and what
// [ports.Checked] keeps.
func (s *Store) Import(ctx context.Context, pieces iter.Seq2[ports.Piece, error]) (campaign.Campaign, error) {
	b := builder{store: New()}
	for p, err := range ports.Checked(pieces) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && p.Campaign != nil {
			err = s.vacant(p.Campaign.ID)
		}
		if err != nil {
			return campaign.Campaign{}, err
		}
		b.take(&p)
	}
	b.finish()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.apart(&b); err != nil {
		return campaign.Campaign{}, err
	}
	s.join(&b)
	s.changed(b.camp)
	return b.camp.copy(), nil
}
