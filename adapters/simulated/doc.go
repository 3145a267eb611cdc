// Package simulated is a world in virtual time: a carrier with people and
// machines on its numbers, and the agents who talk to them. Tests, benchmarks
// and demos run campaigns against it; a day of calls takes seconds.
//
//	w := simulated.New(simulated.Config{Seed: 7, Agents: simulated.Agents{Count: 20}})
//	phone := w.Connect()         // a ports.Telephony, one per worker
//	for at := w.Next(); !at.IsZero(); at = w.Next() {
//		w.Advance(at)            // what is due happens, in order
//		handle(phone.Poll())     // and has been told
//	}
//
// # Time
//
// The world has one queue of things to come, ordered by time and then by the
// order in which they were scheduled. [World.Advance] lets them happen; nothing
// moves between. There is no goroutine, unless [World.Run] is asked to drive the
// world by a real clock.
//
// # Chance
//
// What becomes of a call is a function of the seed and the call's id, and of
// nothing else: not of how many calls came before it, nor of which worker
// placed it. So a run with two workers, or one that is repeated after a crash,
// meets the same people. Same seed, same commands at the same times: same events,
// byte for byte.
//
// # Workers that die
//
// Each worker connects for itself. [Switch.Close] is its death: its calls live
// on, and nobody hears of them until another connection adopts them.
// [Switch.Down] is a lost connection, as opposed to a lost worker.
//
// # Misbehaviour
//
// [Faults] makes the carrier do what real switches do to their clients: events
// lost, doubled, late and out of order, calls refused, ghosts. All of it is
// drawn from the seed as well.
//
// # The witness
//
// With [Config.Oracle] the world watches from the carrier's side, where nobody's
// book-keeping is believed: lines and starts as they were, calls per contact,
// ids used twice. [World.Violations] is empty after a good run.
package simulated
