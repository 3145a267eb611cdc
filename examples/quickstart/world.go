package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
)

// realOnly are the flags that mean something to a real switch only.
var realOnly = []string{"destination", "agent"}

// finishSimulated checks a command line for the simulation.
func (o *options) finishSimulated(given map[string]bool) (faults []error) {
	for _, name := range realOnly {
		if given[name] {
			faults = append(faults, fmt.Errorf("-%s is for a real -switch; in the simulation -agents take the calls", name))
		}
	}
	if o.agents == 0 {
		// Any name will do in the simulated world; there is always room there.
		o.spec.Destination, o.spec.Agent = "1000", "user/1000"
	}
	if o.agents == 0 && !given["disposition-wait"] {
		o.spec.DispositionWait = 0
	}
	if given["callbacks"] && o.callbacks > 0 && (o.agents == 0 || o.spec.DispositionWait == 0) {
		faults = append(faults, errors.New("-callbacks wants -agents, who are asked, and a -disposition-wait, in which they say so"))
	}
	if given["start"] && o.speed == realTime {
		faults = append(faults, errors.New("-start is for virtual time; -speed real starts now"))
	}
	if o.speed == realTime {
		o.start = time.Now()
	}
	return faults
}

// simulate makes the world, and what a dialler needs to live in it.
func (s *session) simulate(o *options) outdial.Config {
	world := simulated.Config{Seed: o.seed, Agents: simulated.Agents{Count: o.agents, Callbacks: o.callbacks}}
	if o.spec.DispositionWait > 0 {
		world.Agents.Dispose = s.dispose
	}
	if o.speed == maxSpeed {
		world.Start = o.start
	}
	s.world = simulated.New(world)

	config := outdial.Config{Telephony: s.world.Connect(), NewID: seededIDs(o.seed)}
	if o.agents > 0 {
		config.Agents = s.world.Agents()
	}
	if o.speed == maxSpeed {
		s.now = s.world.Now
		config.Clock = s.world.Clock()
		// Nobody else is on this store: beats and polls need not be frequent.
		config.WorkerTimeout, config.PollEvery = 10*time.Minute, time.Minute
	}
	return config
}
