package telephonytest

import (
	"slices"
	"testing"
)

// check is one test of the suite.
type check struct {
	name   string
	needs  feature
	body   func(*bench)
	faulty bool
}

// feature is what a check needs to be declared; empty: nothing.
type feature string

const (
	screening  feature = "Screening"
	agentFirst feature = "AgentFirst"
	adoption   feature = "Adoption"
	outages    feature = "Outages"
	counts     feature = "Counts"
)

func (f Features) has(what feature) bool {
	switch what {
	case screening:
		return f.Screening
	case agentFirst:
		return f.AgentFirst
	case adoption:
		return f.Adoption
	case outages:
		return f.Outages
	case counts:
		return f.Counts
	}
	return true
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	if h.Around == nil {
		h.Around = func(t *testing.T, body func(*testing.T)) { body(t) }
	}
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			switch {
			case !h.Features.has(c.needs):
				t.Skipf("the adapter does not declare %s", c.needs)
			case c.faulty && h.NewFaulty == nil:
				t.Skip("the harness has no faulty switch")
			}
			h.Around(t, func(t *testing.T) {
				b := newBench(t, h, c.faulty)
				c.body(b)
				if !c.faulty {
					b.checkStories()
				}
			})
		})
	}
}

// checks lists all tests, by the duty that they are about.
func checks() []check {
	return slices.Concat(
		endChecks(), callChecks(), placeChecks(), hangupChecks(), attachChecks(),
		screeningChecks(), agentFirstChecks(), adoptChecks(), outageChecks(), faultChecks(),
	)
}
