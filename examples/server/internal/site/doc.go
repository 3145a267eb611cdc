// Package site puts the server's parts together as the configuration wants them:
// which store, which switch, who takes the calls, and the dialler on top. It is
// the part of the example to copy: everything in it is the library's own surface.
//
//	store.go     memory, or PostgreSQL by sqlx and pgx
//	live.go      FreeSWITCH over its event socket or over XML-RPC
//	demo.go      the simulated carrier, driven by a clock with a speed (clock.go)
//	site.go      the dialler, its life and its end
//	closing.go   closing figures in the log, as the memory store keeps nothing
package site
