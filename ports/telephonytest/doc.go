// Package telephonytest says whether a switch's adapter keeps the promises of
// [ports.Telephony]. Whoever writes an adapter runs it from a test of theirs:
//
//	func TestConformance(t *testing.T) {
//		telephonytest.Run(t, telephonytest.Harness{
//			New:      newLab, // a fresh switch with a far end that does as it is told
//			Features: telephonytest.Features{Adoption: true, Outages: true},
//		})
//	}
//
// # What the author brings
//
// A [Lab] is a switch and the network behind it. The suite asks it for numbers
// on which the far end behaves in a given way ([Far]), for agents, and for time
// to pass. In virtual time that is a step of the simulation; against a real
// switch it is waiting. A lab that can't act out a far end returns no number, and
// the test that wants it is skipped.
//
// What not every switch can do is declared in [Features]. A feature that is
// declared is tested; a lab without the method for it fails.
//
// # What is tested
//
// Each test is a sentence about one duty of the port. Every call of every test
// must also tell a story that makes sense: Accepted first, each thing once and
// in order, one end, and an answer time exactly where there was an answer.
//
// With [Harness.NewFaulty], a lab whose switch loses, doubles, delays and swaps
// events, the suite checks that it does no worse than the port allows.
//
// The suite imports the standard library and the core. It lets time pass by the
// lab only, so that it may be virtual.
package telephonytest
