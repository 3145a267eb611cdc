// Package leaks gives goroutines time to end before a test says that they were
// left behind. goleak gives up after 0.4 s of real time, and on a busy machine a
// goroutine that has only to return may not have run once by then. A goroutine
// that is really left is still found, only later.
//
//	func TestMain(m *testing.M) { leaks.Main(m) }
package leaks

import (
	"fmt"
	"os"
	"time"

	"go.uber.org/goleak"
)

// patience is for how long goroutines may be on their way out.
const patience = time.Minute

// Gone waits until no goroutine is left but those that the options leave out, and
// returns what is still found after a minute.
func Gone(but ...goleak.Option) error {
	return gone(func() error { return goleak.Find(but...) }, time.Now().Add(patience))
}

// gone looks until nothing is found. A look pauses by itself.
func gone(look func() error, until time.Time) error {
	for {
		if err := look(); err == nil || time.Now().After(until) {
			return err
		}
	}
}

// Main is a TestMain: it runs the tests, and ends the process with their exit
// code. If they have passed, and have left goroutines that do not end, it says
// which, and the code is 1.
func Main(m interface{ Run() int }) {
	code := m.Run()
	if code == 0 {
		if err := Gone(); err != nil {
			fmt.Fprintln(os.Stderr, "the tests pass, but leave goroutines behind:", err)
			code = 1
		}
	}
	os.Exit(code)
}
