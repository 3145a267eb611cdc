// Package campaign is what a campaign is: its settings, its status and the
// actions that each status allows, the hours in which it may call, its
// contacts, and its figures.
//
// A [Spec] holds the settings. [Defaults] fills in what the documentation
// promises, and [Spec.Validate] reports every fault at once:
//
//	spec := campaign.Defaults()
//	spec.Name = "Spring offer"
//	spec.Retries = 2
//
// A zero in a spec means zero ("no retries"), never "the default": a setting
// that a host computes must not turn into calls nobody asked for.
//
// A [Campaign] moves by [Next], a pure function over a table of rows, like an
// attempt: operator's actions, the host's own and the engine's conclusions are
// its events. Each start from draft opens a [Run]; restart begins a new run of the
// same identity and keeps the records of the old one.
//
// [Counters] are sums over a run's attempts and call records; a store keeps
// them in the transaction that changes the rows, so that [Metrics] costs the
// same for ten contacts and for a million.
package campaign
