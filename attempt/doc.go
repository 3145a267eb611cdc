// Package attempt is the life of one contact in one run of a campaign: the
// state machine that every retry, callback, crash and operator's command goes
// through.
//
// # How to read it
//
// An [Attempt] is a plain value. Something happens to it as an [Event], which
// carries its own time, and [Next] says what the attempt is afterwards and
// which [Effect]s are owed to the world because of it:
//
//	after, effects, err := attempt.Next(rules, before, attempt.Answered{At: t})
//
// Next is pure: it reads no clock, changes nothing and may be called by
// anybody who wants to know what would happen. A move that the machine does
// not have is an [*IllegalMoveError], and the attempt comes back unchanged.
//
// The moves are rows of data, [Rows]; the diagram in the README, the tests and
// the stores' check lists are read off them. After a crash [Pending] says what
// an attempt found in a store still owes, by the same function that the live
// path uses.
//
// # Two call shapes
//
// Contact first: the contact is dialled, and on answer (after screening, where
// asked for) the call is attached to an agent; a call that finds no agent in
// time is abandoned. Agent first: the agent's leg is raised, then bridged to
// the contact, so nobody can be abandoned.
//
// The package imports the standard library only (google/uuid excepted); it
// holds no goroutine, clock, randomness or I/O, and a test keeps it so.
package attempt
