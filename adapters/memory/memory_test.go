package memory_test

import (
	"testing"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) ports.Store { return memory.New() }, storetest.Features{
		Again: func(_ *testing.T, s ports.Store) ports.Store { return s },
	})
}
