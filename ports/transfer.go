package ports

import (
	"context"
	"iter"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// Transfer is an optional ability of a Store: it hands out a whole campaign in
// pieces, and takes one in, so that a host moves from one store to another.
//
// The duties of Export:
//
//  1. It hands out what the campaign is and was: its settings and status, its
//     runs with their figures, its contacts, attempts, final call records and
//     upload keys, in the order of the fields of [Piece]. It changes nothing
//     that a reader could tell.
//  2. Nothing in it is on its way. A campaign that runs is refused with
//     ErrCampaignRunning, one with rows that a worker holds with
//     [campaign.ErrCallsUp]: pause it, and ask again once its calls are over.
//     What is still to be swept is swept first. A run that is purged, or being
//     purged, goes with its figures and without rows.
//  3. It pages by key and holds no lock or snapshot while its consumer thinks. If
//     the campaign has changed meanwhile, it ends with ErrState and without its
//     End, so that pieces of two moments are never taken for a whole.
//
// The duties of Import:
//
//  4. It takes one campaign, up to its End, and reads no further. It is all or
//     nothing: on an error the store is as it was.
//  5. It trusts nobody: what [Checked] refuses, it refuses.
//  6. ErrExists if the id of the campaign, of a contact or of a call is taken.
//  7. From then on the campaign is one of the store's like any other, the last
//     in the order of creation, and Changes tells of it. Attempts are as they
//     were, version, retries, due times and call in doubt, so that nobody is
//     dialled twice and nobody is left out.
//
// What belongs to a moment or to a process is not moved: what is held of shared
// limits, workers, the cursor of Changes, and which commands were applied.
type Transfer interface {
	// Export yields a campaign's pieces. Besides those above: ErrNotFound.
	Export(ctx context.Context, id ID) iter.Seq2[Piece, error]
	// Import adds the campaign that the pieces make, and returns it. An error
	// of the iterator ends it with that error.
	Import(ctx context.Context, pieces iter.Seq2[Piece, error]) (campaign.Campaign, error)
}

// Piece is a part of a campaign on its way between two stores. Exactly one field
// is set. Pieces come in the order of the fields.
type Piece struct {
	// Campaign comes first, and once.
	Campaign *Head
	// Run: all runs, by number.
	Run *RunRecord
	// Contact: all contacts, by arrival.
	Contact *campaign.Contact
	// Attempt: by run, then by arrival of the contact. A purged run has none.
	Attempt *attempt.Attempt
	// Call: final records, by run, arrival and number.
	Call *CallRecord
	// Batch: the keys of uploads, in the order of their bytes.
	Batch *BatchRecord
	// End comes last, so that a cut file is noticed.
	End *Tally
}

// Head is a campaign without its runs.
type Head struct {
	ID         ID
	Status     campaign.Status
	Created    time.Time
	ClonedFrom ID
	Archived   time.Time
	Version    int64
	// Run is the number of the present run, the last one. Its settings are the
	// campaign's.
	Run int
}

// RunRecord is a run with the settings under which it was made and its counters.
type RunRecord struct {
	Run      campaign.Run
	Spec     campaign.Spec
	Counters campaign.Counters
}

// CallRecord is a final call record, and whose it is.
type CallRecord struct {
	Campaign ID
	Run      int
	Contact  ID
	Call     attempt.Call
}

// Tally is how many pieces of each kind there were.
type Tally struct {
	Runs     int
	Contacts int
	Attempts int
	Calls    int
	Batches  int
}
