package simulated

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// Pool is one process's view of the agents. Whether an agent is on a call or
// wrapping up is the same for all; who is held is each pool's own, as it is for
// workers in different processes: see [Pool.Join].
type Pool struct {
	r      *roster
	notify chan struct{}

	held  []bool
	links []link // by agent
	lists []list // by crew: the agents on offer, longest idle first
	turn  uint64 // counts offers
}

type link struct {
	prev, next int32
	turn       uint64 // when it was offered; 0: it is not
}

type list struct{ first, last int32 }

var (
	_ ports.Agents   = (*Pool)(nil)
	_ ports.Notifier = (*Pool)(nil)
)

// Agents is the agents as the first process sees them.
func (w *World) Agents() *Pool { return w.pool }

// newPool makes a view that holds nobody.
func newPool(r *roster) *Pool {
	p := &Pool{r: r, notify: make(chan struct{}, 1)}
	p.grow(len(r.agents), len(r.crews))
	r.views = append(r.views, p)
	for i := range r.agents {
		if r.free(int32(i)) {
			p.offer(int32(i))
		}
	}
	return p
}

// Join is the same agents as another process sees them: with holds of its own,
// so that two workers may want the same agent, and the store has to decide.
func (p *Pool) Join() *Pool {
	p.r.w.mu.Lock()
	defer p.r.w.mu.Unlock()
	return newPool(p.r)
}

// Idle implements [ports.Agents].
func (p *Pool) Idle(campaign ports.ID, most int) []string {
	p.r.w.mu.Lock()
	defer p.r.w.mu.Unlock()
	all := p.lists[0].first
	own := int32(none)
	if crew := p.r.crews[campaign]; crew != 0 {
		own = p.lists[crew].first
	}
	var names []string
	for len(names) < most && (all != none || own != none) {
		next := &all
		if all == none || own != none && p.links[own].turn < p.links[all].turn {
			next = &own
		}
		names = append(names, p.r.agents[*next].name)
		*next = p.links[*next].next
	}
	return names
}

// Hold implements [ports.Agents].
func (p *Pool) Hold(agent string) {
	p.r.w.mu.Lock()
	defer p.r.w.mu.Unlock()
	if i := p.r.find(agent); i != none {
		p.held[i] = true
		p.unlink(i)
	}
}

// Release implements [ports.Agents]. An agent that has talked is on offer again
// when both wrapUp and its own wrap-up are over.
func (p *Pool) Release(agent string, wrapUp time.Duration) {
	r := p.r
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	i := r.find(agent)
	if i == none {
		return
	}
	p.held[i] = false
	a := &r.agents[i]
	if wrapUp > 0 {
		a.until = max(a.until, r.w.present()+int64(wrapUp))
		r.settle(i)
	} else if r.free(i) {
		p.offer(i)
	}
}

// Notify implements [ports.Notifier]: an agent may have become free.
func (p *Pool) Notify() <-chan struct{} { return p.notify }

// Hire adds n agents who take calls of the campaign only; the zero id hires for
// all campaigns. It returns their names.
func (p *Pool) Hire(campaign ports.ID, n int) []string {
	p.r.w.mu.Lock()
	defer p.r.w.mu.Unlock()
	return p.r.hire(campaign, n, nil)
}

// Vanish takes an agent away, without a word to anybody. A call it is on ends;
// a call that is to be attached to it will be Unserved. Return brings it back.
func (p *Pool) Vanish(agent string) {
	r := p.r
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	i := r.find(agent)
	if i == none || r.agents[i].gone {
		return
	}
	call := r.agents[i].call
	r.leave(i, 0)
	if call != 0 {
		r.w.desert(call)
	}
}

// Return brings an agent back that has vanished.
func (p *Pool) Return(agent string) {
	r := p.r
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	if i := r.find(agent); i != none && r.agents[i].gone {
		r.agents[i].gone = false
		r.settle(i)
	}
}

// grow makes room for new agents and crews.
func (p *Pool) grow(agents, crews int) {
	for len(p.lists) < crews {
		p.lists = append(p.lists, list{none, none})
	}
	for len(p.links) < agents {
		p.links = append(p.links, link{})
		p.held = append(p.held, false)
	}
}

// offer puts an agent at the end of its crew's list, unless it is held or on it.
func (p *Pool) offer(i int32) {
	if p.held[i] || p.links[i].turn != 0 {
		return
	}
	l := &p.lists[p.r.agents[i].crew]
	p.turn++
	p.links[i] = link{prev: l.last, next: none, turn: p.turn}
	if l.last == none {
		l.first = i
	} else {
		p.links[l.last].next = i
	}
	l.last = i
	select {
	case p.notify <- struct{}{}:
	default:
	}
	p.r.w.rouse()
}

// unlink takes an agent off its list.
func (p *Pool) unlink(i int32) {
	at := p.links[i]
	if at.turn == 0 {
		return
	}
	l := &p.lists[p.r.agents[i].crew]
	if at.prev == none {
		l.first = at.next
	} else {
		p.links[at.prev].next = at.next
	}
	if at.next == none {
		l.last = at.prev
	} else {
		p.links[at.next].prev = at.prev
	}
	p.links[i] = link{}
}
