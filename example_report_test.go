package outdial_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// The attempt report has a row per call, and one for a contact that was never
// dialled. Cells that a spreadsheet would run begin with an apostrophe.
func ExampleDialler_WriteReport() {
	ctx := context.Background()
	world := simulated.New(simulated.Config{Carrier: simulated.Carrier{
		Script: simulated.ByNumber(map[string][]simulated.Plan{
			"+15550001": {{Outcome: attempt.OutcomeBusy}, {Outcome: attempt.OutcomeFailed}},
		}),
	}})
	d, err := outdial.New(outdial.Config{Store: memory.New(), Telephony: world.Connect(), Clock: world.Clock()})
	check(err)
	spec := campaign.Defaults()
	spec.Name, spec.Destination, spec.Retries = "Spring offer", "1000", 1
	c, err := d.Create(ctx, spec)
	check(err)
	_, err = d.AddContacts(ctx, c.ID, campaign.Contact{Key: "=a1", Address: "+15550001"})
	check(err)
	check(d.Start(ctx, c.ID))
	check(outdial.Drive(ctx, d, world))

	var file bytes.Buffer
	check(d.WriteReport(ctx, &file, c.ID, 0))

	rows, err := csv.NewReader(&file).ReadAll()
	check(err)
	for _, row := range rows {
		for _, name := range []string{"contact_key", "call_number", "outcome"} {
			fmt.Printf("%-13s", row[slices.Index(rows[0], name)])
		}
		fmt.Println(row[slices.Index(rows[0], "reason_not_called")])
	}
	// Output:
	// contact_key  call_number  outcome      reason_not_called
	// '=a1         1            busy         retries_spent
	// '=a1         2            failed       retries_spent
}
