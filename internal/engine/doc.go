// Package engine is the step: what happened goes in, what to do comes out.
//
//	out := e.Step(engine.Input{Now: t, Events: fromSwitch, Results: fromStore})
//
// [Engine.Step] never waits and does no I/O. It owns the attempts that this
// worker holds, decides how many lines to open, and answers with acts for the
// switch and the agents, operations for the store (at most one of each kind in
// flight), and the time at which it wants to be asked again. Whoever calls it,
// the goroutine shell of package outdial or the single-threaded Drive, performs
// the output and brings the results back with a later step.
//
// # Writes before calls
//
// A dial is an intent first: a transition to `dialling` with its claims. Only
// when the store has granted it, and the worker still trusts its own heartbeat,
// is the originate handed out. Every other act is repeatable and goes at once;
// its write follows. While a save is in flight, what happens to an attempt is
// gathered; if the store refuses a row because a command wrote to it meanwhile,
// the gathered events are replayed on the present row.
//
// # What may be touched here
//
// The package imports the ports and what they import; it holds no goroutine,
// lock, clock or randomness. Maps are looked up, never walked, so that the same
// inputs give the same outputs.
package engine
