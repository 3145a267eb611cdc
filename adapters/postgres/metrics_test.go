package postgres_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// meter counts what is said to the server.
type meter struct{ said atomic.Int64 }

// TraceQueryStart implements pgx.QueryTracer.
func (m *meter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	m.said.Add(1)
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (*meter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func TestFiguresOfAnyNumberOfCampaignsTakeTheSameStatements(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig(schema.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	m := &meter{}
	config.Tracer = m
	s := postgres.New(pool(t, sqlx.NewDb(stdlib.OpenDB(*config), "pgx")))
	c := &crowd{t: t, s: s}
	var ids []ports.ID
	for range 30 {
		ids = append(ids, c.campaign(1))
	}
	for _, n := range []int{1, 2, 30} {
		before := m.said.Load()
		all, err := s.MetricsOf(t.Context(), ids[:n], noon)
		c.must(err)
		if said := m.said.Load() - before; len(all) != n || said != 5 {
			t.Errorf("figures of %d are asked for in %d statements, want 5 with begin and commit, and %d come", n, said, len(all))
		}
	}
}

// What is over, and what was never begun, has nobody who grows old.
func TestFiguresOfCampaignsWithoutOpenAttemptsReadNoAttempts(t *testing.T) {
	t.Parallel()
	url := schema.URL(t)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	e := &ear{}
	config.Tracer = e
	s := postgres.New(pool(t, sqlx.NewDb(stdlib.OpenDB(*config), "pgx")))
	c := &crowd{t: t, s: s}
	over := c.campaign(3)
	decide(t, s, over, campaign.Stop)
	empty := campaign.New(uuid.New(), campaign.Defaults(), noon)
	c.must(s.CreateCampaign(t.Context(), empty))
	e.since()
	all, err := s.MetricsOf(t.Context(), []ports.ID{over, empty.ID}, noon)
	c.must(err)
	if said := e.since(); len(said) != 0 || len(all) != 2 || all[over].TotalCalls != 3 {
		t.Errorf("it reads attempts %d times; the figures are %+v", len(said), all)
	}
}
