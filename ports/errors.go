package ports

import "errors"

// Sentinel errors. Adapters wrap them with context; hosts test with errors.Is.
var (
	// ErrNotFound: no campaign, run, contact or call of that name.
	ErrNotFound = errors.New("not found")
	// ErrExists: the name is taken.
	ErrExists = errors.New("exists already")
	// ErrOtherRows refuses an upload whose key came with other rows before.
	ErrOtherRows = errors.New("the key was used for an upload of other rows")
	// ErrFenced refuses a write by a worker that does not own the row (any more).
	ErrFenced = errors.New("the row is not this worker's")
	// ErrState refuses a write made from a version of the row that is not its
	// present one. The refusal carries the present row.
	ErrState = errors.New("the row has changed")
	// ErrLimit refuses a dial because a claim finds no room.
	ErrLimit = errors.New("a limit is reached")
	// ErrNotRunning refuses a dial because the campaign does not run, or runs
	// another run.
	ErrNotRunning = errors.New("the campaign is not running")
	// ErrCampaignRunning refuses to export a campaign that runs: pause it first.
	ErrCampaignRunning = errors.New("the campaign is running: pause it first")
	// ErrAlive refuses to adopt from a worker whose heartbeat has moved.
	ErrAlive = errors.New("the worker is alive")
	// ErrLate refuses a disposition for a call that is over and done with.
	ErrLate = errors.New("the call takes no disposition any more")
	// ErrPurged: the attempts and call records of that run have been forgotten, or
	// are being. Its figures are kept. See [Purger].
	ErrPurged = errors.New("the run has been purged")
	// ErrUnavailable: the store or the switch cannot be reached now. The
	// operation may or may not have happened.
	ErrUnavailable = errors.New("unavailable")
	// ErrBusy: the switch's adapter takes no further call now; nothing was sent.
	ErrBusy = errors.New("busy")
)
