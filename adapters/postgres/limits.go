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
// yet are made.
func (u *unit) lockLimits(wanted map[limitKey]bool) error {
	const lock = ` ORDER BY key, per FOR NO KEY UPDATE`
	if err := u.readLimits(wanted, lock); err != nil || u.hasLimits(wanted) {
		return err
	}
	keys, pers := arraysOf(wanted)
	// In order too: two that make the same ones would wait for each other.
	if err := u.exec(`INSERT INTO outdial_limits (key, per)
		SELECT key, per FROM unnest($1::text[], $2::bigint[]) AS n(key, per) ORDER BY key COLLATE "C", per
		ON CONFLICT DO NOTHING`, keys, pers); err != nil {
		return err
	}
	return u.readLimits(wanted, lock)
}

func arraysOf(wanted map[limitKey]bool) (keys, pers string) {
	var k, p array
	for l := range wanted {
		k.quoted(l.key)
		p.number(int64(l.per))
	}
	return k.String(), p.String()
}

func (u *unit) hasLimits(wanted map[limitKey]bool) bool {
	for k := range wanted {
		if u.limits[k] == nil {
			return false
		}
	}
	return true
}

// readLimits reads the limits that are there.
func (u *unit) readLimits(wanted map[limitKey]bool, lock string) error {
	if len(wanted) == 0 {
		return nil
	}
	keys, pers := arraysOf(wanted)
	var list []limit
	if err := u.all(&list, `SELECT key, per, held, log FROM outdial_limits
		WHERE (key, per) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))`+lock, keys, pers); err != nil {
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
// room, the first by key, and when a rate has room again. Held are the keys of
// those that the row holds from now on.
func (u *unit) claim(claims []ports.Claim, now time.Time) (held []string, refusal ports.Refusal, ok bool) {
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
		return nil, refusal, false
	}
	for i := range claims {
		l := u.limits[keyOf(&claims[i])]
		l.dirty = true
		if claims[i].Per > 0 {
			l.window.take(now)
			continue
		}
		l.Held++
	}
	return holding(claims), ports.Refusal{}, true
}

// holding are the keys of those claims that are held at once.
func holding(claims []ports.Claim) (keys []string) {
	for i := range claims {
		if claims[i].Per <= 0 {
			keys = append(keys, claims[i].Key)
		}
	}
	return keys
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

// free gives back what a row held at once.
func (u *unit) free(claims []string) {
	for _, key := range claims {
		l := u.limits[limitKey{key, 0}]
		l.Held--
		l.dirty = true
	}
}

// due claims and frees what rows did that were written without asking first.
func (u *unit) due() error {
	wanted := map[limitKey]bool{}
	for _, t := range u.takes {
		for i := range t.Claims {
			wanted[keyOf(&t.Claims[i])] = true
		}
	}
	for k := range u.gives {
		wanted[limitKey{k, 0}] = true
	}
	for k := range u.limits { // locked already
		delete(wanted, k)
	}
	if err := u.lockLimits(wanted); err != nil {
		return err
	}
	for _, t := range u.takes {
		if _, _, ok := u.claim(t.Claims, cut(t.Attempt.Since)); !ok {
			return errTight
		}
	}
	for k, n := range u.gives {
		l := u.limits[limitKey{k, 0}]
		l.Held -= n
		l.dirty = true
	}
	clear(u.gives)
	u.takes = u.takes[:0]
	return nil
}

// changedLimits are those that have changed, a column in each array.
func (u *unit) changedLimits() (keys, pers, helds, logs array, err error) {
	for _, l := range u.limits {
		if !l.dirty {
			continue
		}
		log, err := json.Marshal(append(window{}, l.window...)) // never null
		if err != nil {
			return keys, pers, helds, logs, err
		}
		keys.quoted(l.Key)
		pers.number(l.Per)
		helds.number(int64(l.Held))
		logs.json(log)
		l.dirty = false
	}
	return keys, pers, helds, logs, nil
}
