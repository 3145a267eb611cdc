package outdial

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

// Config is what a dialler is made of. Store is required; everything else has
// a default.
type Config struct {
	// Store remembers. Required.
	Store ports.Store
	// Telephony places calls. Without one the dialler takes commands and
	// answers questions, and cannot Run.
	Telephony ports.Telephony
	// Agents are counted where the host has them. Nil: calls go to the
	// campaign's destination, which always has room.
	Agents ports.Agents
	// Clock tells the time. Default: the machine's.
	Clock ports.Clock
	// Pacer decides how many lines to open. Default [pacing.Progressive].
	Pacer pacing.Pacer

	// Trunks are gateways with limits of their own, shared by all campaigns.
	// A campaign may name one that is listed here, or none.
	Trunks []Trunk
	// Gateways are those that campaigns may name: in [campaign.Spec.Gateways], for
	// contacts that are dial strings, and in an Agent or Destination that is one
	// (sofia/gateway/NAME/NUMBER). A spec that names another is refused when it is
	// created, cloned or edited, with a [campaign.InvalidError]; campaigns that
	// exist are not looked at again. Nil: there is no list, and a campaign may
	// name what the Telephony accepts. Empty and not nil: it may name none. The
	// gateways of plain numbers are Trunks.
	Gateways []string
	// MaxConcurrent is the ceiling of a campaign's lines. Default 100.
	MaxConcurrent int

	// WorkerTimeout is how long a worker's heartbeat may stand still before
	// others take over what it held; it trusts itself for half of it. Default
	// 15 s; 1 s to 10 min.
	WorkerTimeout time.Duration
	// PollEvery is how often the store is asked for changes that nobody told
	// of. Default 1 s; 10 ms to 1 min.
	PollEvery time.Duration
	// CallCheck is how often the switch is asked whether a long conversation
	// still lives, in case its end was lost. Most are shorter. Default 5 min;
	// 1 s to 1 h.
	CallCheck time.Duration

	// NewID makes ids; it must be safe for concurrent use where the dialler is
	// used so. Default: UUIDs of version 7. A simulation hands in a seeded one.
	NewID func() uuid.UUID
	// Logger hears what an operator should know. Default: nobody.
	Logger *slog.Logger
}

// Trunk is a gateway with limits of its own.
type Trunk struct {
	// Name is the gateway's, as campaigns and the switch know it.
	Name string
	// Lines is how many calls it carries at once. 0: no limit.
	Lines int
	// CallsPerSecond is how many calls may start on it in any second. 0: no limit.
	CallsPerSecond int
}

// ErrConfig is what every fault of a Config wraps.
var ErrConfig = errors.New("invalid outdial.Config")

func (c *Config) fill() {
	if c.Clock == nil {
		c.Clock = machineClock{}
	}
	if c.Pacer == nil {
		c.Pacer = pacing.Progressive{}
	}
	if c.NewID == nil {
		c.NewID = func() uuid.UUID { return uuid.Must(uuid.NewV7()) }
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.MaxConcurrent = orDefault(c.MaxConcurrent, campaign.DefaultCeiling)
	c.WorkerTimeout = orDefault(c.WorkerTimeout, 15*time.Second)
	c.PollEvery = orDefault(c.PollEvery, time.Second)
	c.CallCheck = orDefault(c.CallCheck, 5*time.Minute)
}

func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

// validate reports every fault at once.
func (c *Config) validate() error {
	var faults []error
	bad := func(field string, v any, want string) {
		faults = append(faults, fmt.Errorf("%w: %s is %v, want %s", ErrConfig, field, v, want))
	}
	if c.Store == nil {
		bad("Store", "nil", "a store")
	}
	if c.MaxConcurrent < 1 {
		bad("MaxConcurrent", c.MaxConcurrent, "1 or more")
	}
	within := func(field string, v, least, most time.Duration) {
		if v < least || v > most {
			bad(field, v, fmt.Sprintf("%v to %v", least, most))
		}
	}
	within("WorkerTimeout", c.WorkerTimeout, time.Second, 10*time.Minute)
	within("PollEvery", c.PollEvery, 10*time.Millisecond, time.Minute)
	within("CallCheck", c.CallCheck, time.Second, time.Hour)
	seen := map[string]bool{}
	for i, t := range c.Trunks {
		if t.Name == "" || seen[t.Name] {
			bad(fmt.Sprintf("Trunks[%d].Name", i), fmt.Sprintf("%q", t.Name), "a name of its own")
		}
		if t.Lines < 0 || t.CallsPerSecond < 0 {
			bad(fmt.Sprintf("Trunks[%d]", i), fmt.Sprintf("%d lines, %d calls per second", t.Lines, t.CallsPerSecond), "0 or more")
		}
		seen[t.Name] = true
	}
	if names := (*campaign.InvalidError)(nil); errors.As(campaign.ValidateGateways(c.Gateways), &names) {
		for _, f := range names.Faults {
			bad(f.Field, fmt.Sprintf("%q", f.Value), f.Want)
		}
	}
	return errors.Join(faults...)
}

func (c *Config) engine(worker uuid.UUID) engine.Config {
	cfg := engine.Config{
		Worker: worker, Pacer: c.Pacer, Pool: c.Agents != nil,
		WorkerTimeout: c.WorkerTimeout, PollEvery: c.PollEvery, CallCheck: c.CallCheck,
	}
	if t, ok := c.Telephony.(ports.DefaultTrunk); ok {
		cfg.DefaultTrunk = t.DefaultTrunk()
	}
	for _, t := range c.Trunks {
		cfg.Trunks = append(cfg.Trunks, engine.Trunk{Name: t.Name, Lines: t.Lines, PerSecond: t.CallsPerSecond})
	}
	return cfg
}

// machineClock is the machine's clock.
type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }

func (machineClock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	t := time.NewTimer(d)
	return t, t.C
}
