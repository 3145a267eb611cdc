package site

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/ports"
)

// Demo is the simulated carrier with its agents, and how fast its time goes.
type Demo struct {
	clock   *clock
	world   *simulated.World
	phone   *simulated.Switch
	agents  int
	most    float64 // speed
	ceiling int
	log     *slog.Logger
	dialler *outdial.Dialler // set before it runs
	words   chan disposition
	samples atomic.Int64
	ending  atomic.Bool // the site is shutting down
}

// disposition is what an agent says of a call, on its way to the store.
type disposition struct {
	call ports.ID
	is   attempt.Disposition
}

// Shares of conversations that end with a wish.
const (
	callbacks = 0.05
	doNotCall = 0.01
)

// newDemo makes a world that begins at start and does not move before run. Its
// agents tell say what came of their calls.
func newDemo(c *config.Config, start time.Time, say func(ports.ID, attempt.Disposition), log *slog.Logger) *Demo {
	d := &Demo{
		clock: newClock(start, c.DemoSpeed), agents: c.Agents, most: c.MostDemoSpeed(), ceiling: c.MaxConcurrentCeiling, log: log,
		words: make(chan disposition, 1024),
	}
	d.world = simulated.New(simulated.Config{
		Seed: 1, Start: start,
		Carrier: simulated.Carrier{Mistaken: 0.02},
		Agents: simulated.Agents{
			Count: c.Agents, Callbacks: callbacks, DoNotCall: doNotCall, Dispose: say,
			CallbackIn: simulated.Uniform(2*time.Minute, 20*time.Minute),
		},
	})
	d.phone = d.world.Connect()
	return d
}
