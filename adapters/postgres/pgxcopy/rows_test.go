package pgxcopy_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/postgres/pgxcopy"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/leaks"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/storetest"
)

// TestMain checks that no test leaves a goroutine behind.
func TestMain(m *testing.M) { leaks.Main(m) }

var (
	noon   = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	schema = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error { return postgres.New(db).Migrate(ctx) })
)

// Two at a time: most uploads of the suite go by several copies.
func TestStoreThatCopies(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) ports.Store {
		return postgres.New(schema.Open(t), postgres.ByCopy(pgxcopy.Rows, 2))
	}, storetest.Features{})
}

// draft is a store with a campaign, and one connection, which an upload must
// leave as it found it.
func draft(t *testing.T, by postgres.Copy, chunk int) (*postgres.Store, *sqlx.DB, ports.ID) {
	t.Helper()
	db := schema.Open(t)
	db.SetMaxOpenConns(1)
	s := postgres.New(db, postgres.ByCopy(by, chunk))
	spec := campaign.Defaults()
	spec.Name = "spring"
	c := campaign.New(uuid.New(), spec, noon)
	if err := s.CreateCampaign(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return s, db, c.ID
}

func crowd(n int, then error) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for i := range n {
			if !yield(campaign.Contact{ID: uuid.New(), Address: fmt.Sprintf("+331%08d", i)}, nil) {
				return
			}
		}
		if then != nil {
			yield(campaign.Contact{}, then)
		}
	}
}

// counted is Rows, and notes how many rows went each time.
func counted(sizes *[]int) postgres.Copy {
	return func(ctx context.Context, c any, table string, columns []string, rows [][]any) error {
		*sizes = append(*sizes, len(rows))
		return pgxcopy.Rows(ctx, c, table, columns, rows)
	}
}

func TestNoMoreThanAChunkIsInMemory(t *testing.T) {
	var sizes []int
	s, _, id := draft(t, counted(&sizes), 100)
	n, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, crowd(250, nil))
	if n != 250 || err != nil {
		t.Fatalf("it adds %d: %v", n, err)
	}
	if got := fmt.Sprint(sizes); got != "[100 100 50]" {
		t.Errorf("chunks of %s rows", got)
	}
}

func TestAnUploadOfLessThanAChunkGoesByArrays(t *testing.T) {
	var sizes []int
	s, _, id := draft(t, counted(&sizes), 100)
	n, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, crowd(99, nil))
	if n != 99 || err != nil || len(sizes) > 0 {
		t.Errorf("it adds %d by %d copies: %v", n, len(sizes), err)
	}
}

// However an upload ends, its connection and its table are gone with it: the
// next one finds the pool's only connection and makes the table anew.
func TestUploadsFollowEachOtherOnOneConnection(t *testing.T) {
	broken := errors.New("broken file")
	s, db, id := draft(t, pgxcopy.Rows, 2)
	twin := campaign.Contact{ID: uuid.New(), Address: "+33100000000"}
	for _, step := range []struct {
		name     string
		contacts iter.Seq2[campaign.Contact, error]
		want     error
	}{
		{"whole", crowd(5, nil), nil},
		{"broken off", crowd(5, broken), broken},
		{"whole again", crowd(5, nil), nil},
		{"with an id twice", func(yield func(campaign.Contact, error) bool) {
			for range 2 {
				if !yield(twin, nil) {
					return
				}
			}
		}, ports.ErrExists},
		{"with text that no column takes", func(yield func(campaign.Contact, error) bool) {
			_ = yield(twin, nil) && yield(campaign.Contact{ID: uuid.New(), Name: "\x00"}, nil)
		}, nil},
		{"whole at last", crowd(5, nil), nil},
	} {
		_, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, step.contacts)
		odd := strings.Contains(step.name, "no column")
		if !odd && !errors.Is(err, step.want) || odd && err == nil {
			t.Errorf("%s: %v", step.name, err)
		}
		var left int
		if err := db.GetContext(t.Context(), &left, `SELECT count(*) FROM pg_class WHERE relname = 'outdial_upload'`); err != nil || left > 0 {
			t.Errorf("%s: %d tables are left: %v", step.name, left, err)
		}
	}
	n := 0
	for _, err := range s.Contacts(t.Context(), id) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 15 {
		t.Errorf("the campaign has %d contacts, not 15", n)
	}
}

// A transaction open while a slow file is read would hold up the server's
// cleaning, and every worker of the campaign.
func TestNoTransactionIsOpenWhileContactsAreRead(t *testing.T) {
	s, db, id := draft(t, pgxcopy.Rows, 1)
	db.SetMaxOpenConns(2)
	read := 0
	_, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
		for c, err := range crowd(3, nil) {
			var open int
			if err := db.GetContext(t.Context(), &open, `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()
				AND backend_type = 'client backend' AND state <> 'idle'`); err != nil || open > 0 {
				t.Errorf("%d are open: %v", open, err)
			}
			read++
			if !yield(c, err) {
				return
			}
		}
	})
	if err != nil || read != 3 {
		t.Errorf("%d are read: %v", read, err)
	}
}

func TestAnUploadGivenUpAddsNothing(t *testing.T) {
	s, _, id := draft(t, pgxcopy.Rows, 1)
	ctx, stop := context.WithCancel(t.Context())
	_, err := s.AddContacts(ctx, id, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
		for c, err := range crowd(3, nil) {
			if !yield(c, err) {
				return
			}
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it says %v", err)
	}
	for _, err := range s.Contacts(t.Context(), id) {
		t.Fatalf("a contact was added: %v", err)
	}
}

func TestAConnectionOfAnotherDriverIsUnsupported(t *testing.T) {
	if err := pgxcopy.Rows(t.Context(), "another's", "t", nil, nil); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("it says %v", err)
	}
}
