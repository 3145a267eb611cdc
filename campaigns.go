package outdial

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Create adds a campaign as a draft. Every fault of the spec is reported at
// once, as one [campaign.InvalidError]: what is wrong with it by itself, what this
// configuration does not know or allow, and what the switch could not be told.
func (d *Dialler) Create(ctx context.Context, spec campaign.Spec) (campaign.Campaign, error) {
	return d.CreateAs(ctx, d.cfg.NewID(), spec)
}

// CreateAs is Create under an id that the host has chosen, which makes it safe
// to repeat where its answer was lost, here or in another process: the same id
// with the same settings again adds nothing, and returns the campaign as it
// stands. [ports.ErrExists] where the id has other settings, be it that they
// were edited since.
func (d *Dialler) CreateAs(ctx context.Context, id ID, spec campaign.Spec) (campaign.Campaign, error) {
	if err := d.check(&spec); err != nil {
		return campaign.Campaign{}, err
	}
	c := campaign.New(id, spec, d.now())
	return d.add(ctx, c, func(known *campaign.Campaign) bool {
		return known.ClonedFrom == (ID{}) && sameSpec(known.Spec, spec)
	})
}

// add adds a draft, unless it is there already and the same.
func (d *Dialler) add(ctx context.Context, c campaign.Campaign, same func(*campaign.Campaign) bool) (campaign.Campaign, error) {
	err := d.cfg.Store.CreateCampaign(ctx, c)
	if errors.Is(err, ports.ErrExists) {
		known, failed := d.cfg.Store.Campaign(ctx, c.ID)
		switch {
		case failed != nil:
			return campaign.Campaign{}, failed
		case !same(&known):
			return campaign.Campaign{}, fmt.Errorf("outdial: another campaign has the id %s: %w", c.ID, err)
		}
		return known, nil
	}
	if err != nil {
		return campaign.Campaign{}, err
	}
	d.kick()
	return c, nil
}

// sameSpec compares settings; none and empty are the same, as a store may read
// back either.
func sameSpec(a, b campaign.Spec) bool {
	a, b = a.Clone(), b.Clone()
	if len(a.RetryRules) == 0 && len(b.RetryRules) == 0 {
		a.RetryRules, b.RetryRules = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// Campaign returns a campaign as it stands. [ports.ErrNotFound].
func (d *Dialler) Campaign(ctx context.Context, id ID) (campaign.Campaign, error) {
	return d.cfg.Store.Campaign(ctx, id)
}

// Campaigns yields all campaigns in the order of their creation.
func (d *Dialler) Campaigns(ctx context.Context) iter.Seq2[campaign.Campaign, error] {
	return d.cfg.Store.ListCampaigns(ctx)
}

// Edit replaces the settings of a draft, whatever they have become since they
// were read: see [Dialler.EditIf]. After a restart it is [campaign.ErrCallsUp]
// while calls of the old run are up: they go by the settings that they began with.
func (d *Dialler) Edit(ctx context.Context, id ID, spec campaign.Spec) error {
	return d.EditIf(ctx, id, 0, spec)
}

// EditIf is Edit, provided that the campaign still has the [campaign.Campaign]
// Version with which the settings were read (0: any). Else it is
// [campaign.ErrChanged] and changes nothing. Who changes one setting of several
// reads the campaign, edits if it has not changed, and begins again if it has:
// of two who do so at once neither undoes the other's change.
func (d *Dialler) EditIf(ctx context.Context, id ID, version int64, spec campaign.Spec) error {
	if err := d.check(&spec); err != nil {
		return err
	}
	return d.decide(ctx, id, campaign.Event{Action: campaign.Edit, Version: version, Spec: spec})
}

// Start makes a draft or a paused campaign eligible for dialling.
func (d *Dialler) Start(ctx context.Context, id ID) error {
	return d.decide(ctx, id, campaign.Event{Action: campaign.Start})
}

// Pause stops new dialling. Once it has returned, no claim of the campaign is
// granted to any worker. Live calls go on, retry delays stand still, callbacks
// keep their time.
func (d *Dialler) Pause(ctx context.Context, id ID) error {
	return d.decide(ctx, id, campaign.Event{Action: campaign.Pause})
}

// Resume continues dialling.
func (d *Dialler) Resume(ctx context.Context, id ID) error {
	return d.decide(ctx, id, campaign.Event{Action: campaign.Resume})
}

// Stop ends a campaign for good: contacts that wait become manual_stopped,
// pending callbacks are cancelled, and live calls are hung up.
func (d *Dialler) Stop(ctx context.Context, id ID) error {
	return d.decide(ctx, id, campaign.Event{Action: campaign.Stop})
}

// StopDraining is Stop, but live calls may finish.
func (d *Dialler) StopDraining(ctx context.Context, id ID) error {
	return d.decide(ctx, id, campaign.Event{Action: campaign.Stop, Drain: true})
}

// Discard ends a draft for good that is not to be started. Nobody is dialled; else
// it is as after a [Dialler.Stop]: the campaign is completed, with
// [campaign.EndStopped], its contacts become manual_stopped, and its report and
// figures are kept. The window is not asked: a draft whose single day is over can
// be discarded too.
//
// After a restart, calls of the old run may be up. They are left alone, as Start
// leaves them: they were told when their own run was stopped, failed or closed.
//
// In any other status it is a [campaign.ActionError]; no operator's page offers it.
func (d *Dialler) Discard(ctx context.Context, id ID) error {
	return d.decide(ctx, id, campaign.Event{Action: campaign.Discard})
}

// Archive marks a campaign that is completed or failed as put away
// ([campaign.Campaign] Archived), for a host whose lists leave such campaigns out.
// Nothing else changes: it is read, reported on, cloned and restarted as before,
// and [Dialler.Campaigns] yields it. A second time leaves the mark as it was; a
// restart takes it away.
//
// In any other status it is a [campaign.ActionError]; no operator's page offers it.
func (d *Dialler) Archive(ctx context.Context, id ID) error {
	return d.decide(ctx, id, campaign.Event{Action: campaign.Archive})
}

// Restart prepares a new run of a completed or failed campaign, as a draft,
// with the contacts of the scope (empty: all); the records of the old run are
// kept. With NotCompleted it is [campaign.ErrCallsUp] while calls of the old run
// are up, as it is not known then who will be completed.
//
// A disposition's DoNotCall ends with its run: who said that they do not want to be
// called are called again if the scope takes them, and [campaign.All] takes everybody.
func (d *Dialler) Restart(ctx context.Context, id ID, scope campaign.Scope) error {
	return d.RestartAs(ctx, d.cfg.NewID(), id, scope)
}

func (d *Dialler) decide(ctx context.Context, id ID, ev campaign.Event) error {
	ev.At = d.now()
	return d.submit(ctx, ports.Command{Decide: &ports.Decide{Campaign: id, Event: ev}})
}

func (d *Dialler) submit(ctx context.Context, c ports.Command) error {
	c.ID, c.At = d.cfg.NewID(), d.now()
	if err := d.cfg.Store.Submit(ctx, c); err != nil {
		return err
	}
	d.kick()
	return nil
}

// Clone copies a campaign's setup, in any status, into a new draft of this
// name (empty: the same name), with its contacts if asked: all of them, those too
// who said in a disposition that they do not want to be called.
func (d *Dialler) Clone(ctx context.Context, id ID, name string, withContacts bool) (campaign.Campaign, error) {
	return d.CloneAs(ctx, d.cfg.NewID(), id, name, withContacts)
}

// cloned is the key of the upload that gives a clone its contacts.
const cloned = "outdial: cloned"

// CloneAs is Clone under an id that the host has chosen, which makes it safe to
// repeat: a clone that is there already is returned as it stands, with the
// contacts that it still lacks. [ports.ErrExists] where the id is not that of a
// clone of this campaign under this name.
func (d *Dialler) CloneAs(ctx context.Context, as, id ID, name string, withContacts bool) (campaign.Campaign, error) {
	c, err := d.cfg.Store.Campaign(ctx, id)
	if err != nil {
		return campaign.Campaign{}, err
	}
	spec := c.Spec.Clone()
	if name != "" {
		spec.Name = name
	}
	if err := d.check(&spec); err != nil {
		return campaign.Campaign{}, err
	}
	clone := campaign.New(as, spec, d.now())
	clone.ClonedFrom = id
	clone, err = d.add(ctx, clone, func(known *campaign.Campaign) bool {
		return known.ClonedFrom == id && known.Spec.Name == spec.Name
	})
	if err != nil || !withContacts {
		return clone, err
	}
	if _, err := d.Upload(ctx, clone.ID, cloned, d.cfg.Store.Contacts(ctx, id)); err != nil {
		return clone, fmt.Errorf("outdial: campaign %s is cloned without its contacts: %w", clone.ID, err)
	}
	return clone, nil
}

// Wait returns the campaign once it is completed or failed, or the context's
// error. A campaign that is paused, or runs without contacts, ends only when
// somebody acts. Not for use under [Drive], which returns by itself.
func (d *Dialler) Wait(ctx context.Context, id ID) (campaign.Campaign, error) {
	for {
		c, err := d.cfg.Store.Campaign(ctx, id)
		if err != nil || c.Status == campaign.Completed || c.Status == campaign.Failed {
			return c, err
		}
		timer, fired := d.cfg.Clock.NewTimer(d.cfg.PollEvery)
		select {
		case <-fired:
		case <-ctx.Done():
			timer.Stop()
			return c, ctx.Err()
		}
	}
}

// Metrics returns a run's figures; run 0 is the present one. Their cost does
// not grow with the run.
func (d *Dialler) Metrics(ctx context.Context, id ID, run int) (campaign.Metrics, error) {
	return d.cfg.Store.Metrics(ctx, id, run, d.now())
}

// MetricsOf returns the figures of many campaigns' present runs; campaigns that
// are not known are left out. A store that is a [ports.MetricsLister] is asked
// once, any other once for each.
func (d *Dialler) MetricsOf(ctx context.Context, ids []ID) (map[ID]campaign.Metrics, error) {
	return ports.MetricsOf(ctx, d.cfg.Store, ids, d.now())
}

// Runs returns a campaign's runs, oldest first.
func (d *Dialler) Runs(ctx context.Context, id ID) ([]campaign.Run, error) {
	return d.cfg.Store.Runs(ctx, id)
}
