package outdial

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/engine"
)

// The seams of the simulation tests, which put time and trouble between a step
// and what it asks of the store. Drive is the same without them.

// Turn steps a dialler once and returns the store operations it wants.
func Turn(d *Dialler, in engine.Input) ([]engine.Op, time.Time) { return d.turn(in, nil) }

// CarryOut performs a store operation of the dialler's.
func CarryOut(ctx context.Context, d *Dialler, op *engine.Op) engine.Result {
	return carryOut(ctx, d.cfg.Store, d.worker, op)
}

// Kicked reports whether something was submitted that no step has seen.
func Kicked(d *Dialler) bool { return d.needKick }

// Quiet reports whether nothing will happen at the dialler by itself.
func Quiet(d *Dialler) bool { return (&driver{d: d}).quiet() }

// Left reports whether the dialler has said good-bye.
func Left(d *Dialler) bool { return d.left() }
