package postgres

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/outdial/outdial/ports"
)

// limitKey names a shared limit. One key may limit both how many are held at
// once (per 0) and how many begin in a span of time.
type limitKey struct {
	key string
	per time.Duration
}

func keyOf(c *ports.Claim) limitKey { return limitKey{c.Key, max(c.Per, 0)} }

// limit is a row of outdial_limits.
type limit struct {
	Key  string `db:"key"`
	Per  int64  `db:"per"`
	Held int    `db:"held"`
	Log  []byte `db:"log"`

	window window
	dirty  bool
}

// lockLimits locks limits in the order of their keys; those that are not there
// yet are made. It is called once in a transaction, for all that it needs.
func (u *unit) lockLimits(wanted map[limitKey]bool) error {
	if len(wanted) == 0 {
		return nil
	}
	var keys, pers array
	for k := range wanted {
		keys.text(k.key)
		pers.number(int64(k.per))
	}
	// In order too: two that make the same ones would wait for each other.
	if err := u.exec(`INSERT INTO outdial_limits (key, per)
		SELECT key, per FROM unnest($1::text[], $2::bigint[]) AS n(key, per) ORDER BY key COLLATE "C", per
		ON CONFLICT DO NOTHING`, keys.String(), pers.String()); err != nil {
		return err
	}
	var list []limit
	if err := u.all(&list, `SELECT key, per, held, log FROM outdial_limits
		WHERE (key, per) IN (SELECT * FROM unnest($1::text[], $2::bigint[])) ORDER BY key, per FOR UPDATE`,
		keys.String(), pers.String()); err != nil {
		return err
	}
	for i := range list {
		l := &list[i]
		if err := json.Unmarshal(l.Log, &l.window); err != nil {
			return fmt.Errorf("limit %s: %w", l.Key, err)
		}
		u.limits[limitKey{l.Key, time.Duration(l.Per)}] = l
	}
	return nil
}

// claim takes all claims for a row, or none: then it says which limit has no
// room, the first by key, and when a rate has room again.
func (u *unit) claim(r *row, claims []ports.Claim, now time.Time) (refusal ports.Refusal, ok bool) {
	ok = true
	for i := range claims {
		c := &claims[i]
		l := u.limits[keyOf(c)]
		if l.left(c, now) > before(claims[:i], c) || !ok && c.Key >= refusal.Key {
			continue
		}
		refusal = ports.Refusal{Err: ports.ErrLimit, Key: c.Key}
		if c.Per > 0 {
			refusal.RetryAt = l.window.next(c.Per)
		}
		ok = false
	}
	if !ok {
		return refusal, false
	}
	for i := range claims {
		l := u.limits[keyOf(&claims[i])]
		l.dirty = true
		if claims[i].Per > 0 {
			l.window.take(now)
			continue
		}
		l.Held++
		r.claims = append(r.claims, claims[i].Key)
	}
	return refusal, true
}

// before counts how many of the row's earlier claims are on the same limit.
func before(claims []ports.Claim, c *ports.Claim) (n int) {
	for i := range claims {
		if keyOf(&claims[i]) == keyOf(c) {
			n++
		}
	}
	return n
}

func (l *limit) left(c *ports.Claim, now time.Time) int {
	if c.Per <= 0 {
		return c.Max - l.Held
	}
	return l.window.left(c.Max, c.Per, now)
}

// free gives back what the row held at once.
func (u *unit) free(r *row) {
	for _, key := range r.claims {
		l := u.limits[limitKey{key, 0}]
		l.Held--
		l.dirty = true
	}
	r.claims = nil
}

// writeLimits writes the limits that have changed.
func (u *unit) writeLimits() error {
	var keys, pers, helds, logs array
	n := 0
	for _, l := range u.limits {
		if !l.dirty {
			continue
		}
		log, err := json.Marshal(append(window{}, l.window...)) // never null
		if err != nil {
			return err
		}
		keys.text(l.Key)
		pers.number(l.Per)
		helds.number(int64(l.Held))
		logs.json(log)
		l.dirty = false
		n++
	}
	if n == 0 {
		return nil
	}
	return u.exec(`UPDATE outdial_limits l SET held = n.held, log = n.log
		FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::jsonb[]) AS n(key, per, held, log)
		WHERE l.key = n.key AND l.per = n.per`, keys.String(), pers.String(), helds.String(), logs.String())
}
