package pgxcopy_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/adapters/postgres/pgxcopy"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// A clone reads contacts page by page from the store that it adds them to, which
// keeps a connection for that.
func TestUploadsThatReadFromTheirStoreLeaveEachOtherAConnection(t *testing.T) {
	t.Parallel()
	const size = 3
	db := schema.Open(t)
	db.SetMaxOpenConns(size)
	s, other := postgres.New(db, postgres.ByCopy(pgxcopy.Rows, 2)), postgres.New(db, postgres.ByCopy(pgxcopy.Rows, 2))
	create := func() ports.ID {
		spec := campaign.Defaults()
		spec.Name = "spring"
		c := campaign.New(uuid.New(), spec, noon)
		if err := s.CreateCampaign(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	const people = 600 // more than a page
	from := create()
	if _, err := s.AddContacts(t.Context(), from, ports.Batch{At: noon}, crowd(people, nil)); err != nil {
		t.Fatal(err)
	}
	ctx, enough := context.WithTimeout(t.Context(), 2*time.Minute)
	defer enough()
	var clones sync.WaitGroup
	for i := range 2 * size {
		to, into := create(), s
		if i%2 == 1 { // a worker's, say
			into = other
		}
		clones.Go(func() {
			n, err := into.AddContacts(ctx, to, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
				for c, err := range s.Contacts(ctx, from) {
					if c.ID = uuid.New(); !yield(c, err) {
						return
					}
				}
			})
			if err != nil || n != people {
				t.Errorf("%d of %d are added: %v", n, people, err)
			}
		})
	}
	clones.Wait()
}
