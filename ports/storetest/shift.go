package storetest

import (
	"sync"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// together runs n workers at once. They report faults by Errorf: only the
// check's own goroutine may end it.
func (r *room) together(n int, work func(i int, worker ports.ID)) {
	workers := make([]ports.ID, n)
	for i := range workers {
		workers[i] = r.id()
	}
	var all sync.WaitGroup
	for i, w := range workers {
		all.Go(func() { work(i, w) })
	}
	all.Wait()
	if r.t.Failed() {
		r.t.FailNow()
	}
}

// shift is what one of several workers does; it reports and goes on.
type shift struct {
	r      *room
	worker ports.ID
	id     ports.ID
	rules  attempt.Rules
	req    ports.LeaseRequest
}

func (r *room) shifts(id ports.ID, n int, work func(s *shift)) {
	spec, req := r.campaign(id).Spec, r.ask(id, 1)
	rules := spec.Rules()
	r.together(n, func(_ int, w ports.ID) { work(&shift{r, w, id, rules, req}) })
}

func (s *shift) lease() (a attempt.Attempt, ok bool) {
	as := s.leaseMany(1)
	if len(as) == 0 {
		return a, false
	}
	return as[0], true
}

func (s *shift) leaseMany(most int) (as []attempt.Attempt) {
	req := s.req
	req.Max = most
	ls, err := s.r.s.Lease(s.r.ctx, s.worker, []ports.LeaseRequest{req})
	if err != nil || len(ls) != 1 {
		s.r.t.Errorf("a lease has %d answers: %v", len(ls), err)
		return nil
	}
	for _, it := range ls[0].Items {
		as = append(as, it.Attempt)
	}
	return as
}

// step writes what an event makes of the attempt; the error is a refusal's.
func (s *shift) step(a *attempt.Attempt, e attempt.Event, claims ...ports.Claim) error {
	after, effects, err := attempt.Next(&s.rules, *a, e)
	if err != nil {
		s.r.t.Error(err)
		return err
	}
	t := ports.Transition{Attempt: after, Before: campaign.FactsOf(a), Claims: claims}
	for _, e := range effects {
		t.Record = t.Record || e == attempt.Record
	}
	refused, err := s.r.s.Save(s.r.ctx, s.worker, []ports.Transition{t})
	if err != nil {
		s.r.t.Error(err)
		return err
	}
	if len(refused) > 0 {
		return refused[0].Err
	}
	*a = after
	a.Version++
	return nil
}

func (s *shift) dial() attempt.Dial { return attempt.Dial{At: s.r.now, Address: "+33123456789"} }

func (s *shift) busy() attempt.Ended { return attempt.Ended{At: s.r.now, Cause: "USER_BUSY"} }

func (s *shift) note(err error) {
	if err != nil {
		s.r.t.Error(err)
	}
}

// read calls the k-th of the methods that others call meanwhile.
func (s *shift) read(k int) {
	r := s.r
	var err error
	switch k % 8 {
	case 0:
		_, err = r.s.Changes(r.ctx, 0)
	case 1:
		_, err = r.s.Metrics(r.ctx, s.id, 0, r.now)
	case 2:
		err = last(r.s.Report(r.ctx, s.id, 0))
	case 3:
		_, err = r.s.Beat(r.ctx, ports.Worker{ID: s.worker, Beat: int64(k)})
	case 4:
		_, err = r.s.Workers(r.ctx)
	case 5:
		err = last(r.s.Attempts(r.ctx, ports.Filter{Campaign: s.id, State: attempt.StateRetryScheduled}))
	case 6:
		err = last(r.s.ListCampaigns(r.ctx))
	case 7:
		_, err = r.s.Sweep(r.ctx, s.id, 10)
	}
	s.note(err)
}
