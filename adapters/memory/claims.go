package memory

import (
	"time"

	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// limits are the shared limits that claims name. One key may limit both how
// many are held at once and how many begin in a span of time.
type limits struct {
	held  map[string]*limit
	rates map[rateKey]*limit
	sweep int // how many rates may be kept before those at rest are dropped
}

type rateKey struct {
	key string
	per time.Duration
}

// limit counts what is taken of one limit.
type limit struct {
	key  string
	held int
	rate pacing.Rate
}

// claim takes all claims for a row, or none: then it says which limit has no
// room, the first by key, and when a rate has room again.
func (l *limits) claim(h *held, claims []ports.Claim, now time.Time) (refusal ports.Refusal, ok bool) {
	var room [8]*limit
	found := room[:0]
	ok = true
	for i := range claims {
		c := &claims[i]
		found = append(found, l.find(c))
		if found[i].left(c, now) > before(claims[:i], c) {
			continue
		}
		if ok || c.Key < refusal.Key {
			refusal = ports.Refusal{Err: ports.ErrLimit, Key: c.Key}
			if c.Per > 0 {
				refusal.RetryAt = found[i].rate.Next()
			}
			ok = false
		}
	}
	if ok {
		for i := range claims {
			found[i].take(h, &claims[i], now)
		}
	}
	return refusal, ok
}

// before counts how many of the row's earlier claims are on the same limit.
func before(claims []ports.Claim, c *ports.Claim) int {
	n := 0
	for i := range claims {
		if claims[i].Key == c.Key && claims[i].Per == c.Per {
			n++
		}
	}
	return n
}

func (l *limits) find(c *ports.Claim) *limit {
	if c.Per <= 0 {
		found := l.held[c.Key]
		if found == nil {
			found = &limit{key: c.Key}
			l.held[c.Key] = found
		}
		return found
	}
	key := rateKey{c.Key, c.Per}
	found := l.rates[key]
	if found == nil {
		found = &limit{key: c.Key}
		l.rates[key] = found
	}
	return found
}

func (l *limit) left(c *ports.Claim, now time.Time) int {
	if c.Per <= 0 {
		return c.Max - l.held
	}
	l.rate.Max, l.rate.Per = c.Max, c.Per
	return l.rate.Left(now)
}

func (l *limit) take(h *held, c *ports.Claim, now time.Time) {
	if c.Per > 0 {
		l.rate.Take(now, 1)
		return
	}
	l.held++
	h.claims = append(h.claims, l)
}

// freeClaims gives back what the row held at once.
func (h *held) freeClaims() {
	for _, l := range h.claims {
		l.held--
	}
	h.claims = h.claims[:0]
}

// tidy drops limits that nobody uses, once they have doubled in number.
func (l *limits) tidy(now time.Time) {
	if len(l.held)+len(l.rates) <= l.sweep {
		return
	}
	for key, one := range l.held {
		if one.held == 0 {
			delete(l.held, key)
		}
	}
	for key, one := range l.rates {
		if one.rate.Max = 1 << 30; one.rate.Left(now) == one.rate.Max {
			delete(l.rates, key)
		}
	}
	l.sweep = 2*(len(l.held)+len(l.rates)) + 1024
}
