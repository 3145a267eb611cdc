package memory

import (
	"time"

	"github.com/outdial/outdial/attempt"
)

// moment is a time as the store keeps it: microseconds since the beginning of
// year 1 in UTC, so that the zero time is 0 and the epoch is not.
type moment int64

// yearOne is the zero time in Unix microseconds.
const yearOne = -62135596800 * 1_000_000

// at cuts a time to the microsecond. It cuts rather than rounds: a time that is
// kept must not lie after the caller's now.
func at(t time.Time) moment { return moment(t.UnixMicro() - yearOne) }

func (m moment) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m) + yearOne).UTC()
}

// tidy cuts one time in place.
func tidy(t *time.Time) {
	if !t.IsZero() {
		*t = at(*t).time()
	}
}

func tidyAttempt(a *attempt.Attempt) {
	tidy(&a.Since)
	tidy(&a.Due)
	c := &a.Call
	for _, t := range [...]*time.Time{
		&c.QueuedAt, &c.DialledAt, &c.AgentAt, &c.RingingAt, &c.AnsweredAt, &c.ScreenedAt,
		&c.AttachedAt, &c.EndedAt, &c.DisposedAt, &c.Disposed.CallbackAt,
	} {
		tidy(t)
	}
}
