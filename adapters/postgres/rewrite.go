package postgres

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
)

// rewrites are attempts to write, a column in each array. What follows from the
// state is not sent: whether the row waits, and for what; whether it is held, by
// the one worker of the batch; whether it still has its claims.
type rewrites struct {
	n     int
	owner attempt.ID // of those that are held

	contacts                                            array
	campaigns, runs, was, states, kinds, sinces, claims column
	rests                                               documents
	// Null in most batches throughout.
	dues, runnings, calls, ends, doubts, untils, frees array

	since timeCache
}

// timeCache formats a time once that comes again and again.
type timeCache struct {
	at   time.Time
	text string
}

func (c *timeCache) of(t time.Time) string {
	if c.text == "" || !t.Equal(c.at) {
		c.at, c.text = t, timeText(null(t))
	}
	return c.text
}

// change is what becomes of a row beside its attempt.
type change struct {
	was int64 // the version that it replaces
	// call is the one by which dispositions find the row from now on, if it is
	// another than before; ended says that there is none.
	call  attempt.ID
	ended bool
	// claims are what the row holds from now on; nil leaves them as they were.
	claims []byte
	// frees asks what the row held until now.
	frees bool
}

func (w *rewrites) add(a *attempt.Attempt, c change) (err error) {
	w.n++
	w.contacts.id(a.Contact)
	w.campaigns.add(a.Campaign.String())
	w.runs.add(strconv.Itoa(a.Run))
	w.was.add(strconv.FormatInt(c.was, 10))
	w.states.add(a.State.String())
	w.kinds.add(kindOf(a.State))
	w.sinces.add(w.since.of(a.Since))
	w.claims.add(string(c.claims))
	w.dues.time(null(a.Due))
	w.runnings.some0(int64(a.DueRunning))
	w.calls.some(c.call)
	w.ends.flag(c.ended)
	w.doubts.some(a.Doubt)
	w.untils.time(null(a.DoubtUntil))
	w.frees.flag(c.frees)
	w.rests.b, err = appendRest(w.rests.next(), a)
	return err
}

// written are rows that were written and held the same until then.
type written struct {
	Claims []byte `db:"claims"` // null: nothing, or nothing was asked
	Rows   int    `db:"rows"`
	Places []byte `db:"places"` // among the rewrites, from 1
}

// kindOf says whether an attempt waits, is held or is over.
func kindOf(s attempt.State) string {
	switch {
	case s.Waiting():
		return "waits"
	case s.Held():
		return "held"
	}
	return "over"
}

// rewriting writes attempts. Each is guarded by the version that it replaces,
// and by its owner unless that is null; those that are not so are not written.
// The owner is compared so that no index of owners can be used, which would find
// all that the worker holds, for each row of the batch.
var rewriting = `WITH w AS (
		UPDATE outdial_attempts a SET state = n.state, version = a.version + 1, since = n.since,
			queue = CASE n.kind WHEN 'waits' THEN n.state END,
			queued = CASE n.kind WHEN 'waits' THEN n.since WHEN 'held' THEN a.queued END,
			owner = CASE n.kind WHEN 'held' THEN $15::uuid END,
			due = n.due, due_running = coalesce(n.due_running, 0),
			call = CASE WHEN n.ended THEN NULL ELSE coalesce(n.call, a.call) END,
			doubt = n.doubt, doubt_until = n.doubt_until, claims = coalesce(n.claims, a.claims), rest = n.rest
		FROM (SELECT contact, rest, due, due_running, call, ended, doubt, doubt_until, frees, place,
				coalesce(campaign, $17::uuid) AS campaign, coalesce(run, $18::integer) AS run, coalesce(was, $19::bigint) AS was,
				coalesce(state, $20::text) AS state, coalesce(since, $21::timestamptz) AS since, coalesce(claims, $22::json) AS claims,
				coalesce(kind, $24::text) AS kind
			FROM unnest($1::uuid[], ` + split(`$2::text`) + `, $3::uuid[], $4::integer[], $5::bigint[], $6::text[],
				$7::timestamptz[], $8::json[], $9::timestamptz[], $10::bigint[], $11::uuid[], $12::boolean[], $13::uuid[],
				$14::timestamptz[], $23::boolean[], $25::text[]) WITH ORDINALITY
				AS n(contact, rest, campaign, run, was, state, since, claims, due, due_running, call, ended, doubt, doubt_until, frees, kind, place)) AS n
		WHERE a.contact = n.contact AND a.run = n.run AND a.version = n.was AND a.campaign = n.campaign
			AND ($16::uuid IS NULL OR a.owner IS NOT DISTINCT FROM $16::uuid)
		RETURNING n.place, CASE WHEN n.frees THEN a.claims::text END AS claims
	) SELECT claims, count(*) AS rows, array_agg(place)::text AS places FROM w GROUP BY claims`

// rewrite writes attempts, and says which.
func (u *unit) rewrite(w *rewrites, owner uuid.NullUUID) (list []written, err error) {
	err = u.all(&list, rewriting,
		w.contacts.String(), string(w.rests.b), w.campaigns.String(), w.runs.String(), w.was.String(), w.states.String(),
		w.sinces.String(), w.claims.String(), w.dues.String(), w.runnings.String(), w.calls.String(), w.ends.String(),
		w.doubts.String(), w.untils.String(), w.owner, owner,
		w.campaigns.one(), w.runs.one(), w.was.one(), w.states.one(), w.sinces.one(), w.claims.one(), w.frees.String(),
		w.kinds.one(), w.kinds.String())
	return list, err
}
