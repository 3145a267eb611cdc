package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// fate is that of a pool's connections: what they send is counted from a begin
// on, and at one of these they break.
type fate struct {
	mu    sync.Mutex
	left  int  // until they break; 0: they do not
	heard bool // the server still gets that one, and its answer is lost
}

func (f *fate) set(left int, heard bool) (was int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	was, f.left, f.heard = f.left, left, heard
	return was
}

func (f *fate) breaks() (now, heard bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 {
		return false, false
	}
	f.left--
	return f.left == 0, f.heard
}

type frail struct {
	net.Conn
	f     *fate
	begun bool
}

func (c *frail) Write(b []byte) (int, error) {
	c.begun = c.begun || bytes.Contains(b, []byte("begin"))
	if !c.begun { // it is opened, looked after, or cancels a query
		return c.Conn.Write(b)
	}
	now, heard := c.f.breaks()
	if !now {
		return c.Conn.Write(b)
	}
	defer c.Close() //nolint:errcheck // it is to break
	if !heard {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

// A process that has no time for a write loses its connection to the guard, others
// to the network: until the commit is sent nothing has happened, and nobody is told.
func TestAWriteThatLosesItsConnectionIsMadeAgainUpToItsCommit(t *testing.T) {
	url := schema.URL(t)
	sound := connect(t, url)
	for name, heard := range map[string]bool{"before it sends": false, "before the answer": true} {
		t.Run(name, func(t *testing.T) {
			told := 0
			for cut, whole := 1, false; !whole; cut++ {
				var f fate
				s := frailly(t, url, &f)
				id := running(t, sound, 1)
				_, err := s.Campaign(t.Context(), id) // so that a connection stands
				must(t, err)
				f.set(cut, heard)
				err = s.Submit(t.Context(), ports.Command{ID: uuid.New(), At: noon, Decide: &ports.Decide{
					Campaign: id, Event: campaign.Event{At: noon, Action: campaign.Pause},
				}})
				whole = f.set(0, false) > 0
				if err != nil {
					told++
					if !errors.Is(err, ports.ErrUnavailable) {
						t.Errorf("cut at %d: it says %v", cut, err)
					}
				}
				c, unread := sound.Campaign(t.Context(), id)
				must(t, unread)
				if err == nil && c.Status != campaign.Paused || err != nil && !heard && c.Status != campaign.Running {
					t.Errorf("cut at %d: it is %s, and was told %v", cut, c.Status, err)
				}
			}
			if told != 1 {
				t.Errorf("%d cuts are told, want that of the commit alone", told)
			}
		})
	}
}

// frailly is a store on a pool of one frail connection.
func frailly(t *testing.T, url string, f *fate) *postgres.Store {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	must(t, err)
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, addr)
		return &frail{Conn: conn, f: f}, err
	}
	db := sqlx.NewDb(stdlib.OpenDB(*config), "pgx")
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	return postgres.New(db)
}
