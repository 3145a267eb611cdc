package storetest

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// due is a waiting attempt as the order of work sees it.
type due struct {
	id       ports.ID
	class    int // 0 callback, 1 retry, 2 first attempt
	key      int64
	arrival  int
	waits    bool // for a time to come
	wallTime time.Time
	running  time.Duration
}

// waiting lists the present run's waiting attempts in the order of work.
func (w *walk) waiting() (list []due) {
	running := w.c.Run.Running(w.now)
	for i, c := range w.contacts {
		a := w.run().rows[c.ID]
		d := due{id: c.ID, arrival: i, class: 2, key: -int64(c.Priority)}
		switch a.State {
		default:
			continue
		case attempt.StatePending:
		case attempt.StateScheduled:
			d.wallTime, d.waits = a.Due, a.Due.After(w.now)
		case attempt.StateRetryScheduled:
			d.class, d.key, d.running = 1, int64(a.DueRunning), a.DueRunning
			d.waits = a.DueRunning > running
		case attempt.StateCallbackScheduled:
			d.class, d.key, d.wallTime = 0, a.Due.UnixMicro(), a.Due
			d.waits = a.Due.After(w.now)
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b due) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.key, b.key), cmp.Compare(a.arrival, b.arrival))
	})
	return list
}

func (w *walk) blocked() bool {
	for _, h := range w.hands {
		if h.a.Run != w.c.Run.Number {
			return true
		}
	}
	return false
}

func (w *walk) dials() bool {
	return w.c.Status == campaign.Running && w.c.Run.Halt == attempt.HaltNone
}

func (w *walk) stepLease() {
	worker, most := w.worker(), w.rng.IntN(4)
	list := w.waiting()
	ready := slices.DeleteFunc(slices.Clone(list), func(d due) bool { return d.waits })
	if !w.dials() || w.blocked() {
		ready = nil
	}
	l := w.leased(worker, w.c.ID, most)
	taken := min(most, len(ready))
	w.want(len(l.Items) == taken, "%d of %d are leased, want %d", len(l.Items), most, taken)
	for i, it := range l.Items {
		w.want(it.Contact.ID == ready[i].id, "number %d of the leased is another", i)
		w.took(worker, it)
	}
	w.want(l.Open == w.open() && l.Total == len(w.run().rows), "open %d of %d, want %d of %d",
		l.Open, l.Total, w.open(), len(w.run().rows))
	w.want(l.Blocked == w.blocked(), "Blocked is %v", l.Blocked)
	if w.dials() && !w.blocked() && taken == len(ready) {
		w.wantNext(l, list)
	}
}

// wantNext checks when the next is due, where nothing that is due was left.
func (w *walk) wantNext(l ports.Leased, list []due) {
	nextDue, nextRetry := time.Time{}, time.Duration(-1)
	for _, d := range list {
		switch {
		case !d.waits:
		case d.class == 1 && (nextRetry < 0 || d.running < nextRetry):
			nextRetry = d.running
		case d.class != 1 && (nextDue.IsZero() || d.wallTime.Before(nextDue)):
			nextDue = d.wallTime
		}
	}
	w.want(l.NextDue.Equal(nextDue), "NextDue is %v, want %v", l.NextDue, nextDue)
	w.want(l.NextRetry == nextRetry, "NextRetry is %v, want %v", l.NextRetry, nextRetry)
}

// inherit keeps the contact's call of an earlier run in doubt.
func (w *walk) inherit(a *attempt.Attempt) {
	for k := len(w.runs) - 2; k >= 0 && a.Calls == 0 && a.Doubt == (ports.ID{}); k-- {
		was := w.runs[k].rows[a.Contact]
		a.Doubt, a.DoubtUntil = was.Doubt, was.DoubtUntil
	}
}

func (w *walk) took(worker ports.ID, it ports.Item) {
	rows := w.run().rows
	want, _, err := attempt.Next(&w.rules, rows[it.Contact.ID], attempt.Lease{At: w.now, Owner: worker})
	w.must(err)
	w.inherit(&want)
	want.Version = it.Attempt.Version
	w.sameAttempt(it.Attempt, want)
	rows[it.Contact.ID] = want
	w.hands[it.Contact.ID] = &hand{w.room, worker, w.rules, want, it.Contact}
}

// stepSave writes one to three rows of a worker.
func (w *walk) stepSave() {
	worker := w.worker()
	var hands []*hand
	for _, c := range w.contacts {
		if h := w.hands[c.ID]; h != nil && h.worker == worker {
			hands = append(hands, h)
		}
	}
	w.rng.Shuffle(len(hands), func(i, j int) { hands[i], hands[j] = hands[j], hands[i] })
	hands = hands[:min(len(hands), 1+w.rng.IntN(3))]
	var batch []ports.Transition
	for _, h := range hands {
		batch = append(batch, w.something(h))
	}
	refused, err := w.s.Save(w.ctx, worker, batch)
	w.must(err)
	for i, h := range hands {
		var no error
		if len(refused) > 0 && refused[0].Index == i {
			no, refused = refused[0].Err, refused[1:]
		}
		w.saved(h, batch[i], no)
	}
	w.want(len(refused) == 0, "too many refusals: %v", refused)
}

// saved checks a row's refusal, or moves the model.
func (w *walk) saved(h *hand, t ports.Transition, no error) {
	dial := t.Attempt.State.Line() && !h.a.State.Line()
	if dial {
		stopped := !w.dials() || h.a.Run != w.c.Run.Number
		full := w.lines() >= walkLines || w.startsNow() >= walkStarts
		w.want((no != nil) == (stopped || full), "a dial is refused with %v; stopped %v, full %v", no, stopped, full)
		w.want(no == nil || stopped && errors.Is(no, ports.ErrNotRunning) || full && errors.Is(no, ports.ErrLimit),
			"a dial is refused with %v; stopped %v, full %v", no, stopped, full)
		if no != nil {
			return
		}
		w.starts = append(w.starts, w.now)
	}
	w.must(no)
	w.wrote(h, t.Attempt, t.Record)
}

func (w *walk) wrote(h *hand, a attempt.Attempt, record bool) {
	run := w.runs[a.Run-1]
	if record {
		run.calls[a.Contact] = append(run.calls[a.Contact], a.Call)
	}
	a.Version++
	a = campaign.Settle(&w.rules, &run.info, a)
	run.rows[a.Contact] = kept(a)
	h.a = a
	if !a.State.Held() && w.hands[a.Contact] == h {
		delete(w.hands, a.Contact)
	}
}

func (w *walk) lines() (n int) {
	for _, h := range w.hands {
		if h.a.State.Line() {
			n++
		}
	}
	return n
}

func (w *walk) startsNow() (n int) {
	for _, t := range w.starts {
		if w.now.Sub(t) < walkPer {
			n++
		}
	}
	return n
}
