package storetest

import (
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// something is a random legal event, as a write.
func (w *walk) something(h *hand) ports.Transition {
	for {
		e := w.event(h)
		var claims []ports.Claim
		if e.Kind() == attempt.KindDial {
			claims = []ports.Claim{lines("walk/lines", walkLines), starts("walk/starts", walkStarts, walkPer)}
		}
		if t, err := h.after(e, claims...); err == nil {
			return t
		}
	}
}

// event is a random event; it may not be legal.
func (w *walk) event(h *hand) attempt.Event {
	running := w.c.Run.Running(w.now)
	causes := []string{"NO_ANSWER", "USER_BUSY", "NORMAL_CLEARING", "UNALLOCATED_NUMBER"}
	verdicts := []attempt.Verdict{attempt.VerdictHuman, attempt.VerdictMachine, attempt.VerdictUnsure}
	switch w.rng.IntN(32) {
	case 0, 1, 2, 3, 24, 25, 26, 27, 28:
		return h.dialling()
	case 4:
		return attempt.Release{At: w.now, Running: running, Delay: time.Duration(w.rng.IntN(2)) * time.Minute}
	case 5:
		return attempt.Unsent{At: w.now, Running: running}
	case 6:
		return attempt.Refused{At: w.now, Running: running, Cause: "GATEWAY_DOWN"}
	case 7:
		return attempt.Accepted{At: w.now}
	case 8, 9:
		return attempt.Progress{At: w.now}
	case 10, 11:
		return attempt.Answered{At: w.now}
	case 12, 13:
		return attempt.Screened{At: w.now, Verdict: verdicts[w.rng.IntN(3)]}
	case 14, 15:
		return attempt.Attached{At: w.now}
	case 16:
		return attempt.Unserved{At: w.now}
	case 17, 18, 29:
		return attempt.Ended{At: w.now, Running: running, Cause: causes[w.rng.IntN(4)], SIPCallID: "a@b"}
	case 19:
		return attempt.Lost{At: w.now, Running: running, Horizon: time.Hour}
	case 20:
		return attempt.Expire{At: w.now}
	case 21:
		return attempt.Suppress{At: w.now, Reason: attempt.ReasonSuppressed}
	case 22, 30, 31:
		return attempt.Dispose{At: w.now, Disposition: w.disposition()}
	}
	return w.news(h)
}

// news is what only some calls hear of: that their run has halted, or that
// their agent is there.
func (w *walk) news(h *hand) attempt.Event {
	if w.runs[h.a.Run-1].info.Halt == attempt.HaltNone {
		return attempt.AgentUp{At: w.now}
	}
	return attempt.Stop{At: w.now, Drain: w.rng.IntN(2) == 0}
}

func (w *walk) disposition() attempt.Disposition {
	d := attempt.Disposition{Code: "sold", Note: "a note"}
	switch w.rng.IntN(4) {
	case 0, 1:
		d = attempt.Disposition{Code: "again", CallbackAt: w.now.Add(time.Duration(w.rng.IntN(2400)) * time.Second)}
	case 2:
		d.DoNotCall = true
	}
	return d
}

// stepCommand disposes of a held call, or cancels a callback.
func (w *walk) stepCommand() {
	c := w.target()
	h := w.hands[c.ID]
	if h != nil && h.a.Call.ID != (ports.ID{}) {
		d := w.disposition()
		w.commanded(w.dispose(h.a.Call.ID, d), h.a, attempt.Dispose{At: w.now, Disposition: d})
		return
	}
	a, ok := w.run().rows[c.ID]
	if a.Callback.Pending && w.rng.IntN(4) > 0 {
		return
	}
	if err := w.cancel(c.ID); ok {
		w.commanded(err, a, attempt.Cancel{At: w.now})
	} else {
		w.notFound("Cancel", err)
	}
}

// target is a contact for a command: often one that has something to command.
func (w *walk) target() campaign.Contact {
	var likely []campaign.Contact
	for _, c := range w.contacts {
		h, a := w.hands[c.ID], w.run().rows[c.ID]
		if h != nil && h.a.State >= attempt.StateAttaching || a.State == attempt.StateCallbackScheduled || a.Callback.Pending {
			likely = append(likely, c)
		}
	}
	if len(likely) == 0 || w.rng.IntN(4) == 0 {
		likely = w.contacts
	}
	return likely[w.rng.IntN(len(likely))]
}

// commanded checks what a command said, and moves the model.
func (w *walk) commanded(got error, a attempt.Attempt, e attempt.Event) {
	after, effects, err := attempt.Next(&w.rules, a, e)
	w.want((got == nil) == (err == nil), "%v in %v: %v, want %v", e.Kind(), a.State, got, err)
	if err != nil || after == a {
		return
	}
	h := w.hands[a.Contact]
	if h == nil || h.a.Run != a.Run {
		h = &hand{}
	}
	w.wrote(h, after, slices.Contains(effects, attempt.Record))
}
