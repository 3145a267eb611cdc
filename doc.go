// Package outdial runs outbound dialling campaigns inside a host's service.
//
// A host hands it a Telephony (the switch), a Store and, where agents are
// counted, Agents; creates campaigns, adds contacts, starts them, and runs the
// dialler:
//
//	d, err := outdial.New(outdial.Config{Store: memory.New(), Telephony: sw})
//	spec := campaign.Defaults()
//	spec.Name = "Spring offer"
//	c, err := d.Create(ctx, spec)
//	_, err = d.AddContacts(ctx, c.ID, contacts)
//	err = d.Start(ctx, c.ID)
//	err = d.Run(ctx) // until Shutdown
//
// # What it promises
//
// At most one originate command goes out per call id, ever. Lines stay within
// their limits over all processes that share the store, and so do the starts
// that are granted in any second; each follows its grant within a second. Every
// contact that was accepted ends in exactly one terminal state, every call has
// exactly one final record, and the counters equal the rows. A worker that dies
// is recovered from by any other. Nothing dials outside its windows. And an
// operator can always ask why: [Dialler.Explain], [Dialler.ExplainContact].
//
// # Concurrency
//
// A [Dialler] is safe for concurrent use. Its commands may be called whether or
// not it runs, and from any process that shares the store. One goroutine steps
// the engine; store operations run beside it, at most one of each kind.
//
// # Testing
//
// [Drive] runs a dialler single-threaded under virtual time, against a world
// such as adapters/simulated: a day takes seconds, and the same seed gives the
// same bytes. Adapter authors run ports/storetest and ports/telephonytest.
package outdial
