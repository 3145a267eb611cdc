package postgres_test

import (
	"context"
	"errors"
	"net"
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

// frail is a connection that breaks instead of sending what brings left to 0.
type frail struct {
	net.Conn
	left *atomic.Int64
}

func (f frail) Write(b []byte) (int, error) {
	if f.left.Add(-1) == 0 {
		_ = f.Close()
	}
	return f.Conn.Write(b)
}

// A process that has no time for a write loses its connection to the guard, others
// to the network: until the commit is sent nothing has happened, and nobody is told.
func TestAWriteThatLosesItsConnectionIsMadeAgainUpToItsCommit(t *testing.T) {
	url := schema.URL(t)
	config, err := pgx.ParseConfig(url)
	must(t, err)
	var left atomic.Int64
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, addr)
		return frail{conn, &left}, err
	}
	db := sqlx.NewDb(stdlib.OpenDB(*config), "pgx")
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	s, sound := postgres.New(db), connect(t, url)
	told := 0
	for cut, whole := int64(1), false; !whole; cut++ {
		id := running(t, sound, 1)
		_, err := s.Campaign(t.Context(), id) // over a connection that stands
		must(t, err)
		left.Store(cut)
		err = s.Submit(t.Context(), ports.Command{ID: uuid.New(), At: noon, Decide: &ports.Decide{
			Campaign: id, Event: campaign.Event{At: noon, Action: campaign.Pause},
		}})
		whole = left.Swap(0) > 0
		want := campaign.Paused
		if err != nil {
			told++
			want = campaign.Running
		}
		if err != nil && !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("cut before its write %d: it says %v", cut, err)
		}
		if c, err := sound.Campaign(t.Context(), id); err != nil || c.Status != want {
			t.Errorf("cut before its write %d: it is %s, want %s: %v", cut, c.Status, want, err)
		}
	}
	if told != 1 {
		t.Errorf("%d cuts are told, want that of the commit alone", told)
	}
}
