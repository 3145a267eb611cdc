package memory_test

import (
	"runtime"
	"testing"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) ports.Store { return memory.New() }, storetest.Features{
		Again:    func(_ *testing.T, s ports.Store) ports.Store { return s },
		Purge:    true,
		Transfer: func(*testing.T) ports.Store { return memory.New() },
		Filters:  true,
	})
}

// A waiting contact costs a few cache lines: a million of them fit in a small
// host.
func TestWaitingContactIsSmall(t *testing.T) {
	const n, most = 100_000, 280
	before := live()
	f := newFloor(t, n)
	size := (float64(live()) - float64(before)) / n
	if size > most {
		t.Errorf("a waiting contact costs %.0f bytes, want at most %d", size, most)
	}
	runtime.KeepAlive(f)
}
