package postgres

import (
	"database/sql"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// cut cuts a time to the microsecond, in UTC. It cuts rather than rounds: a time
// that is kept must not lie after the caller's now.
func cut(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMicro(t.UnixMicro()).UTC()
}

// null is a time as a column has it: null for the zero time.
func null(t time.Time) sql.NullTime { return sql.NullTime{Time: cut(t), Valid: !t.IsZero()} }

// moment is a column's time.
func moment(t sql.NullTime) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return cut(t.Time)
}

func cutCall(c *attempt.Call) {
	for _, t := range [...]*time.Time{
		&c.QueuedAt, &c.DialledAt, &c.AgentAt, &c.RingingAt, &c.AnsweredAt, &c.ScreenedAt,
		&c.AttachedAt, &c.EndedAt, &c.DisposedAt, &c.Disposed.CallbackAt,
	} {
		*t = cut(*t)
	}
}

func cutAttempt(a *attempt.Attempt) {
	a.Since, a.Due, a.DoubtUntil = cut(a.Since), cut(a.Due), cut(a.DoubtUntil)
	cutCall(&a.Call)
}

func cutRun(r *campaign.Run) {
	for _, t := range [...]*time.Time{&r.Started, &r.Ended, &r.HaltedAt, &r.RunningSince, &r.Purged} {
		*t = cut(*t)
	}
}
