package outdial_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
)

func TestConfigNeedsAStoreAndNothingElse(t *testing.T) {
	if _, err := outdial.New(outdial.Config{Store: memory.New()}); err != nil {
		t.Error(err)
	}
}

func TestConfigFaultNamesFieldValueAndBound(t *testing.T) {
	for _, c := range []struct {
		want string
		edit func(*outdial.Config)
	}{
		{"Store is nil, want a store", func(c *outdial.Config) { c.Store = nil }},
		{"MaxConcurrent is -1, want 1 or more", func(c *outdial.Config) { c.MaxConcurrent = -1 }},
		{"WorkerTimeout is 999ms, want 1s to 10m0s", func(c *outdial.Config) { c.WorkerTimeout = 999 * time.Millisecond }},
		{"WorkerTimeout is 10m1s, want 1s to 10m0s", func(c *outdial.Config) { c.WorkerTimeout = 10*time.Minute + time.Second }},
		{"PollEvery is 9ms, want 10ms to 1m0s", func(c *outdial.Config) { c.PollEvery = 9 * time.Millisecond }},
		{"PollEvery is 1m1s, want 10ms to 1m0s", func(c *outdial.Config) { c.PollEvery = 61 * time.Second }},
		{"CallCheck is 999ms, want 1s to 1h0m0s", func(c *outdial.Config) { c.CallCheck = 999 * time.Millisecond }},
		{"CallCheck is 1h0m1s, want 1s to 1h0m0s", func(c *outdial.Config) { c.CallCheck = time.Hour + time.Second }},
		{`Trunks[0].Name is "", want a name of its own`, func(c *outdial.Config) { c.Trunks = []outdial.Trunk{{}} }},
		{`Trunks[1].Name is "north", want a name of its own`, func(c *outdial.Config) {
			c.Trunks = []outdial.Trunk{{Name: "north"}, {Name: "north"}}
		}},
		{"Trunks[0] is -1 lines, 0 calls per second, want 0 or more", func(c *outdial.Config) {
			c.Trunks = []outdial.Trunk{{Name: "north", Lines: -1}}
		}},
		{`Gateways[1] is "b c", want letters, digits, dot, dash or underscore, at most 64`, func(c *outdial.Config) {
			c.Gateways = []string{"a", "b c"}
		}},
		{"Trunks[0] is 0 lines, -1 calls per second, want 0 or more", func(c *outdial.Config) {
			c.Trunks = []outdial.Trunk{{Name: "north", CallsPerSecond: -1}}
		}},
	} {
		cfg := outdial.Config{Store: memory.New()}
		c.edit(&cfg)
		d, err := outdial.New(cfg)
		if want := outdial.ErrConfig.Error() + ": " + c.want; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if d != nil || !errors.Is(err, outdial.ErrConfig) {
			t.Errorf("%s: want no dialler, and an error that wraps ErrConfig", c.want)
		}
	}
}

func TestConfigFaultsAreReportedAllAtOnce(t *testing.T) {
	_, err := outdial.New(outdial.Config{
		MaxConcurrent: -1, WorkerTimeout: -1, PollEvery: -1, CallCheck: -1,
		Trunks: []outdial.Trunk{{Lines: -1}}, Gateways: []string{""},
	})
	if err == nil {
		t.Fatal("want an error")
	}
	faults := strings.Split(err.Error(), "\n")
	for i, field := range []string{"Store", "MaxConcurrent", "WorkerTimeout", "PollEvery", "CallCheck", "Trunks[0].Name", "Trunks[0]", "Gateways[0]"} {
		if want := outdial.ErrConfig.Error() + ": " + field + " is"; i >= len(faults) || !strings.HasPrefix(faults[i], want) {
			t.Errorf("fault %d does not begin with %q in:\n%v", i, want, err)
		}
	}
}

func TestConfigTakesTheBoundsThemselves(t *testing.T) {
	for _, cfg := range []outdial.Config{
		{MaxConcurrent: 1, WorkerTimeout: time.Second, PollEvery: 10 * time.Millisecond, CallCheck: time.Second},
		{MaxConcurrent: 1e6, WorkerTimeout: 10 * time.Minute, PollEvery: time.Minute, CallCheck: time.Hour},
	} {
		cfg.Store = memory.New()
		if _, err := outdial.New(cfg); err != nil {
			t.Error(err)
		}
	}
}

func TestConfiguredIDsNameWorkersCampaignsAndContacts(t *testing.T) {
	n := byte(0)
	d, err := outdial.New(outdial.Config{Store: memory.New(), NewID: func() uuid.UUID { n++; return uuid.UUID{n} }})
	if err != nil {
		t.Fatal(err)
	}
	spec := campaign.Defaults()
	spec.Name = "ids"
	c, err := d.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	added, err := d.AddContacts(t.Context(), c.ID, campaign.Contact{Address: "1"})
	if err != nil {
		t.Fatal(err)
	}
	if d.Worker() != (uuid.UUID{1}) || c.ID != (uuid.UUID{2}) || added[0].ID != (uuid.UUID{3}) {
		t.Errorf("worker, campaign and contact are %v, %v and %v", d.Worker(), c.ID, added[0].ID)
	}
}
