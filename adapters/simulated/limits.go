package simulated

import "github.com/outdial/outdial/ports"

// window counts what happened in the second that ends now. A second is half
// open: two starts exactly one second apart are not in the same one.
type window struct {
	times []int64 // oldest first, from head on
	head  int
}

const second = int64(1e9)

// count is how many happened in the second up to now.
func (w *window) count(now int64) int {
	for w.head < len(w.times) && now-w.times[w.head] >= second {
		w.head++
	}
	if w.head > len(w.times)/2 {
		w.times = append(w.times[:0], w.times[w.head:]...)
		w.head = 0
	}
	return len(w.times) - w.head
}

// add notes one at now, and returns the count with it.
func (w *window) add(now int64) int {
	n := w.count(now)
	w.times = append(w.times, now)
	return n + 1
}

// busy reports whether the adapter takes no call now.
func (w *World) busy(c chance) bool {
	l := &w.cfg.Limits
	if l.Ringing > 0 && w.load.Ringing >= l.Ringing {
		return true
	}
	if l.PerSecond > 0 && w.starts.count(w.now) >= l.PerSecond {
		return true
	}
	if w.cfg.Faults.Busy == 0 {
		return false
	}
	now := chance(mix(uint64(c) ^ uint64(w.now/second)))
	return now.happens(w.cfg.Faults.Busy, ofBusy)
}

// taken counts an originate that the adapter has taken.
func (w *World) taken(d *ports.Dial) {
	if w.cfg.Limits.PerSecond > 0 {
		w.starts.add(w.now)
	}
	w.load.Originated++
	if w.oracle != nil {
		w.oracle.dialled(w.now, d)
	}
}

// known reports whether the carrier has a call of that id, or had one as far as
// it remembers.
func (w *World) known(d *ports.Dial) bool {
	if w.oracle != nil {
		return w.oracle.knew(w.now, d)
	}
	return w.byID[d.Call] != 0
}
