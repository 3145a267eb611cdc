// Package memory keeps campaigns, contacts, attempts and calls in the memory of
// one process: a [ports.Store] for tests, simulations, and hosts that need
// nothing to survive a restart.
//
//	store := memory.New()
//
// # How it is laid out
//
// It is meant to hold a million contacts and to serve some hundred thousand
// calls a second, so what waits is small and what is busy is quick. Contacts
// and rows of attempts lie in chunks of packed structs without pointers, which
// the garbage collector does not look into; a contact's texts lie in shared
// blocks. Only an attempt that a worker holds exists as a full
// [attempt.Attempt], in a slot that its row points to and that is used again
// when the row is given back. Final call records are packed the same way.
//
// One mutex guards everything. Each operation is short, and one core cannot be
// in two of them at once; what grows with the input (reading an upload,
// encoding it) happens before the lock is taken. Iterators take the lock for a
// page at a time and yield outside it.
//
// # The order of work
//
// Rows that wait stand in queues (see work): callbacks and retries by due time,
// first attempts by priority and arrival. Nothing is ever taken out of the
// middle of a queue; an entry whose row has moved on is skipped when it comes
// up. The rows of each state are also linked in the order in which they entered
// it, so that the oldest is known at once and a sweep finds its rows.
//
// # Big decisions
//
// A stop, a close and a restart move the campaign and its counters at once,
// whatever the number of contacts. Rows follow in sweeps: until then a waiting
// row of a halted run is read as ended, and a new run's rows are made by
// whoever needs them first.
//
// # What it forgets
//
// The ids of the last 4,096 decisions and cancellations of each campaign make
// commands idempotent; dispositions are idempotent by what they say. Of held
// rows that commands have written to, the last 1,024 are told in Changes, which
// is a hint. [Store.Purge] forgets the attempts and call records of old runs;
// their memory is used again.
package memory
