package outdial_test

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
)

// What would this campaign do? A day with calling hours, an ordinary list of
// consumers and four agents takes a moment, and the same seed gives the same day.
func Example_simulateADay() {
	const agents, contacts = 4, 600
	ctx := context.Background()
	world := simulated.New(simulated.Config{Seed: 1, Agents: simulated.Agents{Count: agents}})
	d, err := outdial.New(outdial.Config{
		Store: memory.New(), Telephony: world.Connect(), Agents: world.Agents(), Clock: world.Clock(),
		NewID: seededIDs(1), // calls are named after their contacts, and fate goes by the name
	})
	check(err)

	spec := campaign.Defaults()
	spec.Name = "Spring offer"
	spec.Windows = []campaign.Window{
		{Days: campaign.Weekdays, From: campaign.At(9, 0), To: campaign.At(12, 30)},
		{Days: campaign.Weekdays, From: campaign.At(14, 0), To: campaign.At(18, 0)},
	}
	spec.Screening = true
	spec.RetryDelay = time.Hour
	c, err := d.Create(ctx, spec)
	check(err)
	for n := range contacts {
		_, err := d.AddContacts(ctx, c.ID, campaign.Contact{Address: "+1555" + strconv.Itoa(1000+n)})
		check(err)
	}
	check(d.Start(ctx, c.ID))
	check(outdial.Drive(ctx, d, world))

	c, err = d.Campaign(ctx, c.ID)
	check(err)
	m, err := d.Metrics(ctx, c.ID, 0)
	check(err)
	load := world.Stats().Talk + world.Stats().WrapUp
	fmt.Println(c.Status, "on", c.Run.Ended.Weekday())
	fmt.Printf("%d contacts, %d dials, %d conversations, %d abandoned\n", m.TotalCalls, m.Dials, m.Conversations, m.AbandonedCalls)
	fmt.Printf("reached %.0f %%; a conversation takes %.0f s\n", 100**m.Penetration, *m.AverageHandleTime)
	fmt.Printf("agents were busy for %.0f %% of their hours\n", 100*load.Hours()/(agents*7.5))
	// Output:
	// completed on Monday
	// 600 contacts, 1194 dials, 321 conversations, 0 abandoned
	// reached 54 %; a conversation takes 154 s
	// agents were busy for 51 % of their hours
}
