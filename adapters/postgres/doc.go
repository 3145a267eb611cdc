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
// worker, and a few for operators and reports; fewer make them wait. An upload of
// many contacts, a clone of many and an import keep one to their end, and leave one
// to others where there is one: such a clone wants two besides Listen's. It calls
// [Store.Migrate] before anything else, from every process if it likes, and closes
// the pool at the end.
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
// that waits stands in the partial index of its queue, in the order of work, so
// that a lease reads heads of indexes. While a worker holds it nothing that is
// indexed changes, but that a call which is answered becomes one that takes a
// disposition.
//
// # Locks
//
// A campaign has an advisory lock. Whoever leases or saves shares it, and an
// upload for its last moment; whoever decides for the whole campaign (Submit, Sweep, Adopt, Ghosts, Purge)
// has it alone, and reads after that. All locks are taken in one order, so that
// no two transactions wait for each other:
//
//  1. a worker's row (Beat, Adopt),
//  2. campaigns' advisory locks, by number,
//  3. attempts: a lease skips those that are locked, a save has its own,
//  4. limits, by key (before attempts where a batch may not have room in them:
//     nobody who has a limit waits for an attempt of another's),
//  5. campaigns' rows, by id,
//  6. runs' rows, which have the counters,
//  7. the cursor of Changes (commands and uploads only, never Save or Lease).
//
// Uploads to one campaign take turns by a lock of their own, before all others:
// an upload inserts its rows, which nobody sees yet, then shares the campaign's
// lock, looks whether they still fit, and counts them. So writers of one campaign
// wait for each other only at the end, for limits and counters, which a Save or
// Lease adds to in its last statement. What counts is how many rows each write
// carries: a Save has a fixed number of statements however many rows it writes, a
// Lease a fixed number for each request, an Adopt and a Sweep too.
//
// A worker that hangs in the middle of a write keeps its locks: the server ends
// a write whose next statement does not come within a second, or over TCP whose
// answer is not taken for as long, and others go on. It waits a minute for the
// rows of an upload.
//
// Transactions are READ COMMITTED. One that the server ends for a deadlock or a
// serialization failure, or that loses its connection before its commit is sent,
// is tried again, five times in all; not one that reads an upload's temporary
// table, which is gone with its connection. An error that means that the server
// cannot be reached wraps [ports.ErrUnavailable]: then nobody knows whether a
// commit that was on its way has happened.
//
// A lease leaves out rows that somebody has locked, perhaps a transaction whose
// worker is gone, and says to ask again a second later.
//
// Reads are short REPEATABLE READ snapshots. Iterators read a page by key in
// each and hold none while their consumer thinks: a snapshot that is kept open
// keeps the server from cleaning up behind the workers, and slows all of them.
//
// All is planned without sequential scans, hash joins and merge joins, and without
// JIT: a planner that guesses wrong how few rows are asked for would read all
// contacts.
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
// The attempts
// and records of old runs, and the ids of old commands, stay until [Store.Purge]
// forgets them, in short transactions that go by index from contact to contact.
// Contacts, the keys of uploads, the limits that were ever claimed, and the
// figures of every run stay for good. The hints in Changes about rows that
// commands have written to are dropped, 1,024 changes later.
package postgres
