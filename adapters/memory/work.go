package memory

import (
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
)

// work is a run's waiting attempts in the order of work. An entry is good while
// its row still waits for what the entry says; others are dropped when they
// come up, so that nothing is searched for in a queue.
type work struct {
	callbacks timed // by wall-clock time
	retries   timed // by the run's running time
	scheduled lanes // first attempts whose time is to come, by wall-clock time
	first     []class
	// others are first attempts that fit in no class, by priority and arrival:
	// given back, or due late, or of the sixty-fifth priority.
	others heap
}

// class is a queue of first attempts of one priority, in order of arrival. It
// is dropped when it is empty.
type class struct {
	priority int32
	rows     fifo[span]
}

// span is the rows from from up to, and not including, to: contacts of one
// priority mostly arrive together.
type span struct{ from, to uint32 }

const maxClasses = 64

// timed is a queue by due time in two stages, so that what is due can be told
// from what is still to come.
type timed struct{ ahead, due lanes }

// enqueue puts a waiting row into its queue.
func (r *run) enqueue(i uint32) {
	q := r.work
	if q == nil {
		return
	}
	w := r.rows.at(i)
	switch w.state {
	case attempt.StatePending:
		q.ready(r.of.contacts.at(w.contact).priority, i)
	case attempt.StateScheduled:
		q.scheduled.push(entry{int64(w.due), i})
	case attempt.StateRetryScheduled:
		q.retries.ahead.push(entry{int64(w.running), i})
	case attempt.StateCallbackScheduled:
		q.callbacks.ahead.push(entry{int64(w.due), i})
	}
}

// ready queues a first attempt that may be dialled.
func (q *work) ready(priority int32, i uint32) {
	n, found := slices.BinarySearchFunc(q.first, priority, func(c class, p int32) int {
		return int(p) - int(c.priority) // higher is earlier
	})
	switch {
	case found:
	case len(q.first) < maxClasses:
		q.first = slices.Insert(q.first, n, class{priority: priority})
	default:
		q.others.push(entry{-int64(priority), i})
		return
	}
	if !q.first[n].push(i) {
		q.others.push(entry{-int64(priority), i})
	}
}

// push appends a row unless a later one stands in the class already.
func (c *class) push(i uint32) bool {
	if !c.rows.empty() {
		last := c.rows.last()
		if i < last.to {
			return false
		}
		if i == last.to {
			last.to++
			return true
		}
	}
	c.rows.push(span{i, i + 1})
	return true
}

// waits reports whether the row still waits in that state for that time.
func (r *run) waits(i uint32, s attempt.State, due int64) bool {
	w := r.rows.at(i)
	switch {
	case w.state != s:
		return false
	case s == attempt.StateRetryScheduled:
		return int64(w.running) == due
	}
	return int64(w.due) == due
}

// promote moves what has become due.
func (r *run) promote(now moment, running time.Duration) {
	q := r.work
	q.callbacks.promote(int64(now))
	q.retries.promote(int64(running))
	for {
		e, lane, ok := q.scheduled.first()
		if !ok || e.due > int64(now) {
			return
		}
		q.scheduled.pop(lane)
		if r.waits(e.row, attempt.StateScheduled, e.due) {
			q.ready(r.of.contacts.at(r.rows.at(e.row).contact).priority, e.row)
		}
	}
}

func (t *timed) promote(now int64) {
	for {
		e, lane, ok := t.ahead.first()
		if !ok || e.due > now {
			return
		}
		t.ahead.pop(lane)
		t.due.push(e)
	}
}

// take removes at most most rows from the queues, in the order of work. What
// has been promoted by a worker whose clock is ahead waits for this one's.
func (r *run) take(rows []uint32, now moment, running time.Duration, most int) []uint32 {
	r.promote(now, running)
	for len(rows) < most {
		i, ok := r.takeTimed(&r.work.callbacks.due, attempt.StateCallbackScheduled, int64(now))
		if !ok {
			i, ok = r.takeTimed(&r.work.retries.due, attempt.StateRetryScheduled, int64(running))
		}
		if !ok {
			i, ok = r.takeFirst(now)
		}
		if !ok {
			break
		}
		rows = append(rows, i)
	}
	return rows
}

func (r *run) takeTimed(q *lanes, s attempt.State, now int64) (uint32, bool) {
	for {
		e, lane, ok := q.first()
		if !ok || e.due > now {
			return 0, false
		}
		q.pop(lane)
		if r.waits(e.row, s, e.due) {
			return e.row, true
		}
	}
}

func (r *run) takeFirst(now moment) (uint32, bool) {
	q := r.work
	for {
		i, ok := q.popFirst()
		if !ok {
			return 0, false
		}
		switch w := r.rows.at(i); {
		case w.state == attempt.StatePending,
			w.state == attempt.StateScheduled && w.due <= now:
			return i, true
		case w.state == attempt.StateScheduled:
			q.scheduled.push(entry{int64(w.due), i})
		}
	}
}

// popFirst takes the first attempt that is next: the head of the highest
// priority's class, or another that comes before it.
func (q *work) popFirst() (uint32, bool) {
	if len(q.first) > 0 {
		c := &q.first[0]
		head := c.rows.first()
		e := entry{-int64(c.priority), head.from}
		if len(q.others) == 0 || e.before(q.others[0]) {
			head.from++
			if head.from == head.to {
				c.rows.pop()
				if c.rows.empty() {
					q.first = slices.Delete(q.first, 0, 1)
				}
			}
			return e.row, true
		}
	}
	if len(q.others) > 0 {
		e := q.others[0]
		q.others.pop()
		return e.row, true
	}
	return 0, false
}

// next is when the first entry after now is due.
func (r *run) next(t *timed, s attempt.State, now int64) (int64, bool) {
	if e, _, ok := t.due.first(); ok && e.due > now {
		return e.due, true
	}
	return r.nextOf(&t.ahead, s)
}

func (r *run) nextOf(q *lanes, s attempt.State) (int64, bool) {
	for {
		e, lane, ok := q.first()
		if !ok || r.waits(e.row, s, e.due) {
			return e.due, ok
		}
		q.pop(lane)
	}
}
