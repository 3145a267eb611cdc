package site

import (
	"context"
	"errors"
	"sync"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/ports"
)

// run lets the world's time pass until the context is done.
func (d *Demo) run(ctx context.Context) {
	var saying sync.WaitGroup
	defer saying.Wait()
	saying.Go(func() { d.dispose(ctx) })
	// The error is the context's: the world runs nowhere else.
	_ = d.world.Run(ctx, d.clock)
}

// say takes what an agent says. It is called by the world, whose time must not
// stand still while a database writes; should it be slow for long, it does.
func (d *Demo) say(ctx context.Context, call ports.ID, is attempt.Disposition) {
	select {
	case d.words <- disposition{call, is}:
	case <-ctx.Done():
	}
}

func (d *Demo) dispose(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case w := <-d.words:
			err := d.dialler.Dispose(ctx, w.call, w.is)
			if err != nil && !errors.Is(err, ports.ErrLate) && ctx.Err() == nil { // campaigns may not wait for any
				d.log.Debug("a disposition was not taken", "call", w.call, "err", err)
			}
		}
	}
}

// Speed is how many seconds of the demo pass in one.
func (d *Demo) Speed() float64 { return d.clock.Speed() }

// SetSpeed changes it; false where it is out of bounds.
func (d *Demo) SetSpeed(speed float64) bool {
	if !(speed >= config.LeastSpeed && speed <= d.most) { // so that NaN is none
		return false
	}
	d.clock.SetSpeed(speed)
	return true
}

// count is how many agents are idle and how many talk, of how many.
func (d *Demo) count() (idle, talking, total int) {
	idle = len(d.world.Agents().Idle(ports.ID{}, d.agents))
	return idle, min(d.world.Stats().Talking, d.agents-idle), d.agents
}
