package outdial_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// oneStore is a store whose attempts are all the same.
type oneStore struct {
	ports.Store
	a attempt.Attempt
}

func (s *oneStore) Attempt(context.Context, ports.ID, int) (ports.Item, error) {
	return ports.Item{Attempt: s.a}, nil
}

// explained is what is said of an attempt of a running campaign, or of one
// that then becomes something else. Nobody dials, and it is nine.
func explained(t *testing.T, a attempt.Attempt, then func(*site, *outdial.Dialler, outdial.ID), edits ...func(*campaign.Spec)) (string, time.Time) {
	t.Helper()
	s, d := desk(t)
	a.Campaign = s.campaign(d, 1, edits...)
	if then != nil {
		then(s, d, a.Campaign)
	}
	s.store = &oneStore{s.store, a}
	x, err := s.clerk(func(c *outdial.Config) { c.Clock = s.world.Clock() }).ExplainContact(s.ctx, outdial.ID{1})
	s.must(err)
	return x.Sentence, x.Due
}

func TestExplainContactSaysWhatAContactWaitsFor(t *testing.T) {
	nine := simulated.DefaultStart
	const nobody = "; no worker is stepping the campaign"
	for _, c := range []struct {
		a    attempt.Attempt
		then func(*site, *outdial.Dialler, outdial.ID)
		want string
		due  time.Time
	}{
		{a: attempt.Attempt{State: attempt.StatePending}, want: "it is due and waits for its turn" + nobody},
		{a: attempt.Attempt{State: attempt.StatePending}, then: pause, want: "it is due and waits for its turn; the campaign is paused"},
		{a: attempt.Attempt{State: attempt.StateScheduled, Due: nine.Add(time.Hour)},
			want: "it is not to be called before its time", due: nine.Add(time.Hour)},
		{a: attempt.Attempt{State: attempt.StateScheduled, Due: nine}, want: "it is due and waits for its turn" + nobody},
		{a: attempt.Attempt{State: attempt.StateScheduled, Due: nine.Add(time.Minute), Refused: 1},
			want: "the switch refused its last dial; it is tried again later", due: nine.Add(time.Minute)},
		{a: attempt.Attempt{State: attempt.StateRetryScheduled, DueRunning: 5 * time.Minute},
			want: "its retry is due in 5m0s", due: nine.Add(5 * time.Minute)},
		{a: attempt.Attempt{State: attempt.StateRetryScheduled, DueRunning: 5 * time.Minute}, then: pause,
			want: "its retry is due 5m0s after the campaign goes on; the campaign is paused"},
		{a: attempt.Attempt{State: attempt.StateRetryScheduled}, want: "it is due and waits for its turn" + nobody},
		{a: attempt.Attempt{State: attempt.StateCallbackScheduled, Due: nine.Add(time.Hour)},
			want: "its callback is due later", due: nine.Add(time.Hour)},
		{a: attempt.Attempt{State: attempt.StateCallbackScheduled, Due: nine.Add(time.Hour)}, then: pause,
			want: "its callback is due later", due: nine.Add(time.Hour)},
		{a: attempt.Attempt{State: attempt.StateCallbackScheduled, Due: nine.Add(time.Hour)}, then: fail,
			want: "it waited when the run ended; the campaign has failed: no switch"},
		{a: attempt.Attempt{State: attempt.StateCallbackScheduled, Due: nine}, want: "it is due and waits for its turn" + nobody},
	} {
		got, due := explained(t, c.a, c.then)
		if got != c.want || !due.Equal(c.due) {
			t.Errorf("%s: %q, due %v; want %q, %v", c.a.State, got, due, c.want, c.due)
		}
	}
}

func TestExplainContactSaysWhatAContactIsAt(t *testing.T) {
	for state, want := range map[attempt.State]string{
		attempt.StateLeased:       "a worker has taken it and is about to dial",
		attempt.StateDialling:     "it is being dialled",
		attempt.StateRinging:      "its phone rings",
		attempt.StateAMDScreening: "it has answered and is being screened",
		attempt.StateAttaching:    "it has answered and is being connected to an agent",
		attempt.StateInProgress:   "it is in conversation",
		attempt.StateProcessing:   "its conversation is over and waits for the disposition",
	} {
		if got, due := explained(t, attempt.Attempt{State: state}, nil); got != want || !due.IsZero() {
			t.Errorf("%s: %q, due %v; want %q", state, got, due, want)
		}
	}
}

func TestExplainContactSaysWhyAContactIsNotCalledAgain(t *testing.T) {
	for _, c := range []struct {
		state  attempt.State
		reason attempt.Reason
		want   string
	}{
		{attempt.StateCompleted, attempt.ReasonNone, "it had its conversation"},
		{attempt.StateCompleted, attempt.ReasonNoDisposition, "it had its conversation; no disposition came in time"},
		{attempt.StateCompleted, attempt.ReasonHungUpEarly, "it answered and hung up before an agent was on the line"},
		{attempt.StateCompleted, attempt.ReasonDoNotCall, "the person asked not to be called"},
		{attempt.StateCompleted, attempt.ReasonCallbackCancelled, "its callback was cancelled"},
		{attempt.StateExhausted, attempt.ReasonRetriesSpent, "its retries are used up"},
		{attempt.StateExhausted, attempt.ReasonNotRetryable, "its last outcome is not retried"},
		{attempt.StateExhausted, attempt.ReasonCallbackSpent, "its callback's tries are used up"},
		{attempt.StateExhausted, attempt.ReasonSuppressed, "a check refused it"},
		{attempt.StateAbandoned, attempt.ReasonNone, "it answered and no agent was free"},
		{attempt.StateAMDMachine, attempt.ReasonNone, "a machine answered"},
		{attempt.StateWindowClosed, attempt.ReasonWindowClosed, "the campaign's day ended while it waited"},
		{attempt.StateManualStopped, attempt.ReasonStopped, "the campaign was stopped"},
	} {
		if got, due := explained(t, attempt.Attempt{State: c.state, Reason: c.reason}, nil); got != c.want || !due.IsZero() {
			t.Errorf("%s, %s: %q, due %v; want %q", c.state, c.reason, got, due, c.want)
		}
	}
}

func TestEveryStateAndReasonHasASentence(t *testing.T) {
	plain, _ := explained(t, attempt.Attempt{State: attempt.StateCompleted}, nil)
	for _, state := range attempt.States() {
		if got, _ := explained(t, attempt.Attempt{State: state}, nil); got == "" || state != attempt.StateCompleted &&
			state != attempt.StateExhausted && state != attempt.StateWindowClosed && state != attempt.StateManualStopped && got == plain {
			t.Errorf("of %s is said %q", state, got)
		}
	}
	for _, reason := range attempt.Reasons() {
		if got, _ := explained(t, attempt.Attempt{State: attempt.StateCompleted, Reason: reason}, nil); got == plain {
			t.Errorf("of %s nothing of its own is said", reason)
		}
	}
}

func TestExplainContactFindsAContactByItsID(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	added, err := d.AddContacts(s.ctx, id, anna)
	s.must(err)
	x, err := d.ExplainContact(s.ctx, added[0].ID)
	s.must(err)
	if want := "it is due and waits for its turn; the campaign has not been started"; x.Sentence != want || x.Contact.Key != anna.Key {
		t.Errorf("%q of %q, want %q", x.Sentence, x.Contact.Key, want)
	}
	if _, err := d.ExplainContact(s.ctx, outdial.ID{1}); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("an unknown contact: %v, want ErrNotFound", err)
	}
}

func TestExplainContactOfAStoppedCampaignDoesNotWaitForTheSweep(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed)
	x, err := d.ExplainContact(s.ctx, s.attempts(id)[0].Attempt.Contact)
	s.must(err)
	if x.Sentence != "the campaign was stopped" {
		t.Errorf("it says %q", x.Sentence)
	}
}
