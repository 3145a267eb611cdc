package simulated

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// Sight is what is seen of a call at the carrier.
type Sight uint8

// What is seen of calls. Refused ends a call as Ended does.
const (
	Started  Sight = iota + 1 // the switch has taken it
	Surfaced                  // a ghost has come up
	AgentUp                   // agent first: the agent's leg has answered
	Ringing
	Answered
	Attached
	Unserved // the agent was not there
	Played
	Ended
	Refused
)

var sightNames = [...]string{"", "started", "surfaced", "agent up", "ringing", "answered", "attached",
	"unserved", "played", "ended", "refused"}

// String names the sight.
func (s Sight) String() string { return sightNames[min(int(s), len(sightNames)-1)] }

// Observation is one thing seen at the carrier, whoever was told of it.
type Observation struct {
	At       time.Time
	What     Sight
	Call     ports.ID
	Campaign ports.ID
	Contact  ports.ID
	Run      int
	Trunk    string
	Agent    string // who is on the call or meant to be, if the pool has the name
	Cause    string // with Ended and Refused
	// Person: whoever answers is a person and not yet with an agent.
	Person bool
	// Lines is how many calls are up, this one included unless it ends.
	Lines int
}

// Observe lets f see everything from now on. It is called with the world locked
// and must not call the world.
func (w *World) Observe(f func(Observation)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watchers = append(w.watchers, f)
}

// witness shows a call to whoever watches.
func (w *World) witness(i uint32, what Sight) { w.witnessEnd(i, what, "") }

func (w *World) witnessEnd(i uint32, what Sight, cause string) {
	k := &w.calls[i]
	if w.oracle != nil {
		switch what {
		case Started, Surfaced:
			w.oracle.opened(w.now, k)
		case Ended, Refused:
			w.oracle.closed(k)
		}
	}
	if len(w.watchers) == 0 {
		return
	}
	o := Observation{
		At: stamp(w.now), What: what, Call: k.id, Campaign: k.campaign, Contact: k.contact,
		Run: int(k.run), Trunk: k.trunk, Cause: cause, Lines: w.load.Lines,
		Person: k.person() && k.answered != 0 && !k.is(talked),
	}
	if k.agent != none {
		o.Agent = w.roster.agents[k.agent].name
	}
	for _, f := range w.watchers {
		f(o)
	}
}
