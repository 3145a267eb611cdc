package ports

import (
	"context"
	"time"

	"github.com/outdial/outdial/campaign"
)

// Purger is an optional ability of a Store: it forgets what old runs have left,
// so that a store that serves for years stays as large as what is still asked
// for. Contacts and upload keys are never purged: the next run calls the
// contacts, and an upload that is sent again must still be known.
//
// The duties of an adapter:
//
//  1. Purge forgets the attempts and the final call records of runs of one
//     campaign that are not its present run and ended before Before, the oldest
//     run first. The present run is never purged, however long ago it ended: a
//     restart goes by it.
//  2. A call of Purge is one short transaction, safe beside workers. It forgets
//     at most Max rows, attempts, records and command ids counted together, and
//     may forget fewer. It reports whether more are left that it would forget
//     now; a caller goes on until none are. Any number of callers may purge at
//     once.
//  3. A run is left as it is, and counts as none that is left, while rows of it
//     are held by a worker, or while a call of it is in doubt until later than
//     At: the next run must find such a call, so as not to dial a contact whose
//     last call may still surface. Later runs do not wait for it.
//  4. The first batch marks the run with At ([campaign.Run.Purged]); later ones
//     leave the mark as it is. The run stays: Runs, with its times and reasons,
//     and Metrics, with its settings and figures, answer as before, but that a
//     purged run has no oldest attempts ([campaign.Metrics.Oldest]).
//  5. From the mark on, Report, Attempts and Attempt of that run are refused with
//     [ErrPurged], also while rows are left, so that nobody takes a part for the
//     whole; an iterator that is reading it ends with that error. A disposition
//     for a call whose record is gone finds none, ErrNotFound, and Ghosts ignores
//     such a call as any other that it does not know.
//  6. What the present run still needs of the run before it, it has got: one that
//     takes only those who were not completed still takes the same contacts.
//  7. It also forgets the ids of commands to the campaign whose time lies before
//     Before, the oldest first. Such a command, if it comes again, is a new one:
//     Before should lie further back than any caller repeats a command.
//
// Errors: [ErrNotFound] for a campaign that is not known, those of
// [Purge.Validate], and ErrUnavailable.
type Purger interface {
	Purge(ctx context.Context, p Purge) (more bool, err error)
}

// Purge says what a Purger forgets.
type Purge struct {
	Campaign ID
	// Before is what the end of a run, or the time of a command, must lie before.
	Before time.Time
	// At is the caller's time: the mark of a run that is purged, and what the end
	// of a doubt is compared with.
	At time.Time
	// Max is how many rows one call may forget, at least 1. A thousand are a short
	// transaction.
	Max int
}

// Validate names every field that no Purger can go by, as a
// [campaign.InvalidError].
func (p *Purge) Validate() error {
	var faults []campaign.Fault
	if p.At.IsZero() {
		faults = append(faults, campaign.Fault{Field: "At", Value: p.At, Want: "the caller's time, not the zero time"})
	}
	if p.Max < 1 {
		faults = append(faults, campaign.Fault{Field: "Max", Value: p.Max, Want: "at least 1"})
	}
	if len(faults) == 0 {
		return nil
	}
	return &campaign.InvalidError{What: "purge", Faults: faults}
}
