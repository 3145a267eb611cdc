package outdial_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
)

// A host moves a campaign to another store: it pauses the campaign, lets its
// calls end, exports it, imports it there, and resumes. The contact who was
// reached is not called again; the other one gets its second try.
func ExampleExport() {
	ctx := context.Background()
	world := simulated.New(simulated.Config{Carrier: simulated.Carrier{
		Script: simulated.ByNumber(map[string][]simulated.Plan{
			"+15550001": {talks(time.Minute)},
			"+15550002": {rings("busy"), talks(time.Minute)},
		}),
	}})
	old, moved := memory.New(), memory.New() // as a rule, moved is a database
	d, err := outdial.New(outdial.Config{Store: old, Telephony: world.Connect(), Clock: world.Clock()})
	check(err)
	spec := campaign.Defaults()
	spec.Name, spec.Destination = "Spring offer", "1000"
	c, err := d.Create(ctx, spec)
	check(err)
	_, err = d.AddContacts(ctx, c.ID, campaign.Contact{Address: "+15550001"}, campaign.Contact{Address: "+15550002"})
	check(err)
	check(d.Start(ctx, c.ID))
	check(outdial.Drive(ctx, d, &pausing{World: world, at: world.Now().Add(2 * time.Minute), pause: func() { check(d.Pause(ctx, c.ID)) }}))

	var file bytes.Buffer
	check(outdial.Export(ctx, old, &file, c.ID))
	for line := range strings.Lines(file.String()) {
		kind, _, _ := strings.Cut(line, ":")
		fmt.Print(strings.Trim(kind, `{"`), ",")
	}
	fmt.Println()

	imported, err := outdial.Import(ctx, moved, &file)
	check(err)
	fmt.Println(imported[0].Spec.Name, "is", imported[0].Status)
	d, err = outdial.New(outdial.Config{Store: moved, Telephony: world.Connect(), Clock: world.Clock()})
	check(err)
	check(d.Resume(ctx, c.ID))
	check(outdial.Drive(ctx, d, world))
	m, err := d.Metrics(ctx, c.ID, 0)
	check(err)
	fmt.Println(m.CompletedCount, "of", m.TotalCalls, "completed in", m.Dials, "dials")
	// Output:
	// outdial,campaign,run,contact,contact,attempt,attempt,call,call,end,campaigns,
	// Spring offer is paused
	// 2 of 2 completed in 3 dials
}

// pausing is a world in which somebody pauses at some time.
type pausing struct {
	outdial.World
	at    time.Time
	pause func()
}

// Next is no later than the pause.
func (p *pausing) Next() time.Time {
	next := p.World.Next()
	if p.pause != nil && (next.IsZero() || p.at.Before(next)) {
		return p.at
	}
	return next
}

// Advance pauses when its time has come.
func (p *pausing) Advance(t time.Time) {
	p.World.Advance(t)
	if p.pause != nil && !t.Before(p.at) {
		pause := p.pause
		p.pause = nil
		pause()
	}
}
