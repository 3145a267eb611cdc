package lab

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/outdial/outdial/ports"
)

// pool is one process's view of agents that all processes share: users of the
// double. That no two processes hold one is up to the store's claims.
type pool struct {
	names []string
	mu    sync.Mutex
	held  []string
}

func newPool(n int) *pool {
	p := &pool{}
	for i := range n {
		p.names = append(p.names, fmt.Sprintf("user/agent%d", i+1))
	}
	return p
}

// Idle implements ports.Agents.
func (p *pool) Idle(_ ports.ID, most int) (idle []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range p.names {
		if len(idle) < most && !slices.Contains(p.held, name) {
			idle = append(idle, name)
		}
	}
	return idle
}

// Hold implements ports.Agents.
func (p *pool) Hold(agent string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = append(p.held, agent)
}

// Release implements ports.Agents. Wrap-up takes no time here.
func (p *pool) Release(agent string, _ time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.held, agent); i >= 0 {
		p.held = slices.Delete(p.held, i, i+1)
	}
}
