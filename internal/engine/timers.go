package engine

import "time"

// timer is an entry of the heap: an attempt's deadline or a campaign's wake-up.
// Entries are never taken out; one that is no longer its owner's is ignored.
type timer struct {
	at   int64
	seq  uint64
	held *held
	gen  uint32
	camp *camp
}

// timers is a binary heap by (time, sequence).
type timers struct {
	heap []timer
	seq  uint64
}

func (t *timers) push(e timer) {
	t.seq++
	e.seq = t.seq
	h := append(t.heap, e)
	i := len(h) - 1
	for i > 0 {
		p := (i - 1) / 2
		if !h[i].before(&h[p]) {
			break
		}
		h[i], h[p] = h[p], h[i]
		i = p
	}
	t.heap = h
}

// pop takes the first entry that is due at now.
func (t *timers) pop(now int64) (timer, bool) {
	if len(t.heap) == 0 || t.heap[0].at > now {
		return timer{}, false
	}
	top, last := t.heap[0], len(t.heap)-1
	t.heap[0] = t.heap[last]
	t.heap[last] = timer{}
	t.heap = t.heap[:last]
	t.sink()
	return top, true
}

func (t *timers) sink() {
	h, i := t.heap, 0
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c+1].before(&h[c]) {
			c++
		}
		if !h[c].before(&h[i]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

func (a *timer) before(b *timer) bool {
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

// next is when the first entry is due; zero without one.
func (t *timers) next() time.Time {
	if len(t.heap) == 0 {
		return time.Time{}
	}
	return time.Unix(0, t.heap[0].at).UTC()
}

// ceil rounds a time up to the microsecond, the grain in which steps tell time:
// an entry between two grains would never be due at the time it asked for.
func ceil(ns int64) int64 {
	const grain = int64(time.Microsecond)
	return (ns + grain - 1) / grain * grain
}
