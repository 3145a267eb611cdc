package guard

import (
	"sync"
	"time"

	"github.com/outdial/outdial/ports"
)

// manual is a clock that a test moves.
type manual struct {
	mu     sync.Mutex
	now    time.Time
	timers map[*alarm]bool
}

type alarm struct {
	clock *manual
	at    time.Time
	c     chan time.Time
}

func newManual() *manual {
	return &manual{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), timers: map[*alarm]bool{}}
}

func (m *manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *manual) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := &alarm{m, m.now.Add(d), make(chan time.Time, 1)}
	m.timers[a] = true
	return a, a.c
}

func (a *alarm) Stop() bool {
	a.clock.mu.Lock()
	defer a.clock.mu.Unlock()
	was := a.clock.timers[a]
	delete(a.clock.timers, a)
	return was
}

func (m *manual) advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
	for a := range m.timers {
		if !a.at.After(m.now) {
			a.c <- m.now
			delete(m.timers, a)
		}
	}
}

// pending is how many timers are set.
func (m *manual) pending() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.timers)
}
