package storetest_test

import (
	"context"
	"errors"
	"iter"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// takers are stores that take repeated uploads and commands, but not well.
var takers = []struct {
	name    string
	open    func(ports.Store) ports.Store
	givenBy string
}{
	{"refuses every repeat", repeats(refusesRepeats), "uploads that are repeated/the same rows answer the same and are not added again"},
	{"takes any rows for a repeat", repeats(takesAnyRows), "uploads that are repeated/other rows are refused"},
	{"compares the first thousand rows", repeats(takesManyRows), "uploads that are repeated/other rows are refused of a large upload too"},
	{"asks what it has not read", repeats(asksTooSoon), "uploads that are repeated/rows are compared once they have been read"},
	{"compares only before it reads", repeats(looksOnce), "uploads that are repeated/rows are compared where another upload was faster"},
	{"reads over a cut", repeats(readsOverCut), "uploads that are repeated/an error while a repeat is read ends it"},
	{"refuses what it knows nothing of", repeats(wantsDigest), "uploads that are repeated/an upload that was kept without a digest is compared by number"},
	{"takes any decision for a repeat", takesAnyCommand, "commands that are repeated/an id that was another action's is refused"},
	{"takes any scope for a repeat", takesAnyScope, "commands that are repeated/an id that restarted with another scope is refused"},
	{"tells cancellations from decisions by their ids", takesAnyCommand, "commands that are repeated/an id that cancelled a callback decides nothing"},
	{"knows ids of all campaigns as one", oneCampaignsIDs, "commands that are repeated/an id is another campaign's command there"},
	{"leaves digests behind", losesDigests, "uploads that are repeated/digests move with their campaign"},
}

func init() { faults = append(faults, takers...) }

type people = iter.Seq2[campaign.Contact, error]

// adding is how a store adds contacts.
type adding func(ctx context.Context, id ports.ID, b ports.Batch, contacts people) (int, error)

// spoiltRepeat is a store that does otherwise with uploads. It knows which keys it
// has seen, and whether they had a digest.
type spoiltRepeat struct {
	ports.Store
	seen map[string]bool
	how  func(s spoiltRepeat, add adding) adding
}

func repeats(how func(s spoiltRepeat, add adding) adding) func(ports.Store) ports.Store {
	return func(s ports.Store) ports.Store { return spoiltRepeat{s, map[string]bool{}, how} }
}

func (s spoiltRepeat) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
	n, err := s.how(s, s.Store.AddContacts)(ctx, id, b, contacts)
	if _, known := s.seen[id.String()+b.Key]; !known && err == nil {
		s.seen[id.String()+b.Key] = b.Digest != nil
	}
	return n, err
}

func (s spoiltRepeat) knows(id ports.ID, b ports.Batch) bool {
	_, known := s.seen[id.String()+b.Key]
	return known
}

func refusesRepeats(s spoiltRepeat, add adding) adding {
	return func(ctx context.Context, id ports.ID, b ports.Batch, contacts people) (int, error) {
		if s.knows(id, b) {
			return 0, ports.ErrOtherRows
		}
		return add(ctx, id, b, contacts)
	}
}

func takesAnyRows(_ spoiltRepeat, add adding) adding {
	return func(ctx context.Context, id ports.ID, b ports.Batch, contacts people) (int, error) {
		b.Digest = nil
		return add(ctx, id, b, contacts)
	}
}

func takesManyRows(_ spoiltRepeat, add adding) adding {
	return func(ctx context.Context, id ports.ID, b ports.Batch, contacts people) (n int, err error) {
		digest, rows := b.Digest, 0
		b.Digest = func() []byte {
			if rows > 1000 {
				return make([]byte, ports.DigestSize)
			}
			return digest()
		}
		return add(ctx, id, b, func(yield func(campaign.Contact, error) bool) {
			for c, err := range contacts {
				if rows++; !yield(c, err) {
					return
				}
			}
		})
	}
}

func asksTooSoon(_ spoiltRepeat, add adding) adding {
	return func(ctx context.Context, id ports.ID, b ports.Batch, contacts people) (int, error) {
		b.Digest()
		return add(ctx, id, b, contacts)
	}
}

func looksOnce(s spoiltRepeat, add adding) adding {
	return func(ctx context.Context, id ports.ID, b ports.Batch, contacts people) (int, error) {
		known := s.knows(id, b)
		n, err := add(ctx, id, b, contacts)
		if !known && errors.Is(err, ports.ErrOtherRows) {
			return 2, nil
		}
		return n, err
	}
}

func readsOverCut(_ spoiltRepeat, add adding) adding {
	return func(ctx context.Context, id ports.ID, b ports.Batch, contacts people) (int, error) {
		digest := b.Digest
		cut := false
		b.Digest = func() []byte {
			if cut {
				return []byte("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
			}
			return digest()
		}
		return add(ctx, id, b, func(yield func(campaign.Contact, error) bool) {
			for c, err := range contacts {
				if cut = err != nil; cut || !yield(c, nil) {
					return
				}
			}
		})
	}
}

func wantsDigest(s spoiltRepeat, add adding) adding {
	return func(ctx context.Context, id ports.ID, b ports.Batch, contacts people) (int, error) {
		if had, known := s.seen[id.String()+b.Key]; known && !had {
			return 0, ports.ErrOtherRows
		}
		return add(ctx, id, b, contacts)
	}
}

func takesAnyCommand(s ports.Store) ports.Store {
	return spoiltSubmit{s, func(*ports.Command) {}, ports.ErrExists}
}

// takesAnyScope remembers of a restart only that it was one.
func takesAnyScope(s ports.Store) ports.Store { return scopeless{s} }

type scopeless struct{ ports.Store }

func (s scopeless) Submit(ctx context.Context, c ports.Command) error {
	err := s.Store.Submit(ctx, c)
	if c.Decide != nil && c.Decide.Event.Action == campaign.Restart && errors.Is(err, ports.ErrExists) {
		return nil
	}
	return err
}

// oneCampaignsIDs refuses an id that any campaign knows.
func oneCampaignsIDs(s ports.Store) ports.Store { return &worldwide{s, map[ports.ID]ports.ID{}} }

type worldwide struct {
	ports.Store
	whose map[ports.ID]ports.ID // a command's campaign
}

func (s *worldwide) Submit(ctx context.Context, c ports.Command) error {
	if c.Decide != nil {
		if id, known := s.whose[c.ID]; known && id != c.Decide.Campaign {
			return ports.ErrExists
		}
		s.whose[c.ID] = c.Decide.Campaign
	}
	return s.Store.Submit(ctx, c)
}

func losesDigests(s ports.Store) ports.Store {
	return imports(s, func(all []ports.Piece) []ports.Piece {
		for i, p := range all {
			if p.Batch != nil {
				all[i].Batch = &ports.BatchRecord{Key: p.Batch.Key, Contacts: p.Batch.Contacts}
			}
		}
		return all
	})
}
