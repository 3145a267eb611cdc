package postgres_test

import (
	"context"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/storetest"
)

// Every behaviour holds where each call goes to another process than the one
// before it.
func TestTwoStoresOnOneDatabase(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) ports.Store {
		url := schema.URL(t)
		return &pair{stores: [2]*postgres.Store{connect(t, url), connect(t, url)}}
	}, storetest.Features{
		Again: func(_ *testing.T, s ports.Store) ports.Store { return s },
		Purge: true,
	})
}

// pair is two stores that take turns.
type pair struct {
	stores [2]*postgres.Store
	calls  atomic.Uint32
}

func (p *pair) next() *postgres.Store { return p.stores[p.calls.Add(1)%2] }

func (p *pair) CreateCampaign(ctx context.Context, c campaign.Campaign) error {
	return p.next().CreateCampaign(ctx, c)
}

func (p *pair) Campaign(ctx context.Context, id ports.ID) (campaign.Campaign, error) {
	return p.next().Campaign(ctx, id)
}

func (p *pair) ListCampaigns(ctx context.Context) iter.Seq2[campaign.Campaign, error] {
	return p.next().ListCampaigns(ctx)
}

func (p *pair) AddContacts(ctx context.Context, id ports.ID, b ports.Batch, cs iter.Seq2[campaign.Contact, error]) (int, error) {
	return p.next().AddContacts(ctx, id, b, cs)
}

func (p *pair) Submit(ctx context.Context, c ports.Command) error { return p.next().Submit(ctx, c) }

func (p *pair) Changes(ctx context.Context, since int64) (ports.Changes, error) {
	return p.next().Changes(ctx, since)
}

func (p *pair) Lease(ctx context.Context, worker ports.ID, rs []ports.LeaseRequest) ([]ports.Leased, error) {
	return p.next().Lease(ctx, worker, rs)
}

func (p *pair) Save(ctx context.Context, worker ports.ID, ts []ports.Transition) ([]ports.Refusal, error) {
	return p.next().Save(ctx, worker, ts)
}

func (p *pair) Ghosts(ctx context.Context, calls []ports.ID) error {
	return p.next().Ghosts(ctx, calls)
}

func (p *pair) Beat(ctx context.Context, w ports.Worker) ([]ports.Worker, error) {
	return p.next().Beat(ctx, w)
}

func (p *pair) Workers(ctx context.Context) ([]ports.Worker, error) { return p.next().Workers(ctx) }

func (p *pair) Adopt(ctx context.Context, me ports.ID, dead ports.Worker, at time.Time, most int) ([]ports.Item, error) {
	return p.next().Adopt(ctx, me, dead, at, most)
}

func (p *pair) Sweep(ctx context.Context, id ports.ID, most int) (bool, error) {
	return p.next().Sweep(ctx, id, most)
}

func (p *pair) Metrics(ctx context.Context, id ports.ID, run int, at time.Time) (campaign.Metrics, error) {
	return p.next().Metrics(ctx, id, run, at)
}

func (p *pair) Runs(ctx context.Context, id ports.ID) ([]campaign.Run, error) {
	return p.next().Runs(ctx, id)
}

func (p *pair) Attempt(ctx context.Context, contact ports.ID, run int) (ports.Item, error) {
	return p.next().Attempt(ctx, contact, run)
}

func (p *pair) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	return p.next().Attempts(ctx, f)
}

func (p *pair) Contacts(ctx context.Context, id ports.ID) iter.Seq2[campaign.Contact, error] {
	return p.next().Contacts(ctx, id)
}

func (p *pair) Report(ctx context.Context, id ports.ID, run int) iter.Seq2[ports.ReportRow, error] {
	return p.next().Report(ctx, id, run)
}
