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

// limitTogether lets all workers dial at once, while none of their lines ends:
// exactly as many as there is room for may.
func limitTogether(r *room) {
	const rounds, most = 40, 3
	id := r.running(rounds * crew)
	claim := ports.Claim{Key: "trunk/north", Max: most}
	for range rounds {
		var granted atomic.Int64
		r.shifts(id, crew, func(s *shift) {
			a, ok := s.lease()
			if !ok {
				r.t.Error("there is nothing to lease")
				return
			}
			err := s.step(&a, s.dial(), claim)
			if err == nil {
				granted.Add(1)
			} else if !errors.Is(err, ports.ErrLimit) {
				r.t.Errorf("a dial is refused with %v", err)
			}
		})
		r.want(granted.Load() == most, "%d lines are granted, want %d", granted.Load(), most)
		r.want(r.balanced(id, 0).Lines == most, "the rows say otherwise")
		r.hangUp(id)
	}
}

// hangUp ends all calls of a campaign.
func (r *room) hangUp(id ports.ID) {
	r.t.Helper()
	spec := r.campaign(id).Spec
	for _, it := range all(r, r.s.Attempts(r.ctx, ports.Filter{Campaign: id, State: attempt.StateDialling})) {
		h := &hand{r, it.Attempt.Owner, spec.Rules(), it.Attempt, it.Contact}
		h.do(h.ended("USER_BUSY"))
	}
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

// pauseTogether pauses while some workers dial and others have got to the middle
// of their rows, where they wait for the pause to return.
func pauseTogether(r *room) {
	const n = 600
	id := r.running(n)
	var granted, late atomic.Int64
	var middle sync.Once
	paused := make(chan struct{})
	pause := func() {
		if err := r.decideNow(id, campaign.Pause); err != nil {
			r.t.Error(err)
		}
		close(paused)
	}
	r.shifts(id, crew, func(s *shift) {
		hands := s.leaseMany(n / crew)
		for i, a := range hands {
			if i == len(hands)/2 {
				middle.Do(pause)
				<-paused
			}
			was := closed(paused)
			switch err := s.step(&a, s.dial(), ports.Claim{Key: "lines", Max: n}); {
			case err == nil && was:
				late.Add(1)
			case err == nil:
				granted.Add(1)
			case !errors.Is(err, ports.ErrNotRunning):
				r.t.Errorf("a dial is refused with %v", err)
			}
		}
	})
	r.want(late.Load() == 0, "%d claims are granted after the pause", late.Load())
	r.want(r.balanced(id, 0).Lines == int(granted.Load()), "the rows say otherwise")
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
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
