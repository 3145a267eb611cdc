// Package pgbench measures the PostgreSQL store against what the server can do:
// the same work on the same rows of the same tables, written as plain SQL by
// somebody who knows beforehand that every write will succeed.
//
// Plain SQL leases by SKIP LOCKED, writes states by arrays, counts limits and
// counters, and inserts records, each in as few statements as it can, with
// documents that are made beforehand. It reads nothing to decide about it: no
// campaign's status, no version that might have moved, no claim without room.
// What the store takes longer for is the price of its promises.
//
// Both sides use the same pool, driver and server, whose data is on a disk and
// synced at each commit: see [Server].
package pgbench
