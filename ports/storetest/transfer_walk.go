package storetest

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// move lets a random history begin in one store and go on in another.
func (w *walk) move() {
	for range 3 {
		w.wander(250)
		w.rest()
		to := w.abroad()
		w.sends(w.c.ID, to)
		to.drawn = w.drawn
		w.room, w.starts = to, nil // limits are not moved
		for _, worker := range w.workers {
			w.beat(worker)
		}
		w.compare()
	}
	w.wander(250)
}

// rest pauses the campaign, and ends what is in hand.
func (w *walk) rest() {
	if e := (campaign.Event{Action: campaign.Pause, At: w.now}); w.c.Status == campaign.Running {
		after, err := campaign.Next(w.c, e)
		w.must(err)
		w.must(w.decide(w.c.ID, e.Action))
		w.apply(after, e)
	}
	for _, c := range w.contacts {
		for h := w.hands[c.ID]; h != nil; h = w.hands[c.ID] {
			t := h.next(w.ending(h))
			refused, err := w.s.Save(w.ctx, h.worker, []ports.Transition{t})
			w.must(err)
			w.want(len(refused) == 0, "an end is refused: %v", refused)
			w.saved(h, t, nil)
		}
	}
}

// ending is an event that ends what is in hand.
func (w *walk) ending(h *hand) attempt.Event {
	info := w.runs[h.a.Run-1].info
	running := info.Running(w.now)
	switch {
	case h.a.State == attempt.StateLeased:
		return attempt.Release{At: w.now, Running: running}
	case h.a.State == attempt.StateProcessing:
		return attempt.Expire{At: w.now}
	case w.rng.IntN(2) == 0:
		return attempt.Lost{At: w.now, Running: running, Horizon: walkPer}
	}
	return attempt.Ended{At: w.now, Running: running, Cause: "NO_ANSWER"}
}
