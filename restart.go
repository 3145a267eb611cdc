package outdial

import (
	"context"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// RestartAs is Restart as the command that the host has named, which makes it
// safe to repeat where its answer was lost, here or in another process: the same
// command again changes nothing, whatever has become of the campaign since. Stores
// remember commands until [Dialler.Purge] forgets them, in memory the last 4,096
// of each campaign. A command that was refused may be given again; one that restarted
// with another scope, or did something else, is refused with [ports.ErrExists].
func (d *Dialler) RestartAs(ctx context.Context, command, id ID, scope campaign.Scope) error {
	if scope != "" && scope != campaign.All && scope != campaign.NotCompleted {
		return &campaign.InvalidError{What: "restart", Faults: []campaign.Fault{
			{Field: "Scope", Value: string(scope), Want: "all or not_completed"},
		}}
	}
	now := d.now()
	err := d.cfg.Store.Submit(ctx, ports.Command{ID: command, At: now, Decide: &ports.Decide{
		Campaign: id, Event: campaign.Event{At: now, Action: campaign.Restart, Scope: scope},
	}})
	if err == nil {
		d.kick()
	}
	return err
}
