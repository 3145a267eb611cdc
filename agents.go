package outdial

import (
	"slices"
	"time"

	"github.com/outdial/outdial/internal/engine"
)

// seek remembers the campaigns that wait for agents.
func (d *Dialler) seek(seeks []engine.Seek) {
	for _, s := range seeks {
		i := slices.IndexFunc(d.seeking, func(known engine.Seek) bool { return known.Campaign == s.Campaign })
		if i < 0 {
			d.seeking = append(d.seeking, s)
		} else {
			d.seeking[i] = s
		}
	}
}

// lookForAgents offers agents to the campaigns that wait for some, when the
// host says that one may be idle, and else as often as the store is polled.
func (d *Dialler) lookForAgents(now time.Time) []engine.Offer {
	select {
	case <-d.agentNews:
		d.freed = true
	default:
	}
	if len(d.seeking) == 0 || !d.freed && now.Before(d.nextLook) {
		return nil
	}
	d.freed, d.nextLook = false, now.Add(d.cfg.PollEvery)
	d.mu.Lock()
	d.seeking = slices.DeleteFunc(d.seeking, func(s engine.Seek) bool { return !d.engine.Seeking(s.Campaign) })
	d.mu.Unlock()
	return d.offers(d.seeking)
}

// offers looks for idle agents. Each is offered to one campaign only; where
// others wanted it too, they are looked after in the next turn.
func (d *Dialler) offers(seeks []engine.Seek) (offers []engine.Offer) {
	if d.cfg.Agents == nil {
		return nil
	}
	var taken map[string]bool
	for _, s := range seeks {
		var free []string
		for _, agent := range d.cfg.Agents.Idle(s.Campaign, s.Max+len(taken)) {
			switch {
			case taken[agent]:
				d.freed = true
			case len(free) < s.Max:
				free = append(free, agent)
			}
		}
		if len(free) == 0 {
			continue
		}
		offers = append(offers, engine.Offer{Campaign: s.Campaign, Agents: free})
		if len(seeks) > 1 {
			taken = noted(taken, free)
		}
	}
	return offers
}

func noted(set map[string]bool, names []string) map[string]bool {
	if set == nil {
		set = make(map[string]bool, len(names))
	}
	for _, n := range names {
		set[n] = true
	}
	return set
}
