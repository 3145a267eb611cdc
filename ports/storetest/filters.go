package storetest

import (
	"math"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var filterChecks = filtered([]check{
	{"attempts are listed by the outcome of any of their calls", attemptsByOutcome},
	{"attempts are listed by the SIP status of any of their calls", attemptsByStatus},
	{"outcome and SIP status are asked of one call", attemptsByCall},
	{"attempts are listed by what their number begins with", attemptsByNumber},
	{"attempts are listed by how often they were dialled", attemptsByDials},
	{"attempts are listed from the one after a contact on", attemptsAfter},
	{"a listing may begin after a contact that the run has not", attemptsAfterStranger},
	{"a contact of another campaign is no place to begin", attemptsAfterNobody},
	{"a filter asks for all that it says", attemptsByAll},
	{"pages that are asked for one by one make up the whole", attemptsPaged},
	{"calls of another run are not looked at", attemptsOfTheRun},
	{"attempts come with their last call where it is asked for", attemptsWithCall},
})

// filtered tries the checks only where the store takes the whole filter.
func filtered(checks []check) []check {
	for i := range checks {
		run := checks[i].run
		checks[i].run = func(r *room) {
			if !r.f.Filters {
				r.t.Skip("this store filters by campaign, run and state alone")
			}
			run(r)
		}
	}
	return checks
}

// listed are the contacts that a filter chooses.
func (r *room) listed(f ports.Filter) (ids []ports.ID) {
	r.t.Helper()
	for it, err := range r.s.Attempts(r.ctx, f) {
		r.must(err)
		r.want(it.Attempt.Contact == it.Contact.ID, "an attempt comes with another's contact")
		ids = append(ids, it.Contact.ID)
	}
	return ids
}

// lists wants a filter to choose these of the contacts, by their place.
func (r *room) lists(f ports.Filter, of []ports.ID, places ...int) {
	r.t.Helper()
	var want []ports.ID
	for _, i := range places {
		want = append(want, of[i])
	}
	if got := r.listed(f); !slices.Equal(got, want) {
		r.t.Fatalf("%+v lists %v, want %v", f, got, want)
	}
}

// ended lets a hand's dialled call end with a cause and a SIP status.
func (h *hand) endedWith(cause string, status int) *hand {
	h.r.t.Helper()
	end := h.ended(cause)
	end.SIPStatus = status
	return h.dial().do(end)
}

// varied is a running campaign of five contacts: the first had a busy call (486)
// and then one that rang out (480), the second is in a call, the third was
// rejected (603), the fourth talks no more and the fifth was never dialled.
func (r *room) varied() (id ports.ID, contacts []ports.ID) {
	r.t.Helper()
	id = r.running(5)
	hands := r.lease(r.id(), id, 5)
	for _, h := range hands {
		contacts = append(contacts, h.a.Contact)
	}
	hands[0].endedWith("USER_BUSY", 486)
	hands[2].endedWith("CALL_REJECTED", 603)
	hands[3].complete()
	r.pass(time.Hour)
	for _, h := range r.lease(hands[0].worker, id, 2) {
		if h.a.Contact == contacts[0] {
			h.endedWith("NO_ANSWER", 480)
		} else {
			h.do(attempt.Release{At: r.now})
		}
	}
	hands[1].dial()
	hands[4].do(attempt.Release{At: r.now})
	return id, contacts
}

func attemptsByOutcome(r *room) {
	id, contacts := r.varied()
	for _, c := range []struct {
		outcome attempt.Outcome
		places  []int
	}{
		{0, []int{0, 1, 2, 3, 4}},
		{attempt.OutcomeBusy, []int{0}}, // though the last call rang out
		{attempt.OutcomeNoAnswer, []int{0}},
		{attempt.OutcomeRejected, []int{2}},
		{attempt.OutcomeAnswered, []int{3}},
		{attempt.OutcomeCongestion, nil},
	} {
		r.lists(ports.Filter{Campaign: id, Outcome: c.outcome}, contacts, c.places...)
	}
}

func attemptsByStatus(r *room) {
	id, contacts := r.varied()
	r.lists(ports.Filter{Campaign: id, SIPStatus: 486}, contacts, 0)
	r.lists(ports.Filter{Campaign: id, SIPStatus: 480}, contacts, 0)
	r.lists(ports.Filter{Campaign: id, SIPStatus: 603}, contacts, 2)
	for _, none := range []int{404, -1, math.MinInt, math.MaxInt} {
		r.lists(ports.Filter{Campaign: id, SIPStatus: none}, contacts)
	}
}

func attemptsByCall(r *room) {
	id, contacts := r.varied()
	r.lists(ports.Filter{Campaign: id, Outcome: attempt.OutcomeBusy, SIPStatus: 486}, contacts, 0)
	r.lists(ports.Filter{Campaign: id, Outcome: attempt.OutcomeBusy, SIPStatus: 480}, contacts)
}

func attemptsByNumber(r *room) {
	id := r.draft()
	var contacts []ports.ID
	for _, address := range []string{"+33142", "+331421", "0142", "sip:a_b@example.com", "sip:a%b@example.com", "sip:axb@example.com"} {
		c := r.contact(func(c *campaign.Contact) { c.Address = address })
		r.add(id, c)
		contacts = append(contacts, c.ID)
	}
	for number, places := range map[string][]int{
		"":        {0, 1, 2, 3, 4, 5},
		"+33142":  {0, 1},
		"+331421": {1},
		"142":     nil, // not in the middle
		"sip:a_":  {3}, // a character like any other
		"sip:a%":  {4},
		`sip:a\`:  nil,
		"sip:A":   nil, // as it was given
		"+331422": nil,
		// No number, but what somebody may type; it is no error of the store's.
		"\x00":       nil,
		"+33142\x00": nil,
		"\xff":       nil,
		"+33142\xff": nil,
	} {
		r.lists(ports.Filter{Campaign: id, Number: number}, contacts, places...)
	}
}

func attemptsByDials(r *room) {
	id, contacts := r.varied() // dialled 2, 1, 1, 1, 0 times
	most := func(n int) *int { return &n }
	for _, c := range []struct {
		least  int
		most   *int
		places []int
	}{
		{0, nil, []int{0, 1, 2, 3, 4}},
		{1, nil, []int{0, 1, 2, 3}}, // the second one's call is up
		{2, nil, []int{0}},
		{3, nil, nil},
		{0, most(0), []int{4}},
		{0, most(1), []int{1, 2, 3, 4}},
		{1, most(1), []int{1, 2, 3}},
		{2, most(1), nil},
		{math.MaxInt, nil, nil},
		{math.MinInt, nil, []int{0, 1, 2, 3, 4}},
		{0, most(math.MaxInt), []int{0, 1, 2, 3, 4}},
		{0, most(math.MinInt), nil},
	} {
		r.lists(ports.Filter{Campaign: id, MinDials: c.least, MaxDials: c.most}, contacts, c.places...)
	}
}

func attemptsByAll(r *room) {
	id, contacts := r.varied()
	one := 1
	number := r.addressOf(id, contacts[2])
	f := ports.Filter{
		Campaign: id, Run: 1, State: attempt.StateRetryScheduled, Outcome: attempt.OutcomeRejected,
		SIPStatus: 603, Number: number, MinDials: 1, MaxDials: &one, After: contacts[1],
	}
	r.lists(f, contacts, 2)
	for _, edit := range []func(*ports.Filter){
		func(f *ports.Filter) { f.State = attempt.StatePending },
		func(f *ports.Filter) { f.Outcome = attempt.OutcomeBusy },
		func(f *ports.Filter) { f.SIPStatus = 486 },
		func(f *ports.Filter) { f.Number += "0" },
		func(f *ports.Filter) { f.MinDials = 2 },
		func(f *ports.Filter) { none := 0; f.MaxDials = &none },
		func(f *ports.Filter) { f.After = contacts[2] },
	} {
		other := f
		edit(&other)
		r.lists(other, contacts)
	}
}

func (r *room) addressOf(id, contact ports.ID) string {
	r.t.Helper()
	for _, c := range all(r, r.s.Contacts(r.ctx, id)) {
		if c.ID == contact {
			return c.Address
		}
	}
	r.t.Fatalf("contact %s is not there", contact)
	return ""
}
