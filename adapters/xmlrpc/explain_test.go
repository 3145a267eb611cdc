package xmlrpc_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/pacing"
)

func TestExplainNamesTheTenSlotsThatRing(t *testing.T) {
	rings := func(string, string) fakeswitch.Far { return fakeswitch.Far{Ring: time.Hour} }
	l := newLab(t, fakeswitch.Config{Far: rings})
	d, err := outdial.New(outdial.Config{Store: memory.New(), Telephony: l.Open(), Clock: l.Clock})
	if err != nil {
		t.Fatal(err)
	}
	spec := campaign.Defaults()
	spec.Name, spec.Destination, spec.MaxConcurrent, spec.CallsPerSecond = "slow", "7000", 50, 100
	c, err := d.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		if _, err := d.AddContacts(t.Context(), c.ID, campaign.Contact{Address: strconv.Itoa(5000 + i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Start(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	end := l.Clock.Now().Add(5 * time.Second)
	l.Watch = func() {
		if l.Clock.Now().After(end) {
			stop()
		}
	}
	_ = outdial.Drive(ctx, d, l) // ends with its context
	why, err := d.Explain(t.Context(), c.ID)
	if err != nil || why.Limit != pacing.LimitRinging {
		t.Errorf("what limits it is %q, %v, want %q", why.Limit, err, pacing.LimitRinging)
	}
	if n := len(l.Switch.Channels()); n != 10 {
		t.Errorf("%d calls ring, want 10", n)
	}
}
