package memory

import (
	"context"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Save implements [ports.Work].
func (s *Store) Save(ctx context.Context, worker ports.ID, ts []ports.Transition) ([]ports.Refusal, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var refused []ports.Refusal
	for i := range ts {
		if no, ok := s.save(worker, &ts[i]); !ok {
			no.Index = i
			refused = append(refused, no)
		}
	}
	return refused, nil
}

// save writes one row, or says why not.
func (s *Store) save(worker attempt.ID, t *ports.Transition) (ports.Refusal, bool) {
	h := s.holding[t.Attempt.Contact]
	switch {
	case h == nil || h.a.Owner != worker,
		h.a.Run != t.Attempt.Run || h.a.Campaign != t.Attempt.Campaign:
		return ports.Refusal{Err: ports.ErrFenced}, false
	case h.a.Version != t.Attempt.Version:
		return ports.Refusal{Err: ports.ErrState, Current: h.a}, false
	}
	dials := t.Attempt.State.Line() && !h.a.State.Line() || len(t.Claims) > 0
	if dials && !h.run.dials() {
		return ports.Refusal{Err: ports.ErrNotRunning}, false
	}
	if len(t.Claims) > 0 {
		now := at(t.Attempt.Since).time()
		s.limits.tidy(now)
		if no, ok := s.limits.claim(h, t.Claims, now); !ok {
			return no, false
		}
	}
	inHand, owner := h.a.Call.ID, h.a.Owner
	h.a = t.Attempt
	h.a.Version++
	if h.a.State.Held() {
		h.a.Owner = owner
	}
	tidyAttempt(&h.a)
	s.wrote(h, inHand, t.Before, t.Record)
	return ports.Refusal{}, true
}

// dials reports whether calls of the run may begin.
func (r *run) dials() bool {
	c := r.of
	return c.it.Status == campaign.Running && r == c.run() && !r.halted()
}
