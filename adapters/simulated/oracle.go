package simulated

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/ports"
)

// Violation is something that must not happen, as the carrier saw it.
type Violation struct {
	At   time.Time
	Kind ViolationKind
	Call ports.ID
	// Detail says what was seen and what was allowed.
	Detail string
}

// String says it in one line.
func (v Violation) String() string {
	return fmt.Sprintf("%s: call %s: %s: %s", v.At.Format(time.RFC3339Nano), v.Call, v.Kind, v.Detail)
}

// ViolationKind names what was violated.
type ViolationKind string

// The violations.
const (
	SameCallTwice  ViolationKind = "one call id was originated twice"
	ContactTwice   ViolationKind = "one contact has two calls at once"
	TooManyLines   ViolationKind = "more lines than allowed"
	TooManyStarts  ViolationKind = "more starts in a second than allowed"
	NotToBeDialled ViolationKind = "a dial that the watch forbids"
	AgentTwice     ViolationKind = "one agent was given two calls at once"
)

// Bounds are what a campaign or a trunk may use. 0: no bound.
type Bounds struct {
	Lines     int // calls at once
	PerSecond int // originates in any second
}

// oracle watches from the carrier's side. It believes nobody's books but its own.
type oracle struct {
	watch         func(time.Time, ports.Dial) error
	ids           map[ports.ID]struct{}
	campaigns     map[ports.ID]*gauge
	trunks        map[string]*gauge
	contacts      map[contactRun]int // calls at once
	maxPerContact int
	violations    []Violation
}

type contactRun struct {
	contact ports.ID
	run     int32
}

// gauge is what one campaign or trunk uses, and may use.
type gauge struct {
	Usage
	Bounds
	name   string
	window window
}

func newOracle(watch func(time.Time, ports.Dial) error) *oracle {
	return &oracle{
		watch:     watch,
		ids:       map[ports.ID]struct{}{},
		campaigns: map[ports.ID]*gauge{},
		trunks:    map[string]*gauge{},
		contacts:  map[contactRun]int{},
	}
}

// Violations lists what was seen that must not happen, in the order in which it
// was seen. Always empty without Config.Oracle.
func (w *World) Violations() []Violation {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.oracle == nil {
		return nil
	}
	return append([]Violation(nil), w.oracle.violations...)
}

// BindCampaign tells the oracle what a campaign may use.
func (w *World) BindCampaign(campaign ports.ID, b Bounds) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.oracle != nil {
		w.oracle.campaign(campaign).Bounds = b
	}
}

// BindTrunk tells the oracle what a trunk may use.
func (w *World) BindTrunk(trunk string, b Bounds) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.oracle != nil {
		w.oracle.trunk(trunk).Bounds = b
	}
}

func (o *oracle) campaign(id ports.ID) *gauge {
	g := o.campaigns[id]
	if g == nil {
		g = &gauge{name: "campaign " + id.String()}
		o.campaigns[id] = g
	}
	return g
}

func (o *oracle) trunk(name string) *gauge {
	g := o.trunks[name]
	if g == nil {
		g = &gauge{name: "trunk " + name}
		o.trunks[name] = g
	}
	return g
}

func (o *oracle) blame(now int64, kind ViolationKind, call ports.ID, format string, args ...any) {
	o.violations = append(o.violations, Violation{stamp(now), kind, call, fmt.Sprintf(format, args...)})
}

// knew reports whether the id has been used, and remembers it.
func (o *oracle) knew(now int64, d *ports.Dial) bool {
	if _, used := o.ids[d.Call]; used {
		o.blame(now, SameCallTwice, d.Call, "contact %s, run %d, call %d", d.Contact, d.Run, d.Number)
		return true
	}
	return false
}

// dialled sees an originate that the adapter took, whatever becomes of it.
func (o *oracle) dialled(now int64, d *ports.Dial) {
	o.ids[d.Call] = struct{}{}
	for _, g := range []*gauge{o.campaign(d.Campaign), o.trunk(d.Trunk)} {
		n := g.window.add(now)
		g.Originated++
		g.MaxStarts = max(g.MaxStarts, n)
		if g.PerSecond > 0 && n > g.PerSecond {
			o.blame(now, TooManyStarts, d.Call, "%s: %d, allowed %d", g.name, n, g.PerSecond)
		}
	}
	if o.watch == nil {
		return
	}
	if err := o.watch(stamp(now), *d); err != nil {
		o.blame(now, NotToBeDialled, d.Call, "%v", err)
	}
}

// opened sees a call come up on the carrier.
func (o *oracle) opened(now int64, k *call) {
	if k.contact != (ports.ID{}) {
		at := contactRun{k.contact, k.run}
		o.contacts[at]++
		o.maxPerContact = max(o.maxPerContact, o.contacts[at])
		if o.contacts[at] > 1 {
			o.blame(now, ContactTwice, k.id, "contact %s, run %d", k.contact, k.run)
		}
	}
	if k.is(ghostly) {
		return
	}
	for _, g := range []*gauge{o.campaign(k.campaign), o.trunk(k.trunk)} {
		g.Usage.Lines++
		g.MaxLines = max(g.MaxLines, g.Usage.Lines)
		if g.Bounds.Lines > 0 && g.Usage.Lines > g.Bounds.Lines {
			o.blame(now, TooManyLines, k.id, "%s: %d, allowed %d", g.name, g.Usage.Lines, g.Bounds.Lines)
		}
	}
}

// closed sees it end.
func (o *oracle) closed(k *call) {
	at := contactRun{k.contact, k.run}
	if o.contacts[at]--; o.contacts[at] <= 0 {
		delete(o.contacts, at)
	}
	if !k.is(ghostly) {
		o.campaign(k.campaign).Usage.Lines--
		o.trunk(k.trunk).Usage.Lines--
	}
}
