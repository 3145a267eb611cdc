// Package web is what stands between the network and the server's handlers: who
// may come in, how much and how fast, and what is told of it.
//
// From the outside in, as main puts them together:
//
//	Log           one line a request, without what must not be in a log
//	Recover       a handler that panics costs its own request, nothing else
//	LocalOnly     where no keys are set: requests that name this machine only
//	Patience      a client that stalls is let go
//	MaxBytes      bodies have a bound
//	Unencoded     and are not compressed
//	Protect       an X-API-Key, or the page's session; few wrong keys a second
//	Limit         so many requests a second for each key
//	AtOnce        so many event streams at once for each key or session
//	SlowGuesses   so many tries a second of the sign-in form
//
// The page itself stands behind [Sessions.Guard] rather than Protect: who has no
// session is asked for a key.
package web
