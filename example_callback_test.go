package outdial_test

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// Whoever had the conversation says what it was, under the call's id, which is
// also the channel's. A disposition may ask for a call at another time; that
// call comes before all other work once it is due, and is no retry.
func Example_callback() {
	ctx := context.Background()
	var d *outdial.Dialler
	said := []attempt.Disposition{
		{Code: "call later", CallbackAt: simulated.DefaultStart.Add(3 * time.Hour)},
		{Code: "sold", Note: "two of them"},
	}
	world := simulated.New(simulated.Config{Carrier: everybody, Agents: simulated.Agents{
		Count: 1, WrapUp: simulated.Fixed(20 * time.Second),
		Dispose: func(call outdial.ID, _ attempt.Disposition) { // the agent has wrapped up
			check(d.Dispose(ctx, call, said[0]))
			said = said[1:]
		},
	}})
	d, err := outdial.New(outdial.Config{
		Store: memory.New(), Telephony: world.Connect(), Agents: world.Agents(), Clock: world.Clock(),
	})
	check(err)

	spec := campaign.Defaults()
	spec.Name = "Spring offer"
	spec.DispositionWait = 5 * time.Minute
	c, err := d.Create(ctx, spec)
	check(err)
	_, err = d.AddContacts(ctx, c.ID, campaign.Contact{Address: "+15550001"})
	check(err)
	check(d.Start(ctx, c.ID))
	check(outdial.Drive(ctx, d, world))

	for row, err := range d.Report(ctx, c.ID, 0) {
		check(err)
		fmt.Println(row.Call.DialledAt.Format(time.TimeOnly), row.Call.Disposed.Code)
	}
	// Output:
	// 09:00:00 call later
	// 12:00:00 sold
}
