package outdial

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial/ports"
)

// purgeBatch is how many rows one transaction forgets: a few tens of
// milliseconds on PostgreSQL, for which workers of that campaign wait.
const purgeBatch = 1000

// Purge forgets the attempts and call records of a campaign's old runs: those
// that are not its present run and ended before a time. It works in short
// transactions beside running workers, and returns when nothing is left or the
// context is done; what it has got through stays done, and it may be called
// again.
//
// A purged run keeps its times, settings and figures, and says since when it is
// purged ([campaign.Run.Purged]); its report and attempts are refused with
// [ports.ErrPurged], so write the report first ([Dialler.WriteReport]). The
// present run is never purged, nor is one with calls up, or with a call that may
// still surface at the switch: a later Purge finds it. Contacts and upload keys
// are kept. Ids of commands before that time are forgotten.
//
// Errors: [ports.ErrNotFound], [errors.ErrUnsupported] where the store is no
// [ports.Purger], the context's, and the store's.
func (d *Dialler) Purge(ctx context.Context, id ID, before time.Time) error {
	store, ok := d.cfg.Store.(ports.Purger)
	if !ok {
		return fmt.Errorf("outdial: purging campaign %s: %w by this store", id, errors.ErrUnsupported)
	}
	for {
		more, err := store.Purge(ctx, ports.Purge{Campaign: id, Before: before, At: d.now(), Max: purgeBatch})
		if err != nil || !more {
			return err
		}
	}
}
