package storetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var concurrencyChecks = []check{
	{"workers never exceed a limit together", limitTogether},
	{"workers never exceed a rate together", rateTogether},
	{"no two workers lease one row", leaseTogether},
	{"once a pause has returned no claim is granted", pauseTogether},
	{"everything may be called at once", everythingAtOnce},
}

const crew = 6

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
	ls, err := s.r.s.Lease(s.r.ctx, s.worker, []ports.LeaseRequest{s.req})
	if err != nil {
		s.r.t.Error(err)
		return a, false
	}
	if len(ls[0].Items) == 0 {
		return a, false
	}
	return ls[0].Items[0].Attempt, true
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

func limitTogether(r *room) {
	const most = 3
	id := r.running(240)
	var held, worst atomic.Int64
	r.shifts(id, crew, func(s *shift) {
		for a, ok := s.lease(); ok; a, ok = s.lease() {
			err := s.step(&a, s.dial(), ports.Claim{Key: "trunk/north", Max: most})
			if errors.Is(err, ports.ErrLimit) {
				_ = s.step(&a, attempt.Suppress{At: r.now, Reason: attempt.ReasonSuppressed})
				continue
			}
			// Counted after the grant and before the end, it never overcounts.
			now := held.Add(1)
			for old := worst.Load(); now > old && !worst.CompareAndSwap(old, now); old = worst.Load() {
			}
			held.Add(-1)
			if err != nil || s.step(&a, s.busy()) != nil {
				r.t.Errorf("a dial is refused with %v", err)
				return
			}
		}
	})
	r.want(worst.Load() <= most, "%d of %d lines were in use at once", worst.Load(), most)
	r.balanced(id, 0)
	h := r.one(r.id(), r.running(1))
	h.dial(ports.Claim{Key: "trunk/north", Max: 1}) // all have been given back
}

func rateTogether(r *room) {
	const most = 7
	id := r.running(60)
	var granted atomic.Int64
	r.shifts(id, crew, func(s *shift) {
		for a, ok := s.lease(); ok; a, ok = s.lease() {
			if s.step(&a, s.dial(), ports.Claim{Key: "rate", Max: most, Per: time.Second}) == nil {
				granted.Add(1)
			}
		}
	})
	r.want(granted.Load() == most, "%d starts in one instant, want %d", granted.Load(), most)
	r.want(r.balanced(id, 0).Lines == most, "the rows say otherwise")
}

func leaseTogether(r *room) {
	const n = 300
	id := r.running(n)
	var mu sync.Mutex
	owner := map[ports.ID]ports.ID{}
	r.shifts(id, crew, func(s *shift) {
		for a, ok := s.lease(); ok; a, ok = s.lease() {
			mu.Lock()
			if _, taken := owner[a.Contact]; taken {
				r.t.Errorf("contact %s is leased twice", a.Contact)
			}
			owner[a.Contact] = s.worker
			mu.Unlock()
		}
	})
	r.want(len(owner) == n, "%d of %d are leased", len(owner), n)
	for contact, w := range owner {
		r.want(r.attempt(contact).Owner == w, "the row is another worker's")
	}
	r.balanced(id, 0)
}

func pauseTogether(r *room) {
	id := r.running(2000)
	var paused atomic.Bool
	var before, after atomic.Int64
	var pausing sync.WaitGroup
	var once sync.Once
	underWay := make(chan struct{})
	pausing.Go(func() {
		<-underWay
		if err := r.decideNow(id, campaign.Pause); err != nil {
			r.t.Error(err)
		}
		paused.Store(true)
	})
	r.shifts(id, crew, func(s *shift) {
		for a, ok := s.lease(); ok; a, ok = s.lease() {
			was := paused.Load()
			err := s.step(&a, s.dial(), ports.Claim{Key: "rate", Max: 1 << 20})
			switch {
			case err == nil && was:
				after.Add(1)
			case err == nil && before.Add(1) >= 10:
				once.Do(func() { close(underWay) })
			case err == nil:
			case !errors.Is(err, ports.ErrNotRunning):
				r.t.Errorf("a dial is refused with %v", err)
			}
			if err != nil {
				return
			}
		}
	})
	once.Do(func() { close(underWay) })
	pausing.Wait()
	r.want(after.Load() == 0, "%d claims are granted after the pause", after.Load())
	r.want(r.balanced(id, 0).Lines == int(before.Load()), "the rows say otherwise")
}

// decideNow is decide for another goroutine.
func (r *room) decideNow(id ports.ID, a campaign.Action) error {
	d := ports.Decide{Campaign: id, Event: campaign.Event{Action: a, At: r.now}}
	return r.s.Submit(r.ctx, ports.Command{ID: ports.ID{0: 0xc0, 15: byte(len(a))}, At: r.now, Decide: &d})
}

// everythingAtOnce is for the race detector, and for the sums at the end.
func everythingAtOnce(r *room) {
	id := r.running(200)
	contacts := make([][]campaign.Contact, crew)
	for i := range contacts {
		contacts[i] = []campaign.Contact{r.contact(), r.contact()}
	}
	spec, req := r.campaign(id).Spec, r.ask(id, 2)
	rules := spec.Rules()
	r.together(crew, func(i int, w ports.ID) {
		s := &shift{r, w, id, rules, req}
		for k := range 30 {
			a, ok := s.lease()
			if ok && s.step(&a, s.dial(), ports.Claim{Key: "all", Max: 100}) == nil {
				_ = s.step(&a, s.busy())
			}
			s.read(k)
			if k == i {
				_, err := r.s.AddContacts(r.ctx, id, ports.Batch{Key: w.String(), At: r.now}, each(contacts[i]))
				s.note(err)
			}
		}
	})
	r.want(r.balanced(id, 0).TotalCalls == 200+2*crew, "contacts are lost")
}

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
