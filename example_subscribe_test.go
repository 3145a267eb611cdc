package outdial_test

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
)

// A subscription is for watching: it loses events rather than hold up the
// dialler, and says how many.
func Example_subscribe() {
	ctx := context.Background()
	world := simulated.New(simulated.Config{Carrier: everybody})
	d, err := outdial.New(outdial.Config{Store: memory.New(), Telephony: world.Connect(), Clock: world.Clock()})
	check(err)
	sub := d.Subscribe(100)

	spec := campaign.Defaults()
	spec.Name, spec.Destination = "Spring offer", "1000"
	c, err := d.Create(ctx, spec)
	check(err)
	_, err = d.AddContacts(ctx, c.ID, campaign.Contact{Address: "+15550001"})
	check(err)
	check(d.Start(ctx, c.ID))
	check(outdial.Drive(ctx, d, world))
	sub.Close()

	for ev := range sub.C { // a host does so in a goroutine of its own
		switch ev.Kind {
		case outdial.CampaignChanged:
			fmt.Println("the campaign is", ev.Status)
		case outdial.AttemptMoved:
			fmt.Println(ev.From, "→", ev.To)
		case outdial.CallEnded:
			fmt.Println("a call was", ev.Call.Outcome, "and lasted", ev.Call.Talk().Round(time.Second))
		}
	}
	fmt.Println(sub.Dropped(), "lost")
	// Output:
	// the campaign is running
	// leased → dialling
	// dialling → ringing
	// ringing → attaching
	// attaching → in_progress
	// in_progress → completed
	// a call was answered and lasted 2m0s
	// the campaign is completed
	// 0 lost
}
