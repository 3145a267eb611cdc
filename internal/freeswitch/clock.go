package freeswitch

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// SystemClock is the machine's clock, the default of both adapters.
func SystemClock() ports.Clock { return systemClock{} }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) NewTimer(d time.Duration) (ports.Timer, <-chan time.Time) {
	t := time.NewTimer(d)
	return t, t.C
}
