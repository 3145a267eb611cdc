package ports

import (
	"context"
	"iter"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// ID names campaigns, contacts, calls, workers and commands.
type ID = attempt.ID

// Store remembers campaigns, contacts, attempts and calls, and is where
// workers meet. Everything is safe for concurrent use by many goroutines and,
// where the adapter says so, processes. Times come from callers, never from
// the store's own clock, and are kept to the microsecond in UTC.
//
// The duties of an adapter:
//
//  1. Each method is one transaction: all of it or nothing, and seen by every
//     later call of any worker.
//  2. A row of an attempt is guarded: a write by a worker that does not own it
//     is refused with ErrFenced, one made from another version with ErrState.
//     Every write raises the version by one.
//  3. Claims change in the transaction that writes the row which holds them,
//     and are freed by the one that takes the row out of the states that have a
//     line ([attempt.State.Line]). Adoption keeps them.
//  4. Once Submit has returned from a pause, a stop or a failure, no claim of
//     that campaign is granted.
//  5. Counters equal what the rows say, at every moment, where the waiting rows
//     of a halted run are read as [campaign.Settle] reads them.
//  6. A final call record is inserted once per call id; it never changes but
//     for its outcome turning from unknown to ghost.
//  7. Iterators page by key; they hold no lock or snapshot while their consumer
//     thinks, and stop when the context is done.
type Store interface {
	Campaigns
	Work
	Records
}

// Campaigns is the part of a Store that hosts and operators write through.
type Campaigns interface {
	// CreateCampaign adds a draft. ErrExists if its id is taken.
	CreateCampaign(ctx context.Context, c campaign.Campaign) error
	// Campaign returns one campaign as it stands. ErrNotFound.
	Campaign(ctx context.Context, id ID) (campaign.Campaign, error)
	// ListCampaigns yields all campaigns in the order of their creation.
	ListCampaigns(ctx context.Context) iter.Seq2[campaign.Campaign, error]

	// AddContacts adds contacts, in order, to the campaign and its present
	// run. An error from the iterator ends it with that error, and nothing is
	// added. A batch key that the campaign has seen adds nothing and returns
	// the count it returned then; if the batch has a digest, its contacts are
	// read all the same, and are refused with ErrOtherRows where they are not
	// those of then: see [Batch.Repeat]. Contacts whose NotBefore lies after at
	// begin as scheduled, others as pending. Refused with a
	// [campaign.ActionError] where the status takes no contacts, ErrNotFound
	// without a campaign.
	AddContacts(ctx context.Context, id ID, b Batch, contacts iter.Seq2[campaign.Contact, error]) (int, error)

	// Submit applies a command. It is idempotent: the same command id again
	// changes nothing and returns what it returned then, as far as errors go
	// nil. Every worker sees what it changed in Changes. ErrExists for an id that
	// was another command's of the campaign, as far as [Command.Said] tells them apart.
	//
	// Errors: those of [campaign.Next] and [attempt.Next]; ErrNotFound;
	// [campaign.ErrCallsUp] for a Restart of those not completed while the run
	// has rows that are held, and for an Edit while an earlier run has;
	// ErrLate; [campaign.ErrOpenContacts] for a Finish of a run that has
	// attempts open or none at all; ErrState for a command whose If does not hold.
	Submit(ctx context.Context, c Command) error
	// Changes returns what has changed after the cursor since, and the cursor
	// for the next call. From 0 it returns every campaign that is not yet
	// settled: neither completed nor failed, or with rows that are held or to
	// be swept.
	Changes(ctx context.Context, since int64) (Changes, error)
}

// Command is what an operator, a host or an engine asks of the store. Exactly
// one of Decide, Dispose and Cancel is set.
type Command struct {
	// ID makes it idempotent.
	ID ID
	At time.Time

	// Decide moves a campaign by [campaign.Next].
	Decide *Decide
	// Dispose gives a call its disposition. While the call is up it is noted on
	// the row and the version raised; in `_processing` the attempt moves on.
	Dispose *Dispose
	// Cancel gives up a contact's pending callback.
	Cancel *Cancel
}

// Said is what a store keeps of a command beside its id, so that another under the
// same id is not taken for a repeat: what is done, and the scope of a restart.
// Settings and reasons are not in it. A Dispose has none: it is idempotent by what
// it says.
func (c *Command) Said() string {
	switch {
	case c.Cancel != nil:
		return "cancel"
	case c.Decide == nil:
		return ""
	case c.Decide.Event.Action == campaign.Restart && c.Decide.Event.Scope == campaign.NotCompleted:
		return "restart not_completed"
	}
	return string(c.Decide.Event.Action)
}

// Decide is a campaign's event. Its time is the command's.
type Decide struct {
	Campaign ID
	Event    campaign.Event
	// IfRun, if not 0, applies it to this run only.
	IfRun int
	// IfIdle applies it only if the run's counter of dials is still IfDials: an
	// engine that wants to fail a campaign must not overlook the dials of others.
	IfIdle  bool
	IfDials int
}

// Dispose is a call's disposition.
type Dispose struct {
	Call        ID
	Disposition attempt.Disposition
}

// Cancel names the contact whose callback is given up, in the present run.
type Cancel struct {
	Contact ID
}

// Changes is what commands have changed.
type Changes struct {
	Seq       int64
	Campaigns []Change
	// Attempts are rows that a command has written to while they were held;
	// their owner goes on from them. One that is held no more has its last
	// call's record in Call. It is a hint: ErrState tells the same.
	Attempts []attempt.Attempt
}

// Change is a campaign as it stands now.
type Change struct {
	Campaign campaign.Campaign
	// Unswept reports rows that are still to follow the campaign's last big
	// decision: see Sweep.
	Unswept bool
	// Earlier are the earlier runs that have rows held, oldest first: how they
	// were halted holds for those rows, however soon the restart came.
	Earlier []campaign.Run
}

// Work is the part of a Store that workers write through.
type Work interface {
	// Lease takes waiting attempts for a worker, for each request at most Max,
	// in the order of work: due callbacks by due time, due retries by due
	// time, then first attempts by priority (higher first) and arrival; ties by
	// arrival. A leased row has state leased, the owner, and Since Now.
	// Nothing is leased from a campaign that does not run or runs another run,
	// nor while an earlier run of it has rows that are held (Blocked).
	// An attempt that has not been dialled in its run takes over the call in
	// doubt of the contact's attempts in earlier runs, the latest one's.
	// Answers stand in the order of requests.
	Lease(ctx context.Context, worker ID, rs []LeaseRequest) ([]Leased, error)

	// Save writes rows that the worker owns. Refusals name rows by index, in
	// the order of the batch; the other rows are written. A row whose state does not hold an owner is no
	// longer the worker's; one that is written waiting while its run is halted
	// is settled ([campaign.Settle]) on the way. Claims stand on the write to
	// dialling: all are granted or the row is refused with ErrLimit (which
	// claim, and when to ask again); they are taken in key order, rows in the
	// order of the batch. Such a row is refused with ErrNotRunning where duty 4
	// says so.
	Save(ctx context.Context, worker ID, ts []Transition) ([]Refusal, error)

	// Ghosts turns the records of calls closed as unknown into ghosts. Other
	// ids are ignored.
	Ghosts(ctx context.Context, calls []ID) error

	// Beat writes the worker's row and returns all workers: those that have
	// beaten and those that hold rows, as one may that was given up while its
	// lease was on the way.
	Beat(ctx context.Context, w Worker) ([]Worker, error)
	// Workers returns all workers, without writing.
	Workers(ctx context.Context) ([]Worker, error)
	// Adopt makes at most max rows of the dead worker the caller's, claims and
	// all, raises their version, counts them as stale recoveries, and returns
	// them. Once none is left it forgets the dead worker. ErrAlive if its
	// counter is not dead.Beat any more, unless it is leaving. With the caller
	// itself as the dead worker it returns what the caller holds and changes
	// nothing: so a worker finds what it was given when the answer to a Lease or
	// an Adopt was lost.
	Adopt(ctx context.Context, me ID, dead Worker, at time.Time, max int) ([]Item, error)
	// Sweep lets at most max rows follow their campaign's last big decision,
	// and reports whether more are left: waiting rows of a halted run are
	// written as settled, and a new run gets its attempts. Counters have moved
	// with the decision; a sweep does not change them.
	Sweep(ctx context.Context, id ID, max int) (more bool, err error)
}

// LeaseRequest asks for work of one campaign.
type LeaseRequest struct {
	Campaign ID
	Run      int
	Now      time.Time
	// Running is the run's running time at Now; retries are due in it.
	Running time.Duration
	Max     int
}

// Leased answers a LeaseRequest.
type Leased struct {
	Items []Item
	// NextDue is when the next attempt waiting for a wall-clock time is due;
	// zero: none waits. A store that leaves out attempts which are due, as somebody
	// else is busy with them, says here when to ask again: nobody else would.
	NextDue time.Time
	// NextRetry is the running time at which the next retry is due; negative:
	// none waits.
	NextRetry time.Duration
	// Open is how many attempts of the run have not ended, these included.
	Open int
	// Total is how many attempts the run has.
	Total int
	// Dials is the run's counter of dials.
	Dials int
	// Blocked: calls of an earlier run are still up.
	Blocked bool
}

// Item is an attempt with its contact.
type Item struct {
	Attempt attempt.Attempt
	Contact campaign.Contact
}

// Transition is a row to write.
type Transition struct {
	// Attempt is the row as it shall be. Its Version is the one that it was
	// made from; the store raises it.
	Attempt attempt.Attempt
	// Before is what the row counted as, in the version it was made from.
	Before campaign.Facts
	// Claims stand on the write to dialling.
	Claims []Claim
	// Record says that Attempt.Call is over: insert its final record.
	Record bool
}

// Claim is a share of a limit.
type Claim struct {
	// Key names the limit: campaign/…, trunk/…, agent/….
	Key string
	// Max is how many may be held at once or, with Per, begun in any span of Per.
	Max int
	Per time.Duration
}

// Refusal says that one row of a batch was not written.
type Refusal struct {
	Index int
	// Err wraps ErrFenced, ErrState, ErrLimit or ErrNotRunning.
	Err error
	// Key is the claim without room, with ErrLimit.
	Key string
	// RetryAt is when a rate has room again, with ErrLimit; zero if unknown.
	RetryAt time.Time
	// Current is the present row, with ErrState.
	Current attempt.Attempt
}

// Worker is one process stepping an engine on the store.
type Worker struct {
	ID ID
	// Beat is a counter that the worker raises.
	Beat int64
	// Leaving says that it does not come back: it may be adopted from at once.
	Leaving bool
	// Decisions is what limits each campaign, as the worker sees it.
	Decisions []Decision
}

// Decision is a pacing decision as others may read it.
type Decision struct {
	Campaign ID
	Limit    string
	Lines    int
	At       time.Time
}
