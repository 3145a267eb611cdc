package simulated

import (
	"time"

	"github.com/outdial/outdial/attempt"
)

// Faults are shares, from 0 to 1, of what goes wrong between a switch and its
// client. Each is drawn per call or per event, from the seed. Default: nothing.
type Faults struct {
	// Busy is the share of originates that the adapter refuses with
	// ports.ErrBusy. It is drawn anew each second, so trying again helps.
	Busy float64
	// Refuse is the share of calls that the switch refuses itself.
	Refuse float64
	// Ghost is the share of calls whose Accepted is lost, which the switch does
	// not know when asked, and which are placed late, within the ghost horizon.
	Ghost float64
	// Vanish is the share of attachments that find the agent gone; it comes
	// back after Away. Default 1 min.
	Vanish float64
	Away   time.Duration

	// Lose, Double, Late and Swap are shares of events: never told, told
	// twice, told after a delay drawn from Delay (default up to 5 s), and told
	// after the next event of the same call.
	Lose, Double, Late, Swap float64
	Delay                    Dist
}

func (f *Faults) defaults() {
	f.Delay = f.Delay.or(Uniform(100*time.Millisecond, 5*time.Second))
	if f.Away <= 0 {
		f.Away = time.Minute
	}
}

// plan lets the faults of whole calls into a plan.
func (f *Faults) plan(p *Plan, c chance, horizon time.Duration) {
	if c.happens(f.Refuse, ofRefusal) {
		p.Outcome = attempt.OutcomeRefused
	}
	// What the switch itself refuses has no far end to surface at.
	p.Ghost = (p.Ghost || c.happens(f.Ghost, ofGhost)) && p.Outcome != attempt.OutcomeRefused
	p.Vanish = p.Vanish || c.happens(f.Vanish, ofVanishing)
	if p.Ghost {
		c.fill(&p.Surface, Uniform(horizon/10, horizon*9/10), ofSurfacing)
	}
}

// onEvents reports whether single events go wrong at all.
func (f *Faults) onEvents() bool { return f.Lose+f.Double+f.Late+f.Swap > 0 }
