// Package stage is what tests that kill processes share: the processes, which
// are the test's own binary in other roles ([Start]); the switch as one of them,
// so that calls outlive whoever dialled them ([BeSwitch]); and a judge who hears
// every channel begin and end ([Watch]).
package stage

// Password is the switch's.
const Password = "a-password-of-the-kill-test"

// T is what is used of a test. *testing.T is one, and so no test's package is
// needed here.
type T interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}
