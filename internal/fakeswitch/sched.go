package fakeswitch

import (
	"container/heap"
	"time"

	"github.com/outdial/outdial/ports"
)

// funcClock is what a clock can be besides: one that calls a function. Then no
// goroutine waits for the switch's timer, and with [Clock] all that happens at a
// time happens inside Advance.
type funcClock interface {
	AfterFunc(d time.Duration, f func()) ports.Timer
}

// task is something that the switch does at a time. Tasks of equal times run in
// the order in which they were set. index is the place in the heap, -1 outside.
type task struct {
	slot
	run func()
}

// sched keeps the tasks of a switch: a heap, and one timer of the clock for the
// earliest. The switch's lock guards it.
type sched struct {
	tasks byTime[*task]
	seq   uint64
	ready []func() // to run before the lock is given back
	ran   int      // of ready

	timer   ports.Timer
	armed   time.Time
	stopped chan struct{} // ends the goroutine that waits for timer, if there is one
}

// after runs f in d, under the lock. Without a delay it runs before the lock is
// given back, after all that is already waiting for that. The task that it
// returns may be cancelled; it is nil if there was no delay.
func (s *Switch) after(d time.Duration, f func()) *task {
	if d <= 0 {
		s.later(f)
		return nil
	}
	s.seq++
	t := &task{slot: slot{at: s.clock.Now().Add(d), seq: s.seq}, run: f}
	heap.Push(&s.tasks, t)
	return t
}

// later runs f before the lock is given back.
func (s *Switch) later(f func()) { s.ready = append(s.ready, f) }

// cancel takes back a task; nil and one that has run are fine.
func (s *Switch) cancel(t *task) {
	if t != nil && t.index >= 0 {
		heap.Remove(&s.tasks, t.index)
	}
}

// lock begins a turn of the switch.
func (s *Switch) lock() { s.mu.Lock() }

// unlock ends a turn: whatever was put off runs, and the clock is set for the
// next task.
func (s *Switch) unlock() {
	s.drain()
	s.arm()
	s.mu.Unlock()
}

// drain runs what was put off, and what that puts off.
func (s *Switch) drain() {
	for s.ran < len(s.ready) {
		f := s.ready[s.ran]
		s.ready[s.ran] = nil
		s.ran++
		f()
	}
	s.ready, s.ran = s.ready[:0], 0
}

// wake runs the tasks that are due.
func (s *Switch) wake() {
	s.lock()
	defer s.unlock()
	s.armed = time.Time{}
	for len(s.tasks) > 0 && !s.tasks[0].at.After(s.clock.Now()) {
		t := heap.Pop(&s.tasks).(*task)
		t.run()
		s.drain()
	}
}

// arm sets the clock's timer for the earliest task.
func (s *Switch) arm() {
	if len(s.tasks) == 0 || s.closed {
		s.disarm()
		return
	}
	at := s.tasks[0].at
	if s.armed.Equal(at) {
		return
	}
	s.disarm()
	s.armed = at
	d := at.Sub(s.clock.Now())
	if c, ok := s.clock.(funcClock); ok {
		s.timer = c.AfterFunc(d, s.wake)
		return
	}
	s.wait(d)
}

// wait is arm for a clock that only has channels.
func (s *Switch) wait(d time.Duration) {
	timer, fired := s.clock.NewTimer(d)
	stopped := make(chan struct{})
	s.timer, s.stopped = timer, stopped
	go func() {
		select {
		case <-fired:
			s.wake()
		case <-stopped:
		}
	}()
}

func (s *Switch) disarm() {
	s.armed = time.Time{}
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	if s.stopped != nil {
		close(s.stopped)
		s.stopped = nil
	}
}
