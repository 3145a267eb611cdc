package postgres_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// running makes a campaign with n contacts and starts it.
func running(t *testing.T, s *postgres.Store, n int) ports.ID {
	t.Helper()
	spec := campaign.Defaults()
	spec.Name = "spring"
	c := campaign.New(uuid.New(), spec, noon)
	if err := s.CreateCampaign(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	contacts := func(yield func(campaign.Contact, error) bool) {
		for i := range n {
			if !yield(campaign.Contact{ID: uuid.New(), Address: fmt.Sprintf("+331%08d", i)}, nil) {
				return
			}
		}
	}
	if _, err := s.AddContacts(t.Context(), c.ID, ports.Batch{At: noon}, contacts); err != nil {
		t.Fatal(err)
	}
	decide(t, s, c.ID, campaign.Start)
	return c.ID
}

func decide(t *testing.T, s *postgres.Store, id ports.ID, a campaign.Action) {
	t.Helper()
	d := ports.Decide{Campaign: id, Event: campaign.Event{Action: a}}
	if err := s.Submit(t.Context(), ports.Command{ID: uuid.New(), At: noon, Decide: &d}); err != nil {
		t.Fatal(err)
	}
}

// A restart of more contacts than one transaction fills is read whole before any
// sweep.
func TestAnUnsweptRestartHasAllItsAttempts(t *testing.T) {
	const n = 4100
	s := postgres.New(schema.Open(t))
	for what, read := range map[string]func(id ports.ID) (int, error){
		"Attempts": func(id ports.ID) (got int, err error) {
			for _, err := range s.Attempts(t.Context(), ports.Filter{Campaign: id}) {
				if err != nil {
					return got, err
				}
				got++
			}
			return got, nil
		},
		"Lease": func(id ports.ID) (int, error) {
			decide(t, s, id, campaign.Start)
			req := ports.LeaseRequest{Campaign: id, Run: 2, Now: noon, Max: n + 1}
			ls, err := s.Lease(t.Context(), uuid.New(), []ports.LeaseRequest{req})
			if err != nil {
				return 0, err
			}
			return len(ls[0].Items), nil
		},
	} {
		id := running(t, s, n)
		decide(t, s, id, campaign.Stop)
		decide(t, s, id, campaign.Restart)
		if got, err := read(id); got != n || err != nil {
			t.Errorf("%s has %d of %d: %v", what, got, n, err)
		}
	}
}

// crossing is a worker whose batches name several campaigns and limits, in an
// order of its own.
type crossing struct {
	s     *postgres.Store
	me    ports.ID
	camps []ports.ID
	keys  []string
	rules attempt.Rules
}

// Workers whose batches cross do not wait for each other in a ring.
func TestBatchesOverSeveralCampaignsAndLimitsDoNotDeadlock(t *testing.T) {
	const rounds, each = 15, 4
	url := schema.URL(t)
	first := connect(t, url)
	camps := []ports.ID{running(t, first, 300), running(t, first, 300), running(t, first, 300)}
	spec := campaign.Defaults()
	var all sync.WaitGroup
	for k := range 6 {
		w := crossing{connect(t, url), uuid.New(), nil, nil, spec.Rules()}
		for i := range 3 {
			w.camps = append(w.camps, camps[(i*(1+k%2)+k)%3])
			w.keys = append(w.keys, []string{"a", "b", "c"}[(i*(1+k%2)+k)%3])
		}
		if k >= 3 {
			w.camps = w.camps[:1] // these meet others at the limits only
		}
		all.Go(func() {
			for range rounds {
				if err := w.round(t, each); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	for _, id := range camps {
		m, err := first.Metrics(t.Context(), id, 0, noon)
		if err != nil {
			t.Fatal(err)
		}
		if m.Lines != 0 || m.Dials != m.Outcomes[attempt.OutcomeBusy] || m.Dials == 0 {
			t.Errorf("%d lines are left of %d dials with %v", m.Lines, m.Dials, m.Outcomes)
		}
	}
}

// round leases from all campaigns, dials on all limits, and hangs up.
func (w *crossing) round(t *testing.T, each int) error {
	reqs := make([]ports.LeaseRequest, len(w.camps))
	for i, id := range w.camps {
		reqs[i] = ports.LeaseRequest{Campaign: id, Run: 1, Now: noon, Max: each}
	}
	ls, err := w.s.Lease(t.Context(), w.me, reqs)
	if err != nil {
		return err
	}
	var as []attempt.Attempt
	for _, l := range ls {
		for _, it := range l.Items {
			as = append(as, it.Attempt)
		}
	}
	var claims []ports.Claim
	for _, key := range w.keys {
		claims = append(claims, ports.Claim{Key: key, Max: 1000})
	}
	if as, err = w.save(t, as, attempt.Dial{At: noon, Address: "+33123456789"}, claims); err != nil {
		return err
	}
	_, err = w.save(t, as, attempt.Ended{At: noon, Running: time.Hour, Cause: "USER_BUSY"}, nil)
	return err
}

// save writes what an event makes of attempts, and returns them.
func (w *crossing) save(t *testing.T, as []attempt.Attempt, e attempt.Event, claims []ports.Claim) ([]attempt.Attempt, error) {
	ts := make([]ports.Transition, len(as))
	for i := range as {
		after, effects, err := attempt.Next(&w.rules, as[i], e)
		if err != nil {
			return nil, err
		}
		ts[i] = ports.Transition{Attempt: after, Before: campaign.FactsOf(&as[i]), Claims: claims}
		for _, effect := range effects {
			ts[i].Record = ts[i].Record || effect == attempt.Record
		}
		as[i] = after
		as[i].Version++
	}
	refused, err := w.s.Save(t.Context(), w.me, ts)
	if err == nil && len(refused) > 0 {
		err = errors.Join(errors.New("a row is refused"), refused[0].Err)
	}
	return as, err
}
