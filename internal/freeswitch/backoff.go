package freeswitch

import (
	"math/rand/v2"
	"time"
)

// Backoff is the pause before the next try: it doubles from Min to Max, less
// up to half of it by chance, so that workers who lost the same switch do not
// come back at the same moment.
type Backoff struct {
	Min, Max time.Duration
	next     time.Duration
}

// Next returns the pause.
func (b *Backoff) Next() time.Duration {
	d := max(b.next, b.Min)
	b.next = min(2*d, b.Max)
	return d - rand.N(d/2+1)
}

// Reset begins anew.
func (b *Backoff) Reset() { b.next = 0 }
