package storetest_test

import (
	"context"
	"errors"
	"iter"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// movers are stores that move campaigns, but not well.
var movers = []struct {
	name    string
	open    func(ports.Store) ports.Store
	givenBy string
}{
	{"exports what runs", exportsRunning, "transfer/a campaign that runs is not exported"},
	{"exports two moments", exportsMoments, "transfer/a campaign that changes while it is exported has no end"},
	{"exports what is not swept", exportsAsWritten, "transfer/what is still to be swept is exported as it is read"},
	{"imports a part", importsPart, "transfer/an import is all or nothing"},
	{"imports whatever comes", importsAnything, "transfer/what is malformed is refused"},
	{"leaves upload keys behind", losesKeys, "transfer/an upload key moves with its campaign"},
	{"leaves doubts behind", losesDoubts, "transfer/nobody is dialled again after a move, nobody is left out"},
	{"forgets how long a retry waits", forgetsWaits, "transfer/a history goes on in another store, seed 0"},
}

func init() { faults = append(faults, movers...) }

// spoiltMover is a store whose pieces are spoilt on their way in or out.
type spoiltMover struct {
	ports.Store
	out func(ctx context.Context, s ports.Store, id ports.ID) iter.Seq2[ports.Piece, error]
	in  func(ctx context.Context, s ports.Store, pieces iter.Seq2[ports.Piece, error]) (campaign.Campaign, error)
}

func (s spoiltMover) Export(ctx context.Context, id ports.ID) iter.Seq2[ports.Piece, error] {
	if s.out == nil {
		return s.Store.(ports.Transfer).Export(ctx, id)
	}
	return s.out(ctx, s.Store, id)
}

func (s spoiltMover) Import(ctx context.Context, pieces iter.Seq2[ports.Piece, error]) (campaign.Campaign, error) {
	if s.in == nil {
		return s.Store.(ports.Transfer).Import(ctx, pieces)
	}
	return s.in(ctx, s.Store, pieces)
}

// exportsInstead hands out an end where the store has this error.
func exportsInstead(s ports.Store, of error) ports.Store {
	return spoiltMover{Store: s, out: func(ctx context.Context, s ports.Store, id ports.ID) iter.Seq2[ports.Piece, error] {
		return func(yield func(ports.Piece, error) bool) {
			for p, err := range s.(ports.Transfer).Export(ctx, id) {
				if errors.Is(err, of) {
					p, err = ports.Piece{End: &ports.Tally{}}, nil
				}
				if !yield(p, err) {
					return
				}
			}
		}
	}}
}

func exportsRunning(s ports.Store) ports.Store { return exportsInstead(s, ports.ErrCampaignRunning) }
func exportsMoments(s ports.Store) ports.Store { return exportsInstead(s, ports.ErrState) }

// exportsAsWritten hands out ended rows of a stopped run as they were before.
func exportsAsWritten(s ports.Store) ports.Store {
	return spoiltMover{Store: s, out: func(ctx context.Context, s ports.Store, id ports.ID) iter.Seq2[ports.Piece, error] {
		return func(yield func(ports.Piece, error) bool) {
			for p, err := range s.(ports.Transfer).Export(ctx, id) {
				if a := p.Attempt; a != nil && a.State == attempt.StateManualStopped {
					a.State, a.Reason = attempt.StatePending, 0
				}
				if !yield(p, err) {
					return
				}
			}
		}
	}}
}

// gathered is all pieces, as long as there is no error.
func gathered(pieces iter.Seq2[ports.Piece, error]) (all []ports.Piece, err error) {
	for p, err := range pieces {
		if err != nil {
			return all, err
		}
		if all = append(all, p); p.End != nil {
			break
		}
	}
	return all, nil
}

func each(all []ports.Piece) iter.Seq2[ports.Piece, error] {
	return func(yield func(ports.Piece, error) bool) {
		for _, p := range all {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// importsPart creates the campaign before it has read the rest.
func importsPart(s ports.Store) ports.Store {
	return spoiltMover{Store: s, in: func(ctx context.Context, s ports.Store, pieces iter.Seq2[ports.Piece, error]) (c campaign.Campaign, err error) {
		for p, err := range pieces {
			if err != nil {
				return c, err
			}
			if p.Run != nil {
				return c, s.CreateCampaign(ctx, c)
			}
			if p.Campaign != nil {
				c.ID, c.Status, c.Run.Number = p.Campaign.ID, p.Campaign.Status, 1
			}
		}
		return c, campaign.ErrInvalid
	}}
}

// imports mends or spoils all pieces before the store sees them.
func imports(s ports.Store, edit func([]ports.Piece) []ports.Piece) ports.Store {
	return spoiltMover{Store: s, in: func(ctx context.Context, s ports.Store, pieces iter.Seq2[ports.Piece, error]) (campaign.Campaign, error) {
		all, err := gathered(pieces)
		if err != nil {
			return campaign.Campaign{}, err
		}
		return s.(ports.Transfer).Import(ctx, each(edit(all)))
	}}
}

// importsAnything believes in the end whatever it says.
func importsAnything(s ports.Store) ports.Store {
	return imports(s, func(all []ports.Piece) []ports.Piece {
		var t ports.Tally
		for _, p := range all {
			switch {
			case p.Run != nil:
				t.Runs++
			case p.Contact != nil:
				t.Contacts++
			case p.Attempt != nil:
				t.Attempts++
			case p.Call != nil:
				t.Calls++
			case p.Batch != nil:
				t.Batches++
			}
		}
		all[len(all)-1] = ports.Piece{End: &t}
		return all
	})
}

func losesKeys(s ports.Store) ports.Store {
	return imports(s, func(all []ports.Piece) []ports.Piece {
		var kept []ports.Piece
		for _, p := range all {
			if p.End != nil {
				end := *p.End
				end.Batches = 0
				p.End = &end
			}
			if p.Batch == nil {
				kept = append(kept, p)
			}
		}
		return kept
	})
}

// importsAttempts is imports with an edit of each attempt.
func importsAttempts(s ports.Store, edit func(*attempt.Attempt)) ports.Store {
	return imports(s, func(all []ports.Piece) []ports.Piece {
		for i, p := range all {
			if p.Attempt != nil {
				a := *p.Attempt
				edit(&a)
				all[i].Attempt = &a
			}
		}
		return all
	})
}

func losesDoubts(s ports.Store) ports.Store {
	return importsAttempts(s, func(a *attempt.Attempt) { a.Doubt = ports.ID{} })
}

// forgetsWaits forgets for how long a retry waits.
func forgetsWaits(s ports.Store) ports.Store {
	return importsAttempts(s, func(a *attempt.Attempt) { a.DueRunning = 0 })
}
