package outdial

import (
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// wired is a piece as its line has it, and the line's kind.
func wired(p *ports.Piece) (kind string, line any) {
	switch {
	case p.Campaign != nil:
		return "campaign", wireHead(*p.Campaign)
	case p.Run != nil:
		return "run", wiredRun(p.Run)
	case p.Contact != nil:
		return "contact", wireContact(*p.Contact)
	case p.Attempt != nil:
		w := wireAttempt{Attempt: *p.Attempt}
		w.Spent = named[attempt.Outcome](p.Attempt.Spent[:])
		return "attempt", w
	case p.Call != nil:
		return "call", wireCall{p.Call.Campaign, p.Call.Run, p.Call.Contact, p.Call.Call}
	case p.Batch != nil:
		return "batch", wireBatch(*p.Batch)
	}
	return "end", wireTally(*p.End)
}

func wiredRun(r *ports.RunRecord) wireRun {
	spec := wireSpec{wireSettings: wireSettings(r.Spec)}
	for o, rule := range r.Spec.RetryRules {
		if spec.RetryRules == nil {
			spec.RetryRules = map[attempt.Outcome]wireRetry{}
		}
		spec.RetryRules[o] = wireRetry(rule)
	}
	c := &r.Counters
	return wireRun{wireInfo: wireInfo(r.Run), Spec: spec, Counters: wireCounters{
		States: named[attempt.State](c.States[:]), Spent: named[attempt.State](c.Spent[:]),
		Outcomes: named[attempt.Outcome](c.Outcomes[:]), Attempted: c.Attempted, Answered: c.Answered,
		Dials: c.Dials, Refused: c.Refused, CallbacksCompleted: c.CallbacksCompleted,
		CallbacksCancelled: c.CallbacksCancelled, CallbacksExhausted: c.CallbacksExhausted, Live: c.Live,
		Conversations: c.Conversations, Talk: c.Talk, WrapUp: c.WrapUp, StaleRecoveries: c.StaleRecoveries,
	}}
}

func (w *wireRun) record() *ports.RunRecord {
	r := &ports.RunRecord{Run: campaign.Run(w.wireInfo), Spec: campaign.Spec(w.Spec.wireSettings)}
	for o, rule := range w.Spec.RetryRules {
		if r.Spec.RetryRules == nil {
			r.Spec.RetryRules = map[attempt.Outcome]campaign.RetryRule{}
		}
		r.Spec.RetryRules[o] = campaign.RetryRule(rule)
	}
	c := &w.Counters
	r.Counters = campaign.Counters{
		Attempted: c.Attempted, Answered: c.Answered,
		Dials: c.Dials, Refused: c.Refused, CallbacksCompleted: c.CallbacksCompleted,
		CallbacksCancelled: c.CallbacksCancelled, CallbacksExhausted: c.CallbacksExhausted, Live: c.Live,
		Conversations: c.Conversations, Talk: c.Talk, WrapUp: c.WrapUp, StaleRecoveries: c.StaleRecoveries,
	}
	unnamed(c.States, r.Counters.States[:])
	unnamed(c.Spent, r.Counters.Spent[:])
	unnamed(c.Outcomes, r.Counters.Outcomes[:])
	return r
}

func (w *wireAttempt) record() *attempt.Attempt {
	unnamed(w.Spent, w.Attempt.Spent[:])
	return &w.Attempt
}

// named is an array by the names of its places, without zeros.
func named[K ~uint8, V int | uint8](all []V) map[K]V {
	var out map[K]V
	for i, n := range all {
		if n != 0 {
			if out == nil {
				out = map[K]V{}
			}
			out[K(i)] = n
		}
	}
	return out
}

func unnamed[K ~uint8, V int | uint8](from map[K]V, to []V) {
	for k, n := range from {
		to[k] = n
	}
}
