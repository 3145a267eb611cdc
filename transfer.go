package outdial

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// TransferVersion is the version of the format that Export writes and Import
// reads; docs/transfer.md describes it.
const TransferVersion = 1

// maxTransferLine bounds a line of the format, in bytes with its end.
const maxTransferLine = 1 << 20

// Export writes campaigns, with their contacts, attempts and records, as NDJSON
// that [Import] reads into any other store; without ids, all campaigns in the
// order of their creation. It streams, and leaves the store as it is.
//
// No campaign may run: [ports.ErrCampaignRunning] says which does,
// [campaign.ErrCallsUp] which has calls that are not over, and
// [ports.ErrState] which has changed meanwhile. On an error what has been written
// lacks its last line, and Import says that a part is missing. A store without
// [ports.Transfer] is [errors.ErrUnsupported].
func Export(ctx context.Context, store ports.Store, w io.Writer, ids ...ID) error {
	from, err := transfer(store)
	if err != nil {
		return err
	}
	out := transferWriter{to: bufio.NewWriter(w)}
	if err := out.line("outdial", TransferVersion); err != nil {
		return err
	}
	n := 0
	for id, err := range chosen(ctx, store, ids) {
		if err != nil {
			return fmt.Errorf("outdial: exporting: %w", err)
		}
		for p, err := range from.Export(ctx, id) {
			if err != nil {
				return fmt.Errorf("outdial: exporting: %w", err)
			}
			if err := out.line(wired(&p)); err != nil {
				return err
			}
		}
		n++
	}
	if err := out.line("campaigns", n); err != nil {
		return err
	}
	if err := out.to.Flush(); err != nil {
		return fmt.Errorf("outdial: writing the export: %w", err)
	}
	return nil
}

// transfer asks a store whether it has the ability.
func transfer(store ports.Store) (ports.Transfer, error) {
	t, ok := store.(ports.Transfer)
	if !ok {
		return nil, fmt.Errorf("outdial: store %T has no ports.Transfer: %w", store, errors.ErrUnsupported)
	}
	return t, nil
}

// chosen are the campaigns to export.
func chosen(ctx context.Context, store ports.Store, ids []ID) iter.Seq2[ID, error] {
	return func(yield func(ID, error) bool) {
		for _, id := range ids {
			if !yield(id, nil) {
				return
			}
		}
		if len(ids) > 0 {
			return
		}
		for c, err := range store.ListCampaigns(ctx) {
			if !yield(c.ID, err) {
				return
			}
		}
	}
}

// transferWriter writes lines.
type transferWriter struct{ to *bufio.Writer }

// line writes {"kind":value}.
func (w *transferWriter) line(kind string, value any) error {
	doc, err := json.Marshal(map[string]any{kind: value})
	if err != nil {
		return fmt.Errorf("outdial: writing a %s: %w", kind, err)
	}
	doc = append(doc, '\n')
	if len(doc) > maxTransferLine {
		return fmt.Errorf("outdial: a %s would take a line of %d bytes: want at most %d", kind, len(doc), maxTransferLine)
	}
	if _, err := w.to.Write(doc); err != nil {
		return fmt.Errorf("outdial: writing the export: %w", err)
	}
	return nil
}

// Import reads what [Export] wrote into a store, and returns the campaigns that
// it added. It streams. Each campaign is added as a whole or not at all; the
// first that fails ends it, and those before it stay, and are returned with the
// error.
//
// Errors name the line; what is wrong with a piece is a
// [*campaign.InvalidError], and an id that the store has already is
// [ports.ErrExists]. A store without [ports.Transfer] is
// [errors.ErrUnsupported].
//
// A file is checked for sense, not for truth: import what you have exported.
// Which gateways and how many lines a campaign has is not held against this
// host's [Config] either.
func Import(ctx context.Context, store ports.Store, r io.Reader) ([]campaign.Campaign, error) {
	to, err := transfer(store)
	if err != nil {
		return nil, err
	}
	in := newTransferReader(r)
	if err := in.header(); err != nil {
		return nil, fmt.Errorf("outdial: importing: %w", err)
	}
	added, err := in.campaigns(ctx, to)
	if err != nil {
		return added, fmt.Errorf("outdial: importing, campaigns added before this: %d: %w", len(added), err)
	}
	return added, nil
}

// campaigns imports one after the other, up to the last line.
func (in *transferReader) campaigns(ctx context.Context, to ports.Transfer) (added []campaign.Campaign, err error) {
	for {
		line, err := in.next()
		if err != nil {
			return added, err
		}
		if n, last := line.(*transferFooter); last {
			return added, in.footer(*n, len(added))
		}
		first := in.number
		c, err := to.Import(ctx, in.pieces(line))
		var refused *ports.PieceError
		if errors.As(err, &refused) {
			return added, &lineError{first + refused.Number - 1, refused.Err}
		}
		if err != nil {
			return added, err
		}
		added = append(added, c)
	}
}
