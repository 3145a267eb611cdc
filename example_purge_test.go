package outdial_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// A campaign that is run again and again keeps the figures of every run. What
// its old runs did contact by contact may be forgotten, once its report is
// written.
func ExampleDialler_Purge() {
	ctx := context.Background()
	world := simulated.New(simulated.Config{Agents: simulated.Agents{Count: 1}, Carrier: everybody})
	d, err := outdial.New(outdial.Config{
		Store: memory.New(), Telephony: world.Connect(), Agents: world.Agents(), Clock: world.Clock(),
	})
	check(err)
	spec := campaign.Defaults()
	spec.Name = "Weekly survey"
	c, err := d.Create(ctx, spec)
	check(err)
	_, err = d.AddContacts(ctx, c.ID, campaign.Contact{Address: "+15550001"}, campaign.Contact{Address: "+15550002"})
	check(err)
	check(d.Start(ctx, c.ID))
	check(outdial.Drive(ctx, d, world))

	world.Advance(world.Now().Add(7 * 24 * time.Hour))
	check(d.Restart(ctx, c.ID, campaign.All))
	check(d.Purge(ctx, c.ID, world.Now().Add(-24*time.Hour))) // where time is real: time.Now()

	runs, err := d.Runs(ctx, c.ID)
	check(err)
	for _, run := range runs {
		m, err := d.Metrics(ctx, c.ID, run.Number)
		check(err)
		var report bytes.Buffer
		err = d.WriteReport(ctx, &report, c.ID, run.Number)
		fmt.Printf("run %d: %d of %d completed, purged %t\n", run.Number, m.CompletedCount, m.TotalCalls, errors.Is(err, ports.ErrPurged))
	}
	// Output:
	// run 1: 2 of 2 completed, purged true
	// run 2: 0 of 2 completed, purged false
}
