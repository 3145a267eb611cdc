//go:build unix

package killtest_test

import (
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/internal/killtest/stage"
)

// worker is a worker process, and what was done to it.
type worker struct {
	*stage.Process
	id      uuid.UUID
	since   time.Time // up without a break since then
	stopped bool
	killed  time.Time // zero: lives
}

// crew are the workers. One that is killed is replaced at once.
type crew struct {
	t          *testing.T
	dice       *rand.Rand
	complaints *stage.Tail
	env        []string
	paused     sync.WaitGroup // those who let the stopped go on
	stops      int

	mu  sync.Mutex
	all []*worker // the dead too
}

// hire starts a worker.
func (c *crew) hire() {
	c.t.Helper()
	p := stage.Start(c.t, c.complaints, nil, c.env...)
	id, err := uuid.Parse(p.Line(c.t))
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, &worker{Process: p, id: id, since: time.Now()})
}

// choose is a random worker that lives, or nil; stopped ones too if asked.
func (c *crew) choose(stopped bool) *worker {
	var from []*worker
	for _, w := range c.all {
		if w.killed.IsZero() && (stopped || !w.stopped) {
			from = append(from, w)
		}
	}
	if len(from) == 0 {
		return nil
	}
	return from[c.dice.IntN(len(from))]
}

// kill kills one at random, and hires another.
func (c *crew) kill() {
	c.t.Helper()
	c.mu.Lock()
	w := c.choose(true)
	w.killed = time.Now()
	w.Signal(syscall.SIGKILL)
	c.mu.Unlock()
	w.Kill(c.t) // and waits for its end
	c.hire()
}

// stop stops one at random, unless another stands still, and lets it go on when
// its trust has run out; mostly others have given it up by then.
func (c *crew) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.all {
		if w.stopped && w.killed.IsZero() {
			return
		}
	}
	w := c.choose(false)
	if w == nil {
		return
	}
	w.stopped = true
	w.Signal(syscall.SIGSTOP)
	c.stops++
	span := workerTimeout/2 + time.Duration(c.dice.Int64N(int64(3*workerTimeout/2)))
	c.paused.Go(func() {
		select {
		case <-time.After(span): // the stimulus, not a wait for anything
		case <-w.Gone:
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		w.Signal(syscall.SIGCONT)
		w.stopped, w.since = false, time.Now()
	})
}

// dismiss lets all that live end.
func (c *crew) dismiss() {
	c.paused.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.all {
		if w.killed.IsZero() {
			w.End(c.t)
		}
	}
}
