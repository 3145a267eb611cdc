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

// "Running" but not dialling has an answer, and so has a contact that is not called.
func Example_explain() {
	ctx := context.Background()
	world := simulated.New(simulated.Config{Carrier: everybody}) // where it is Monday, nine o'clock in London
	d, err := outdial.New(outdial.Config{Store: memory.New(), Telephony: world.Connect(), Clock: world.Clock()})
	check(err)

	spec := campaign.Defaults()
	spec.Name, spec.Destination = "Spring offer", "1000"
	spec.Zone = "America/New_York"
	spec.Windows = []campaign.Window{{Days: campaign.Weekdays, From: campaign.At(9, 0), To: campaign.At(20, 0)}}
	c, err := d.Create(ctx, spec)
	check(err)
	added, err := d.AddContacts(ctx, c.ID, campaign.Contact{Address: "+12125550001"})
	check(err)
	check(d.Start(ctx, c.ID))

	world.At(world.Now().Add(time.Minute), func() {
		why, err := d.Explain(ctx, c.ID)
		check(err)
		fmt.Println(why.Limit, "until", why.Until.UTC().Format(time.TimeOnly))
		contact, err := d.ExplainContact(ctx, added[0].ID)
		check(err)
		fmt.Println(contact.Sentence)
	})
	check(outdial.Drive(ctx, d, world))
	contact, err := d.ExplainContact(ctx, added[0].ID)
	check(err)
	fmt.Println(contact.Sentence)
	// Output:
	// window_closed until 14:00:00
	// it is due and waits for its turn; it is outside the campaign's calling windows
	// it had its conversation
}
