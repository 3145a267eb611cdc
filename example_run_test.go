package outdial_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// check ends the examples on an error.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// everybody is a carrier on which everybody answers after five seconds.
var everybody = simulated.Carrier{
	Mix:  simulated.Mix{attempt.OutcomeAnswered: 1},
	Ring: simulated.Fixed(5 * time.Second), Talk: simulated.Fixed(2 * time.Minute),
}

// A host makes a dialler from a store and a switch, creates a campaign, adds
// contacts, starts it, and lets the dialler run. Here the switch and its agents
// are simulated, and an hour takes no time.
func Example() {
	ctx := context.Background()
	world := simulated.New(simulated.Config{Agents: simulated.Agents{Count: 1}, Carrier: everybody})
	d, err := outdial.New(outdial.Config{
		Store:     memory.New(),
		Telephony: world.Connect(), // the switch
		Agents:    world.Agents(),  // who takes the calls that are answered
		Clock:     world.Clock(),   // left out where time is real
	})
	check(err)

	spec := campaign.Defaults()
	spec.Name = "Spring offer"
	c, err := d.Create(ctx, spec)
	check(err)
	_, err = d.AddContacts(ctx, c.ID,
		campaign.Contact{Key: "a-1", Address: "+15550001"},
		campaign.Contact{Key: "a-2", Address: "+15550002"})
	check(err)
	check(d.Start(ctx, c.ID))
	check(outdial.Drive(ctx, d, world)) // where time is real: d.Run(ctx)

	m, err := d.Metrics(ctx, c.ID, 0)
	check(err)
	fmt.Println(m.CompletedCount, "of", m.TotalCalls, "completed in", m.Dials, "dials")
	// Output: 2 of 2 completed in 2 dials
}
