package outdial

import (
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// ID names campaigns, contacts, calls and workers.
type ID = uuid.UUID

// Dialler runs campaigns on a store and a switch. Make one with [New].
type Dialler struct {
	cfg    Config
	worker ID
	hub    hub

	// mu guards the engine, which is stepped by one goroutine and looked at by
	// others.
	mu     sync.Mutex
	engine *engine.Engine

	kicked   chan struct{} // something was submitted here
	stop     chan struct{} // closed by the first Shutdown
	stopOnce sync.Once
	cut      chan struct{} // closed when a Shutdown's patience ends
	cutOnce  sync.Once
	done     chan struct{} // closed when Run has returned
	started  bool
	needKick bool // for Drive
	outage   outage

	// Agents that become idle are offered to the campaigns that wait for some.
	// Only the goroutine that steps reads and writes these.
	agentNews <-chan struct{}
	seeking   []engine.Seek
	freed     bool      // agents may have become idle
	nextLook  time.Time // when to look whether or not anybody said so

	watchMu sync.Mutex
	watched map[ID]beatSeen
}

// Errors of a dialler.
var (
	// ErrNoTelephony: the dialler was made without a switch.
	ErrNoTelephony = errors.New("outdial: no Telephony configured")
	// ErrRunning: the dialler runs already, or has run.
	ErrRunning = errors.New("outdial: the dialler runs already or has been shut down")
)

// New makes a dialler. Faults of the Config are reported all at once, each
// wrapping [ErrConfig].
func New(cfg Config) (*Dialler, error) {
	cfg.fill()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	worker := cfg.NewID()
	return &Dialler{
		cfg:       cfg,
		worker:    worker,
		engine:    engine.New(cfg.engine(worker)),
		kicked:    make(chan struct{}, 1),
		stop:      make(chan struct{}),
		cut:       make(chan struct{}),
		done:      make(chan struct{}),
		agentNews: news(cfg.Agents),
		watched:   map[ID]beatSeen{},
	}, nil
}

// Worker is the id under which this dialler owns attempts.
func (d *Dialler) Worker() ID { return d.worker }

// now is the time, as the store keeps it.
func (d *Dialler) now() time.Time { return stored(d.cfg.Clock.Now()) }

// stored is a time as every store keeps it.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// kick lets the engine look at the store's changes at once.
func (d *Dialler) kick() {
	d.mu.Lock()
	d.needKick = true
	d.mu.Unlock()
	select {
	case d.kicked <- struct{}{}:
	default:
	}
}

// turn steps the engine until it has nothing more to say at this instant
// without the store: acts are performed, agents looked for. It returns the
// store operations to perform.
func (d *Dialler) turn(in engine.Input, ops []engine.Op) ([]engine.Op, time.Time) {
	d.logRefusals(in.Events)
	d.outage.watch(in.Results, in.Now, d.engine.InFlight, d.cfg.Logger)
	in.Notes = d.hub.listened()
	in.Limits = d.cfg.Telephony.Limits()
	in.Stop = d.stopping()
	in.Agents = d.lookForAgents(in.Now)
	for {
		d.mu.Lock()
		in.Kick = in.Kick || d.needKick
		d.needKick = false
		out := d.engine.Step(in)
		d.mu.Unlock()
		d.hub.publish(out.Notes)
		unsent := d.perform(out.Acts)
		ops = append(ops, out.Ops...)
		d.seek(out.Seek)
		offers := d.offers(out.Seek)
		if len(unsent) == 0 && len(offers) == 0 {
			return ops, out.Wake
		}
		in = engine.Input{Now: in.Now, Unsent: unsent, Agents: offers, Limits: in.Limits, Stop: in.Stop, Notes: in.Notes}
	}
}

// logRefusals tells the operator's log of calls that the switch did not take,
// in the words of the guide's troubleshooting.
func (d *Dialler) logRefusals(evs []ports.Event) {
	for i := range evs {
		if ev := &evs[i]; ev.Kind == ports.Refused {
			d.cfg.Logger.Warn("Error originating call", "call", ev.Call, "cause", ev.Cause)
		}
	}
}

// perform does what the engine wants done at the switch and the agents.
func (d *Dialler) perform(acts []engine.Act) (unsent []engine.Unsent) {
	tel, agents := d.cfg.Telephony, d.cfg.Agents
	for i := range acts {
		a := &acts[i]
		var err error
		switch a.Kind {
		case engine.ActOriginate:
			if err := tel.Originate(a.Dial); err != nil {
				d.cfg.Logger.Warn("Error originating call", "call", a.Dial.Call, "to", a.Dial.Address, "err", err)
				unsent = append(unsent, engine.Unsent{Call: a.Dial.Call, Err: err})
			}
		case engine.ActAttach:
			err = tel.Attach(a.Call, a.Target)
		case engine.ActHangup:
			err = tel.Hangup(a.Call, ports.NormalClearing)
		case engine.ActAsk:
			err = tel.Adopt([]ID{a.Call})
		case engine.ActHold:
			agents.Hold(a.Agent)
		case engine.ActRelease:
			agents.Release(a.Agent, a.WrapUp)
		}
		if err != nil {
			// Repeatable: the attempt's deadline asks the switch again.
			d.cfg.Logger.Warn("switch command not sent", "call", a.Call, "err", err)
		}
	}
	return unsent
}

func (d *Dialler) stopping() bool {
	select {
	case <-d.stop:
		return true
	default:
		return false
	}
}
