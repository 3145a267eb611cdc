// Package riverbench measures River, the job queue on PostgreSQL, and outdial's
// store on one server, in turn: jobs that do nothing per second, and lives of an
// attempt (its lease, three writes of its state with claims and counters, the
// record of its call).
//
// It is a module of its own, outside the workspace, so that River is never among
// outdial's dependencies:
//
//	cd internal/riverbench && GOWORK=off go test -run '^$' -bench . -benchtime 1x
//
// The server is that of package pgbench: its data is on a disk, and a commit is
// there before its client hears of it, as in production.
package riverbench
