package pgtest_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/outdial/outdial/internal/leaks"
)

// TestMain also checks that the server leaves no goroutine to its users' tests.
func TestMain(m *testing.M) { leaks.Main(m) }

// ending is a test that notes how it ended.
type ending struct {
	testing.TB
	skipped, failed string
}

func (e *ending) Helper() {}

func (e *ending) Skip(args ...any) {
	e.skipped = fmt.Sprint(args...)
	runtime.Goexit()
}

func (e *ending) Fatal(args ...any) {
	e.failed = fmt.Sprint(args...)
	runtime.Goexit()
}

// run is how a test with this body ends.
func run(t testing.TB, body func(testing.TB)) *ending {
	end, done := &ending{TB: t}, make(chan struct{})
	go func() {
		defer close(done)
		body(end)
	}()
	<-done
	return end
}
