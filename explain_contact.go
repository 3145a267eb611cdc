package outdial

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// ContactExplanation says why a contact is not being called, or what it is at.
type ContactExplanation struct {
	Contact campaign.Contact
	// Attempt is as it stands. Its Call is the one in hand; of one that waits or
	// has ended [Dialler.Attempts] tells the last call, if its filter says so.
	Attempt  attempt.Attempt
	Sentence string
	// Due is when it may be dialled at the earliest, the campaign's calling
	// windows considered. Zero: no time of its own keeps it, and Sentence says
	// what does, or it is not called again.
	Due time.Time
}

// ExplainContact says why a contact is not being called.
func (d *Dialler) ExplainContact(ctx context.Context, contact ID) (ContactExplanation, error) {
	it, err := d.cfg.Store.Attempt(ctx, contact, 0)
	if err != nil {
		return ContactExplanation{}, err
	}
	c, err := d.cfg.Store.Campaign(ctx, it.Attempt.Campaign)
	if err != nil {
		return ContactExplanation{}, err
	}
	x := ContactExplanation{Contact: it.Contact, Attempt: it.Attempt}
	a := &x.Attempt
	switch {
	case a.State.Terminal():
		x.Sentence = ended(a)
	case a.State.Held():
		x.Sentence = inHand[a.State]
	default:
		x.Sentence, x.Due = d.waits(a, &c)
	}
	if !a.State.Waiting() {
		return x, nil
	}
	if x.Due.IsZero() {
		why, err := d.Explain(ctx, c.ID)
		if err != nil {
			return ContactExplanation{}, err
		}
		x.Sentence += "; " + why.Sentence
	}
	d.opens(&x, &c)
	return x, nil
}

// opens puts a waiting contact's time off to when the campaign may dial. What is
// due now is put off only where nothing but the windows is known to keep it.
func (d *Dialler) opens(x *ContactExplanation, c *campaign.Campaign) {
	due, schedule := x.Due, c.Spec.Schedule()
	if due.IsZero() {
		if c.Status != campaign.Running || c.Run.Halt != attempt.HaltNone {
			return
		}
		due = d.now()
	}
	if schedule.Open(due) {
		return
	}
	next, ok := schedule.NextOpen(due)
	if !x.Due.IsZero() {
		x.Sentence += "; it is outside the campaign's calling windows then"
	}
	if x.Due = next; !ok {
		x.Due = time.Time{}
	}
}

// waits says what a waiting attempt waits for; with a zero time nothing of its
// own keeps it.
func (d *Dialler) waits(a *attempt.Attempt, c *campaign.Campaign) (string, time.Time) {
	now := d.now()
	switch {
	case c.Status == campaign.Failed:
		return "it waited when the run ended", time.Time{}
	case a.State == attempt.StateRetryScheduled && a.DueRunning > c.Run.Running(now):
		left := a.DueRunning - c.Run.Running(now)
		if c.Run.RunningSince.IsZero() {
			return fmt.Sprintf("its retry is due %v after the campaign goes on", left.Round(time.Second)), time.Time{}
		}
		return fmt.Sprintf("its retry is due in %v", left.Round(time.Second)), now.Add(left)
	case a.State == attempt.StateCallbackScheduled && a.Due.After(now):
		return "its callback is due later", a.Due
	case a.Due.After(now) && a.Refused > 0:
		return "the switch refused its last dial; it is tried again later", a.Due
	case a.Due.After(now):
		return "it is not to be called before its time", a.Due
	}
	return "it is due and waits for its turn", time.Time{}
}

// inHand says what a held attempt is at.
var inHand = map[attempt.State]string{
	attempt.StateLeased:       "a worker has taken it and is about to dial",
	attempt.StateDialling:     "it is being dialled",
	attempt.StateRinging:      "its phone rings",
	attempt.StateAMDScreening: "it has answered and is being screened",
	attempt.StateAttaching:    "it has answered and is being connected to an agent",
	attempt.StateInProgress:   "it is in conversation",
	attempt.StateProcessing:   "its conversation is over and waits for the disposition",
}

// endings says in words why an attempt will not be called again.
var endings = map[attempt.Reason]string{
	attempt.ReasonRetriesSpent:      "its retries are used up",
	attempt.ReasonNotRetryable:      "its last outcome is not retried",
	attempt.ReasonDoNotCall:         "the person asked not to be called",
	attempt.ReasonSuppressed:        "a check refused it",
	attempt.ReasonStopped:           "the campaign was stopped",
	attempt.ReasonWindowClosed:      "the campaign's day ended while it waited",
	attempt.ReasonCallbackCancelled: "its callback was cancelled",
	attempt.ReasonCallbackSpent:     "its callback's tries are used up",
	attempt.ReasonNoDisposition:     "it had its conversation; no disposition came in time",
	attempt.ReasonHungUpEarly:       "it answered and hung up before an agent was on the line",
}

func ended(a *attempt.Attempt) string {
	if s, ok := endings[a.Reason]; ok {
		return s
	}
	switch a.State {
	case attempt.StateAbandoned:
		return "it answered and no agent was free"
	case attempt.StateAMDMachine:
		return "a machine answered"
	}
	return "it had its conversation"
}
