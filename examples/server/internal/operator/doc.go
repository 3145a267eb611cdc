// Package operator is the operator's REST surface over a dialler: everything
// under /v1/campaigns, /v1/calls, /v1/contacts and /v1/events, and its OpenAPI
// 3.1 document at /openapi.json and /openapi.yaml.
//
// Handlers are thin: they read a request, ask the dialler, and say its answer or
// its error. Rules stand in the library.
//
// # Conventions
//
// JSON in snake_case; times are RFC 3339 in UTC; spans are seconds. Lists come in
// pages: a page's next is the cursor of the page that follows, absent on the
// last. Errors are problem details (RFC 9457), and for bad input list every fault
// with its location.
//
// # Repeating
//
// What creates may be sent again where its answer was lost. With an
// Idempotency-Key, the same request gets the same answer for 24 hours (as far as
// the last 10,000 answers go), and one with another body is refused. New
// campaigns, clones and the commands that restart campaigns have ids that are a
// function of their key, and uploads keep their key in the store: nothing is done
// twice whichever server is asked, also after it was started anew. A server that
// has not kept the answer refuses the request if the campaign that it made has
// been edited since, or the clone renamed: it cannot tell that from another request.
//
// # Events
//
// A stream of server-sent events tells what this server's dialler does, from a
// ring of the last 1,000 events that all streams read from. A client that is too
// slow loses some and is told so (event: reset); it never holds up the dialler.
package operator
