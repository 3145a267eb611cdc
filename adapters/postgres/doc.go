// Package postgres keeps campaigns, contacts, attempts and calls in PostgreSQL,
// version 15 or later: a [ports.Store] that survives restarts, and where any
// number of processes share the work.
//
//	db, err := sqlx.Open("pgx", "postgres://…") // the host's driver and pool
//	…
//	store := postgres.New(db)
//	if err := store.Migrate(ctx); err != nil {
//		…
//	}
//
// # What the host does
//
// It brings a driver of database/sql: any will do, as arrays and documents are
// sent as text that the statements cast. It sizes the pool: an operation takes
// one connection for as long as its transaction lasts, so two or three for each
// worker, and a few for operators and reports; fewer only make them wait. It
// calls [Store.Migrate] before anything else, from every process if it likes,
// and closes the pool at the end.
//
// Times come from callers and are kept as timestamptz, to the microsecond; no
// statement asks the server what time it is.
//
// # How it is laid out
//
// All tables begin with outdial_. There is a row for each campaign, each of its
// runs (with the run's settings and counters), each contact, each contact's
// attempt in a run, and each final call record. Columns are what statements ask
// for; what else belongs to an attempt or a call is one document. An attempt
// that waits stands in the partial index of its state, in the order of work, so
// that a lease reads the heads of four indexes.
//
// # Locks
//
// A campaign's row is the lock of everything that is its: whoever writes to a
// run, an attempt or a call locks the campaign first, and reads after that. All
// locks are taken in one order, so that no two transactions wait for each other:
//
//  1. a worker's row (Beat, Adopt),
//  2. campaigns, by id,
//  3. limits, by key,
//  4. the cursor of Changes (commands and uploads only, never Save or Lease).
//
// So writes to one campaign take turns, as the counters in its run's row would
// make them do anyway, and campaigns do not wait for each other unless they
// claim the same limit. What counts is how many rows each write carries: a Save
// or an Adopt costs a fixed number of statements however many rows it has, a
// Lease a fixed number for each request. A batch is decided in Go on rows that
// were read under the lock, and written back with one statement for each table.
//
// A worker that hangs in the middle of a write holds its campaign's lock: the
// server ends a write whose next statement does not come within a second, and
// others go on.
//
// Transactions are READ COMMITTED. One that the server ends for a deadlock or a
// serialization failure is tried again, five times in all. An error that means
// that the server cannot be reached wraps [ports.ErrUnavailable]: then nobody
// knows whether a commit that was on its way has happened.
//
// Reads are short REPEATABLE READ snapshots. Iterators read a page by key in
// each and hold none while their consumer thinks: a snapshot that is kept open
// keeps the server from cleaning up behind the workers, and slows all of them.
//
// # Big decisions
//
// A stop, a close and a restart move the campaign and its counters at once,
// whatever the number of contacts; rows follow in sweeps. Until then a waiting
// row of a halted run is read as ended. The attempts of a new run are made by
// sweeps, or by whoever needs them first, in transactions of two thousand
// contacts. A restart counts the contacts whose time is to come.
//
// # What grows
//
// An upload is read into memory before its transaction begins, and inserted a
// thousand contacts a statement, or goes by COPY (see [ByCopy]). The attempts
// and records of old runs, and the ids of old commands, stay until [Store.Purge]
// forgets them, in short transactions that go by index from contact to contact.
// Contacts, the keys of uploads, the limits that were ever claimed, and the
// figures of every run stay for good. The hints in Changes about rows that
// commands have written to are dropped, 1,024 changes later.
package postgres
