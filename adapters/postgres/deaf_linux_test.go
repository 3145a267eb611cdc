package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
)

// deaf is a connection that reads so many bytes, and then no more until it is over.
type deaf struct {
	net.Conn
	left int
	full context.CancelFunc // called then
	over context.Context
}

func (d *deaf) Read(b []byte) (int, error) {
	n, err := d.Conn.Read(b)
	if d.left -= n; d.left < 0 {
		d.full()
		<-d.over.Done()
		return 0, net.ErrClosed
	}
	return n, err
}

// loopback is an address of this machine at which nobody serves PostgreSQL: one
// at random of the whole net that leads back here, so that runs side by side are
// not in each other's way.
func loopback(t *testing.T) string {
	t.Helper()
	address := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
	l, err := net.Listen("tcp", net.JoinHostPort(address, "5432"))
	if err != nil {
		t.Skipf("no server can listen at %s: %v", address, err)
	}
	must(t, l.Close())
	return address
}

// A worker is stopped just when the server sends it more than the sockets hold:
// the server does not wait for its next statement, but for it to read.
func TestAWorkerThatDoesNotReadItsLeaseLosesItsLocks(t *testing.T) {
	address := loopback(t)
	server := pgtest.NewServer(t, "listen_addresses="+address)
	url := server.URL(t, schema)
	s := connect(t, url)
	spec := campaign.Defaults()
	spec.Name = "spring"
	c := campaign.New(uuid.New(), spec, noon)
	must(t, s.CreateCampaign(t.Context(), c))
	const many = 1000
	_, err := s.AddContacts(t.Context(), c.ID, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
		for range many {
			one := campaign.Contact{ID: uuid.New(), Address: "+33142278186", Variables: map[string]string{"story": strings.Repeat("s", 30_000)}}
			if !yield(one, nil) {
				return
			}
		}
	})
	must(t, err)
	decide(t, s, c.ID, campaign.Start)

	config, err := pgx.ParseConfig(url)
	must(t, err)
	full, isFull := context.WithCancel(t.Context())
	returned := make(chan struct{})
	over, hangUp := context.WithCancel(context.Background())
	defer hangUp()
	config.Host = address
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, addr)
		return &deaf{conn, 1 << 17, isFull, over}, err
	}
	db := sqlx.NewDb(stdlib.OpenDB(*config), "pgx")
	defer func() { _ = db.Close() }()
	stopped := postgres.New(db)
	go func() {
		defer close(returned)
		_, _ = stopped.Lease(over, uuid.New(), []ports.LeaseRequest{{Campaign: c.ID, Run: 1, Now: noon, Max: many}})
	}()
	<-full.Done()
	ctx, enough := context.WithTimeout(t.Context(), 2*time.Minute)
	defer enough()
	must(t, s.Submit(ctx, ports.Command{ID: uuid.New(), At: noon, Decide: &ports.Decide{
		Campaign: c.ID, Event: campaign.Event{At: noon, Action: campaign.Pause},
	}}))
	hangUp()
	<-returned
}
