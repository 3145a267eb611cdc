package postgres

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
)

// rewrites are attempts to write, a column in each array. What follows from the
// state is not sent: whether the row waits, and for what; whether it is held, by
// the one worker of the batch; whether it still has its claims.
type rewrites struct {
	n        int
	owner    attempt.ID // of those that are held
	contacts array
	rests    documents

	campaigns, runs, was, states, kinds, sinces, claims, dues, runnings, calls, ends, doubts, untils, frees column

	asks  bool // what some of them held
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
	w.campaigns.id(a.Campaign)
	w.runs.number(int64(a.Run))
	w.was.number(c.was)
	w.states.add(a.State.String())
	w.kinds.add(kindOf(a.State))
	w.sinces.add(w.since.of(a.Since))
	w.claims.add(string(c.claims))
	w.dues.time(a.Due)
	w.runnings.number(int64(a.DueRunning))
	w.calls.id(c.call)
	w.ends.flag(c.ended)
	w.doubts.id(a.Doubt)
	w.untils.time(a.DoubtUntil)
	w.frees.flag(c.frees)
	w.asks = w.asks || c.frees
	w.rests.b, err = appendRest(w.rests.next(), a)
	return err
}

// written are rows of a campaign that were written and held the same until then.
type written struct {
	Campaign attempt.ID `db:"campaign"`
	Claims   []byte     `db:"claims"` // null: nothing, or nothing was asked
	Rows     int        `db:"rows"`
	Places   []byte     `db:"places"` // among the rewrites, from 1
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

// level makes arrays of columns that go together, if the rows differ in one of
// them. So there are few statements, and servers keep the plan of each.
func (w *rewrites) level() {
	for _, group := range [...][]*column{
		{&w.campaigns, &w.runs},
		{&w.states, &w.kinds, &w.sinces, &w.claims, &w.ends, &w.frees},
		{&w.dues, &w.runnings, &w.calls, &w.doubts, &w.untils},
	} {
		if slices.ContainsFunc(group, func(c *column) bool { return c.many }) {
			for _, c := range group {
				c.spread()
			}
		}
	}
}

// rewriting is a statement that writes attempts. It reads only those columns row
// by row in which the rows of the batch differ. What they have in common is an
// argument or, where it decides what is written, part of the statement.
type rewriting struct {
	args  []any
	lists []string // arguments that are arrays
	names []string // of their elements
}

// arg adds an argument, and returns its place.
func (q *rewriting) arg(v any, kind string) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args)) + "::" + kind
}

func (q *rewriting) list(name, array string) string {
	q.lists, q.names = append(q.lists, array), append(q.names, name)
	return "n." + name
}

// column is where a column is to be read.
func (q *rewriting) column(c *column, name, kind string) string {
	if c.many {
		return q.list(name, q.arg(c.String(), kind+"[]"))
	}
	return q.arg(c.one(), kind)
}

// choice is the same for a column of our own words.
func (q *rewriting) choice(c *column, name string) string {
	if c.many {
		return q.column(c, name, "text")
	}
	return "'" + c.same + "'"
}

// set writes what is to be written. Each row is guarded by the version that it
// replaces, and by its owner unless that is null; those that are not so are not
// written. The owner is compared so that no index of owners can be used, which
// would find all that the worker holds, for each row of the batch.
func (q *rewriting) set(w *rewrites, owner uuid.NullUUID) string {
	contact := q.list("contact", q.arg(w.contacts.String(), "uuid[]"))
	rest := q.list("rest", split(q.arg(string(w.rests.b), "text")))
	kind, state, since := q.choice(&w.kinds, "kind"), q.column(&w.states, "state", "text"), q.column(&w.sinces, "since", "timestamptz")
	set := `UPDATE outdial_attempts a SET state = ` + state + `, version = a.version + 1, since = ` + since + `,
			queue = CASE ` + kind + ` WHEN 'waits' THEN ` + state + ` END,
			queued = CASE ` + kind + ` WHEN 'waits' THEN ` + since + ` WHEN 'held' THEN a.queued END,
			owner = CASE ` + kind + ` WHEN 'held' THEN ` + q.arg(w.owner, "uuid") + ` END,
			due = ` + q.column(&w.dues, "due", "timestamptz") + `, due_running = ` + q.column(&w.runnings, "due_running", "bigint") + `,
			call = CASE WHEN ` + q.choice(&w.ends, "ended") + ` = 't' THEN NULL
				ELSE coalesce(` + q.column(&w.calls, "call", "uuid") + `, a.call) END,
			doubt = ` + q.column(&w.doubts, "doubt", "uuid") + `, doubt_until = ` + q.column(&w.untils, "doubt_until", "timestamptz") + `,
			claims = coalesce(` + q.column(&w.claims, "claims", "json") + `, a.claims), rest = ` + rest
	where := `a.contact = ` + contact + ` AND a.run = ` + q.column(&w.runs, "run", "integer") +
		` AND a.version = ` + q.column(&w.was, "was", "bigint") + ` AND a.campaign = ` + q.column(&w.campaigns, "campaign", "uuid")
	if owner.Valid {
		where += ` AND a.owner IS NOT DISTINCT FROM ` + q.arg(owner.UUID, "uuid")
	}
	return set + ` FROM unnest(` + strings.Join(q.lists, ", ") + `) WITH ORDINALITY
		AS n(` + strings.Join(q.names, ", ") + `, place) WHERE ` + where
}

// held is what the rows held that are written, each with further aggregates.
func held(set, frees, more string) string {
	return `WITH w AS (` + set + ` RETURNING n.place, a.campaign, CASE WHEN ` + frees + ` = 't' THEN a.claims::text END AS claims)
		SELECT campaign, claims, count(*) AS rows` + more + ` FROM w GROUP BY campaign, claims`
}

// errLeft says that not all rows were written. The transaction is tried again,
// with a statement that says which are.
var errLeft = errors.New("some rows were not as they were known")

// rewrite writes attempts, and returns how many were. If that is not all, the
// unit is careful, and the list says which.
func (u *unit) rewrite(w *rewrites, owner uuid.NullUUID) (n int, list []written, err error) {
	w.level()
	var q rewriting
	frees, set := q.choice(&w.frees, "frees"), q.set(w, owner)
	switch {
	case u.careful:
		err = u.all(&list, held(set, frees, `, array_agg(place)::text AS places`), q.args...)
	case !w.asks:
		n, err = u.affect(set, q.args...)
	default:
		err = u.all(&list, held(set, frees, ``), q.args...)
	}
	for _, one := range list {
		n += one.Rows
	}
	if err == nil && n < w.n && !u.careful {
		err = errLeft
	}
	return n, list, err
}
