package outdial

import (
	"context"

	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// carryOut performs one store operation.
func carryOut(ctx context.Context, store ports.Store, worker ID, op *engine.Op) engine.Result {
	r := engine.Result{Kind: op.Kind}
	switch op.Kind {
	case engine.OpSave:
		r.Refusals, r.Err = store.Save(ctx, worker, op.Save)
	case engine.OpLease:
		r.Leased, r.Err = store.Lease(ctx, worker, op.Lease)
	case engine.OpBeat:
		r.Workers, r.Err = store.Beat(ctx, op.Worker)
	case engine.OpChanges:
		r.Changes, r.Err = store.Changes(ctx, op.Since)
	case engine.OpAdopt:
		r.Items, r.Err = store.Adopt(ctx, worker, op.Worker, op.At, op.Max)
	case engine.OpSweep:
		r.More, r.Err = store.Sweep(ctx, op.Campaign, op.Max)
	case engine.OpSubmit:
		r.Err = store.Submit(ctx, op.Command)
	case engine.OpGhosts:
		r.Err = store.Ghosts(ctx, op.Ghosts)
	}
	return r
}
