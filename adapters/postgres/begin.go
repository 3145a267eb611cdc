package postgres

import (
	"errors"

	"github.com/outdial/outdial/ports"
)

// errMoved says that a row was written while it was looked at. The transaction
// is tried again.
var errMoved = errors.New("a row moved while it was written")

// errTight says that limits filled up while rows were written that claim them.
// The transaction is tried again, with the limits locked from the beginning.
var errTight = errors.New("a limit has filled up meanwhile")

// firstLook is what was found out about a batch in which calls begin: by index,
// which rows are not as the worker knows them, and what limits those hold that
// end a call or begin another. Nil: nothing had to be.
type firstLook struct {
	others map[int]bool
	held   map[int][]string
}

func (l *firstLook) other(i int) bool { return l != nil && l.others[i] }

func (l *firstLook) holds(i int) []string {
	if l == nil {
		return nil
	}
	return l.held[i]
}

// readFirst looks at the rows of a batch in which calls begin, and locks the
// limits that it claims and frees: who may begin is decided row by row. Where
// there is room for all it leaves that to the end, so that the limits, which
// other workers want too, are not locked while rows are written.
func (u *unit) readFirst(b *batch, tight bool) (*firstLook, error) {
	begins := false
	for i := range b.ts {
		begins = begins || dials(&b.ts[i])
	}
	if !begins {
		return nil, nil
	}
	if roomy, err := u.roomy(b, tight); roomy || err != nil {
		return nil, err
	}
	seen, err := u.look(b)
	if err != nil {
		return nil, err
	}
	wanted := claimed(b.ts)
	for i := range b.ts {
		if ends(&b.ts[i]) {
			for _, key := range seen.held[i] {
				wanted[limitKey{key, 0}] = true
			}
		}
	}
	return seen, u.lockLimits(wanted)
}

// few is a batch for which another statement is not worth its while.
const few = 16

// roomy reports whether all calls of a batch may begin, as far as can be seen
// without a lock.
func (u *unit) roomy(b *batch, tight bool) (bool, error) {
	if tight || len(b.ts) < few {
		return false, nil
	}
	for i := range b.ts {
		t := &b.ts[i]
		in := u.runs[runKey{t.Attempt.Campaign, t.Attempt.Run}]
		if dials(t) && (in == nil || !u.camps[in.Campaign].dials(in) || t.Before.State.Line()) {
			return false, nil
		}
	}
	wanted := claimed(b.ts)
	if err := u.readLimits(wanted, ``); err != nil {
		return false, err
	}
	defer clear(u.limits) // they are not locked
	if !u.hasLimits(wanted) {
		return false, nil
	}
	for i := range b.ts {
		if _, _, ok := u.claim(b.ts[i].Claims, cut(b.ts[i].Attempt.Since)); !ok {
			return false, nil
		}
	}
	return true, nil
}

// claimed are the limits that transitions claim.
func claimed(ts []ports.Transition) map[limitKey]bool {
	wanted := map[limitKey]bool{}
	for i := range ts {
		for k := range ts[i].Claims {
			wanted[keyOf(&ts[i].Claims[k])] = true
		}
	}
	return wanted
}

// look reads only what is not as expected, or has claims to know of.
func (u *unit) look(b *batch) (seen *firstLook, err error) {
	var contacts, runs, campaigns, versions, asks array
	of := b.ts[0].Attempt
	for i := range b.ts {
		a := &b.ts[i].Attempt
		contacts.id(a.Contact)
		versions.number(a.Version)
		asks.flag(b.ts[i].Before.State.Line())
		if a.Run == of.Run && a.Campaign == of.Campaign {
			runs.null()
			campaigns.null()
		} else {
			runs.number(int64(a.Run))
			campaigns.id(a.Campaign)
		}
	}
	var list []struct {
		Place  int    `db:"place"`
		Same   bool   `db:"same"`
		Claims []byte `db:"claims"`
	}
	if err := u.all(&list, `SELECT place, same, claims FROM (
			SELECT n.place, n.asks, a.claims, a.version IS NOT DISTINCT FROM n.version AND a.owner IS NOT DISTINCT FROM $8::uuid
				AND a.campaign IS NOT DISTINCT FROM coalesce(n.campaign, $7::uuid) AS same
			FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::uuid[], $5::boolean[]) WITH ORDINALITY
				AS n(contact, version, run, campaign, asks, place)
			LEFT JOIN outdial_attempts a ON a.contact = n.contact AND a.run = coalesce(n.run, $6::integer)
		) AS found WHERE asks OR NOT same`, contacts.String(), versions.String(), runs.String(), campaigns.String(),
		asks.String(), of.Run, of.Campaign, b.worker); err != nil {
		return nil, err
	}
	seen = &firstLook{others: map[int]bool{}, held: map[int][]string{}}
	for _, row := range list {
		i := row.Place - 1
		if seen.others[i] = !row.Same; row.Same {
			if seen.held[i], err = readClaims(row.Claims, b.ts[i].Attempt.Campaign); err != nil {
				return nil, err
			}
		}
	}
	return seen, nil
}

// begin claims what a call needs, and says what its row holds from now on. A
// row that was not looked at claims when it is written.
func (u *unit) begin(t *ports.Transition, in *run, seen *firstLook, i int) (claims []byte, no ports.Refusal, err error) {
	var keys []string
	if seen == nil {
		keys = holding(t.Claims)
	} else {
		if !u.camps[in.Campaign].dials(in) {
			return nil, ports.Refusal{Err: ports.ErrNotRunning}, nil
		}
		var ok bool
		if keys, no, ok = u.claim(t.Claims, cut(t.Attempt.Since)); !ok {
			return nil, no, nil
		}
	}
	if t.Before.State.Line() {
		keys = append(seen.holds(i), keys...)
	}
	claims, err = writeClaims(keys, in.Campaign) // never null: that would leave old ones
	return claims, ports.Refusal{}, err
}

// freed notes what rows held that have no line any more.
func (u *unit) freed(list []written) error {
	for _, w := range list {
		keys, err := readClaims(w.Claims, w.Campaign)
		if err != nil {
			return err
		}
		for _, k := range keys {
			u.gives[k] += w.Rows
		}
	}
	return nil
}
