package freeswitch

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// graves remembers channels that are over for as long as the switch may still
// speak of them.
type graves map[ports.ID]time.Time

const mourning = 2 * time.Minute

func (g graves) add(id ports.ID, now time.Time) {
	if id == (ports.ID{}) {
		return
	}
	g[id] = now
	if len(g)%1024 == 0 {
		g.purge(now)
	}
}

func (g graves) purge(now time.Time) {
	for id, at := range g {
		if now.Sub(at) > mourning {
			delete(g, id)
		}
	}
}

func (g graves) has(id ports.ID) bool {
	_, dead := g[id]
	return dead
}
