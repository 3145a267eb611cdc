package simulated

import (
	"strconv"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// Agents are who takes answered calls.
type Agents struct {
	// Count is how many agents every campaign may use, named agent-1, agent-2
	// and so on. Default 0. More, for one campaign or for all, are hired with
	// [Pool.Hire].
	Count int
	// Names names the first of them otherwise.
	Names []string
	// WrapUp is what an agent needs after a conversation, whatever the
	// campaign grants. Default log-normal, median 15 s.
	WrapUp Dist

	// Dispose, if set, is told what came of each conversation, when the agent
	// has wrapped up. It is called inside [World.Advance] and may use the world.
	Dispose func(call ports.ID, d attempt.Disposition)
	// Callbacks is the share of conversations that end with "call me later",
	// at CallbackIn after the disposition. Defaults 0 and 10 min to 4 h.
	Callbacks  float64
	CallbackIn Dist
	// DoNotCall is the share that ends with "never again". Default 0.
	DoNotCall float64
}

func (a *Agents) defaults() {
	a.WrapUp = a.WrapUp.or(LogNormal(15*time.Second, 0.5))
	a.CallbackIn = a.CallbackIn.or(Uniform(10*time.Minute, 4*time.Hour))
}

// opinion is a disposition that is on its way.
type opinion struct {
	call ports.ID
	is   attempt.Disposition
}

// opine draws what came of a conversation, to be told at the given time.
func (a *Agents) opine(call ports.ID, c chance, at int64) opinion {
	u := c.draw(ofWish)
	d := attempt.Disposition{Code: "talked"}
	switch {
	case u < a.DoNotCall:
		d = attempt.Disposition{Code: "do_not_call", DoNotCall: true}
	case u < a.DoNotCall+a.Callbacks:
		in := a.CallbackIn.Draw(c.draw(ofCallback))
		d = attempt.Disposition{Code: "callback", CallbackAt: stamp(at + int64(in))}
	}
	return opinion{call, d}
}

// none is no agent.
const none = -1

// roster is the truth about agents, whoever asks.
type roster struct {
	w      *World
	agents []agent
	byName map[string]int32
	crews  map[ports.ID]int32 // 0 is the crew that every campaign may use
	views  []*Pool
}

type agent struct {
	name  string
	seq   uint64 // its entry in the queue
	until int64  // wrap-up ends
	call  uint32 // the call it is on; 0: none
	crew  int32
	gone  bool
}

func newRoster(w *World) *roster {
	return &roster{w: w, byName: map[string]int32{}, crews: map[ports.ID]int32{{}: 0}}
}

// hire adds agents to a crew and returns their names.
func (r *roster) hire(campaign ports.ID, n int, names []string) []string {
	crew, ok := r.crews[campaign]
	if !ok {
		crew = int32(len(r.crews))
		r.crews[campaign] = crew
		for _, p := range r.views {
			p.grow(len(r.agents), len(r.crews))
		}
	}
	hired := make([]string, 0, n)
	for k := range n {
		name := "agent-" + strconv.Itoa(len(r.agents)+1)
		if k < len(names) {
			name = names[k]
		}
		i := int32(len(r.agents))
		r.agents = append(r.agents, agent{name: name, crew: crew})
		r.byName[name] = i
		hired = append(hired, name)
		r.settle(i)
	}
	return hired
}

// find returns the agent of that name; none for other endpoints.
func (r *roster) find(name string) int32 {
	if name == "" {
		return none
	}
	if i, ok := r.byName[name]; ok {
		return i
	}
	return none
}

// take puts an agent on a call, if it is there and on no other.
func (r *roster) take(i int32, call uint32) bool {
	a := &r.agents[i]
	if a.gone || a.call != 0 && a.call != call {
		return false
	}
	a.call = call
	r.settle(i)
	return true
}

// hungUp takes an agent off a call; after a conversation it wraps up.
func (r *roster) hungUp(i int32, call uint32, wrapUp time.Duration) {
	a := &r.agents[i]
	if a.call != call {
		return
	}
	a.call = 0
	a.until = max(a.until, r.w.now+int64(wrapUp))
	r.settle(i)
}

// leave lets an agent be gone until back (0: for good).
func (r *roster) leave(i int32, back int64) {
	a := &r.agents[i]
	a.gone, a.seq = true, 0
	r.settle(i)
	if back != 0 {
		a.seq = r.w.schedule(back, onAgent, uint32(i))
	}
}

// wake is the time that an agent's entry was for.
func (r *roster) wake(i int32) {
	a := &r.agents[i]
	a.seq = 0
	a.gone = false // if it was, this is its return
	r.settle(i)
}

// settle offers the agent to whoever does not hold it, or stops offering it.
func (r *roster) settle(i int32) {
	a := &r.agents[i]
	wrapping := a.until > r.w.now
	if wrapping && !a.gone && a.call == 0 {
		a.seq = r.w.schedule(a.until, onAgent, uint32(i))
	}
	for _, p := range r.views {
		p.grow(len(r.agents), len(r.crews))
		if a.gone || a.call != 0 || wrapping {
			p.unlink(i)
		} else {
			p.offer(i)
		}
	}
}

// free reports whether the agent could take a call now.
func (r *roster) free(i int32) bool {
	a := &r.agents[i]
	return !a.gone && a.call == 0 && a.until <= r.w.now
}
