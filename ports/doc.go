// Package ports is what the core needs from outside: a [Store] that remembers,
// a [Telephony] that places calls, [Agents] who take them, and a [Clock].
//
// The interfaces are small and numbered duties stand in their comments. What
// can be written once above a port is not asked of an adapter. Refusals that
// concern one row of a batch come back beside the row; an error is about the
// whole operation, and then nothing of it was done, or nobody can know (a lost
// connection), and the caller asks again.
//
// Whoever writes an adapter runs the conformance suite of its port:
// storetest for a Store, telephonytest for a Telephony.
package ports
