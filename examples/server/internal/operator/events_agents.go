package operator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Agents are those of the pool that takes answered calls. All campaigns share it.
type Agents struct {
	Idle    int `json:"idle" doc:"Free to take a call."`
	Talking int `json:"talking" doc:"In conversation."`
	Total   int `json:"total" doc:"All of them: who is neither idle nor talking is about to get a call, or in wrap-up."`
}

// LiveFigures is the data of a metrics event.
type LiveFigures struct {
	Figures
	Agents *Agents `json:"agents,omitempty" doc:"The agents of now, whichever campaign they work for. Absent where this server counts none, as where calls go to a destination."`
}

// count is the agents of now; the zero Agents where none are counted.
func (n *newsroom) count() (now Agents) {
	if n.agents != nil {
		now.Idle, now.Talking, now.Total = n.agents()
	}
	return now
}

// live adds the agents to figures as they are sent. They are the server's and not
// a campaign's, so that figures do not count as changed with each of their calls.
func (n *newsroom) live(figures []byte, now Agents) []byte {
	if n.agents == nil {
		return figures
	}
	agents, _ := json.Marshal(now) // of plain values
	return fmt.Appendf(nil, `%s,"agents":%s}`, bytes.TrimSuffix(figures, []byte("}")), agents)
}

// watchAgents has agents told that changed while the figures did not, as the last
// ones who come back from wrap-up.
func (n *newsroom) watchAgents(stop <-chan struct{}) {
	tick := time.NewTicker(figuresEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			n.renew(n.count())
		case <-stop:
			return
		case <-n.closed:
			return
		}
	}
}

// renew lets the next look at a campaign's figures take them for changed where a
// stream of that campaign was told of other agents. A stream that has figures still
// to read will read them with the agents of then. Streams of all campaigns hear
// of agents when any figures change: they are not sent all figures for it.
func (n *newsroom) renew(now Agents) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for s := range n.stream {
		if known, ok := n.paper.latest[s.only]; ok && s.seen >= known.edition && s.told != now {
			known.same = nil
			n.paper.latest[s.only] = known
		}
	}
}

// tell takes the figures that the stream has not read yet, with the agents of now.
func (s *stream) tell() [][]byte {
	if !s.behind() {
		return nil
	}
	now := s.room.count()
	all := s.figures(now)
	for i := range all {
		all[i] = s.room.live(all[i], now)
	}
	return all
}
