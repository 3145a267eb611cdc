// Package storetest is the conformance suite of [ports.Store]. An adapter's
// author runs it over an empty store for each behaviour:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) ports.Store { return open(t) }, storetest.Features{})
//	}
//
// Each subtest is one behaviour, and its name says which. Nothing sleeps: times
// are handed to the store, so a day of retries takes no time.
//
// The walks drive random but legal histories through the store, with several
// workers, and compare it with a plain model of the contract after every few
// steps. OUTDIAL_SEEDS says how many seeds to try (default 8); a failing one
// runs again alone as
//
//	go test -run 'TestStore/…/seed_17$'
package storetest

import (
	"testing"

	"github.com/outdial/outdial/ports"
)

// Features is what an adapter can do beyond the contract's least.
type Features struct {
	// Again opens what a store holds once more, as another process would. Nil:
	// the store lives in one process, and what processes share is not tried.
	Again func(t *testing.T, s ports.Store) ports.Store
	// Purge says that the store is a [ports.Purger]. False: purging is not tried.
	Purge bool
	// Transfer opens another, empty store, to which campaigns are moved. Nil: the
	// store is no [ports.Transfer], and moving is not tried.
	Transfer func(t *testing.T) ports.Store
	// Filters says that the store's Attempts take the whole [ports.Filter]. False:
	// only Campaign, Run and State are tried.
	Filters bool
	// MetricsLister says that the store is a [ports.MetricsLister]. False: the
	// figures of many campaigns at once are not tried.
	MetricsLister bool
}

// check is one behaviour.
type check struct {
	name string
	run  func(r *room)
}

// Run tries every behaviour on a store of its own, which open returns empty.
func Run(t *testing.T, open func(t *testing.T) ports.Store, f Features) {
	for _, group := range []struct {
		name   string
		checks []check
	}{
		{"campaigns", campaignChecks},
		{"contacts", contactChecks},
		{"uploads that are repeated", batchChecks},
		{"order of work", orderChecks},
		{"lease", leaseChecks},
		{"guards", guardChecks},
		{"claims", claimChecks},
		{"decisions", decisionChecks},
		{"commands that are repeated", commandChecks},
		{"halts", haltChecks},
		{"discards", discardChecks},
		{"archives", archiveChecks},
		{"edits", editChecks},
		{"restarts", restartChecks},
		{"dispositions", dispositionChecks},
		{"callbacks", cancelChecks},
		{"records", recordChecks},
		{"figures", figureChecks},
		{"workers", workerChecks},
		{"changes", changeChecks},
		{"iterators", iteratorChecks},
		{"times", timeChecks},
		{"contexts", contextChecks},
		{"concurrency", concurrencyChecks},
		{"walks", walkChecks()},
		{"processes", processChecks},
		{"purges", purgeChecks},
		{"transfer", transferChecks()},
		{"filters", filterChecks},
		{"figures of many", listedChecks},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.checks {
				t.Run(c.name, func(t *testing.T) { c.run(enter(t, open(t), f)) })
			}
		})
	}
}
