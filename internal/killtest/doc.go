// Package killtest holds no code. Its test kills worker processes, and stops
// others past the time for which they may trust themselves, while a campaign
// runs on a real PostgreSQL and on a double of FreeSWITCH in a process of its
// own, so that calls outlive the worker that dialled them. It asks four things
// of those who are left:
//
//   - no contact is on two calls, and no channel is made twice;
//   - the campaign never has more lines than it may;
//   - every contact ends, once, and the counters equal the rows;
//   - the rows of a dead worker are another's within their time.
//
// The first two are judged by the switch's own events, each in the order in
// which it happened: nothing that lasts less than a poll can hide. No allowance
// is made for calls in doubt: a line is given back only when the switch has said
// that it does not know the call, and no originate is sent late.
//
// The time of the last begins anew with each worker that comes, as it must see
// for itself that a heartbeat stands still: rows are late if any one worker has
// been up for twice the time-out since the death.
//
// Workers ask the server to end transactions that are left alone. Without that
// one that is stopped in the middle of a transaction keeps the campaign's lock,
// and nobody else can dial or adopt until it goes on.
//
// The processes, the switch and the judge are package stage's: the reference
// server is killed on the same stage.
//
// # How long it is
//
// As part of all tests it is short: 5 kills and 400 contacts. OUTDIAL_KILLS and
// OUTDIAL_CONTACTS make it longer:
//
//	OUTDIAL_KILLS=50 OUTDIAL_CONTACTS=20000 go test -v -count=1 -timeout=1h ./internal/killtest
//
// That is what make test-long does, and takes four minutes on two processors;
// the short form takes ten to twenty seconds. It says how long it took, and the
// seed by which it chose; OUTDIAL_SEED chooses the same way again, though
// processes will not fall in step a second time.
package killtest
