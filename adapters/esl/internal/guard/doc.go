// Package guard holds github.com/fiorix/go-eventsocket at arm's length: no byte
// that a switch sends may end, stall or leak in the host.
//
// The guard owns the connection to FreeSWITCH. It dials, authenticates, and
// reads whole frames with limits. What a frame says is taken out of it and
// written anew, so that go-eventsocket sees only frames that this package wrote,
// and it sees them over a connection that only this package could have opened:
//
//	FreeSWITCH ── TCP ── guard ── TCP, 127.0.0.1 ── go-eventsocket ── Send, Read
//
// The inner connection exists because go-eventsocket can only dial an address.
// Its listener takes the one connection that knows a password made for it, and
// is closed before anything is sent.
//
// # What is contained
//
//	fault of go-eventsocket                     what the guard does
//	------------------------------------------  ------------------------------------------
//	log.Fatal: text/rude-rejection, log/data,   only two kinds of frame go in, both ours:
//	  text/event-xml, no Content-Type             api/response and text/event-json
//	panic: empty Reply-Text, bare -ERR,         every reply is a body that begins with a
//	  api/response of 0 or 1 byte                 tag of two bytes
//	panic, or all memory: Content-Length        digits only, once, within MaxFrame;
//	  negative, huge; header without end          headers within MaxHeader
//	panic: empty JSON key, _body no string      flat object of strings, keys of our own
//	-ERR replies go to ReadEvent                no reply begins with -E
//	Send mixes up callers                       one Send at a time, under a lock
//	a late reply goes to the next caller        a deadline that passes ends the link
//	Send waits 60 s, for unread events or a     16 events in flight at most, as many as
//	  dead socket                                 the package buffers, so a reply is never
//	                                              behind an event; a command that can get
//	                                              no reply gets one from the guard
//	end of file overtakes buffered events       the inner connection outlives the outer
//	ReadEvent after the end blocks for ever     Read enters ReadEvent only while an event
//	                                              is in flight
//	goroutine left by Close                     nothing it could wait for is ever missing
//	CR and LF pass through Send                 refused, with all control characters
//	keys re-cased, values URL-decoded           JSON only; a key is "_" and a number,
//	                                              which the package leaves alone
//	Dial: no context, no deadline, no TLS       [Config].Dial, Timeout, a [ports.Clock]
//	replies that nobody asked for block it      counted and dropped
//
// # Concurrency
//
// A [Link] has four goroutines of its own and one of the package's; Close ends
// them all. Send and Read may be called from any goroutine. A reader that lags
// fills a queue of MaxQueue bytes; when it is full the guard stops reading the
// socket, and FreeSWITCH queues 100,000 events before it drops the client. A
// reply that is behind a full queue comes too late, which ends the link.
//
// One thing is not contained: if somebody breaks the inner connection from
// outside (ss -K) while both Send and Read wait, one of the two may miss it.
//
// # Events
//
// An event is an object in JSON of which the headers in [Config].Keep and the
// body are kept. Numbers and booleans are kept as they are written, nested
// values are dropped, of a key that comes twice (FreeSWITCH repeats
// Hangup-Cause) the first counts, and bytes that are no UTF-8 become U+FFFD.
//
// A frame that is whole but is no such event (bad JSON, no Event-Name, another
// content type, more than MaxEvent) is counted in [Stats] and read as an event
// without a name: something has happened that we shall never know, so whoever
// reads should compare its calls with the switch's list. A frame whose end can't
// be found ends the link with a [FrameError].
package guard
