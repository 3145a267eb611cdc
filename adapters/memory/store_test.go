package memory

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// The lists hold the rows of each state by when they entered it.
func TestListsAreInOrderOfEntry(t *testing.T) {
	forSeeds(t, func(t *testing.T, rng *rand.Rand) {
		s := New()
		c := &camp{it: campaign.New(uuid.New(), campaign.Defaults(), noon)}
		r := s.newRun(c)
		states := []attempt.State{attempt.StatePending, attempt.StateLeased, attempt.StateCompleted}
		for i := range uint32(500) {
			state := states[rng.IntN(2)]
			r.rows.push(row{state: state, since: moment(int(i) + rng.IntN(8)), contact: i})
			r.link(i)
			old := uint32(rng.IntN(int(i + 1)))
			r.unlink(old)
			r.rows.at(old).state = states[rng.IntN(3)]
			r.rows.at(old).since = moment(i)
			r.link(old)
		}
		seen := map[uint32]bool{}
		for _, state := range states[:2] {
			checkList(t, r, state, seen)
		}
		for i := range r.rows.n {
			if seen[i] == r.rows.at(i).state.Terminal() {
				t.Fatalf("row %d is %v and linked: %v", i, r.rows.at(i).state, seen[i])
			}
		}
	})
}

func checkList(t *testing.T, r *run, state attempt.State, seen map[uint32]bool) {
	t.Helper()
	l, n, prev := r.lists[state], uint32(0), none
	for i := l.head; i != none; i = r.rows.at(i).next {
		w := r.rows.at(i)
		if w.state != state || seen[i] || w.prev != prev {
			t.Fatalf("row %d of the list of %v is %v, seen %v, after %d", i, state, w.state, seen[i], w.prev)
		}
		if prev != none && r.rows.at(prev).since > w.since {
			t.Fatalf("row %d entered %v before the one in front of it", i, state)
		}
		seen[i], prev = true, i
		n++
	}
	if l.tail != prev || l.n != n {
		t.Fatalf("the list of %v has %d rows to %d, it says %d to %d", state, n, prev, l.n, l.tail)
	}
}

// A lease is written out for speed; it must stay what the machine makes of it.
func TestLeasedIsTheMachinesLease(t *testing.T) {
	spec := campaign.Defaults()
	rules, owner := spec.Rules(), uuid.New()
	for s := attempt.StatePending; s.Waiting(); s++ {
		a := attempt.Attempt{State: s, Since: noon, Version: 7, Calls: 2, Retries: 1, Answered: true, Doubt: uuid.New()}
		want, _, err := attempt.Next(&rules, a, attempt.Lease{At: noon.Add(time.Hour), Owner: owner})
		if err != nil {
			t.Fatal(err)
		}
		leased(&a, owner, noon.Add(time.Hour))
		if want.Version++; a != want {
			t.Errorf("from %v it is\n%+v, want\n%+v", s, a, want)
		}
	}
}

func TestMomentsKeepTheirOrder(t *testing.T) {
	times := []time.Time{
		{}, time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC), time.Unix(0, -1000), time.Unix(0, 0), noon, noon.Add(time.Microsecond),
	}
	for i, given := range times {
		got := at(given).time()
		if !got.Equal(given) || got.Location() != time.UTC {
			t.Errorf("%v comes back as %v", given, got)
		}
		if i > 0 && at(times[i-1]) >= at(given) {
			t.Errorf("%v is not after %v", given, times[i-1])
		}
	}
	if got := at(noon.Add(1999)).time(); !got.Equal(noon.Add(time.Microsecond)) {
		t.Errorf("1999 ns are kept as %v", got)
	}
}

func TestRingRemembersTheLast(t *testing.T) {
	var q ring
	first := uuid.New()
	q.add(first, "pause", 0)
	for range maxCommands - 1 {
		q.add(uuid.New(), "pause", 0)
	}
	if !q.has(first) {
		t.Error("a command is forgotten too early")
	}
	q.add(uuid.New(), "pause", 0)
	if q.has(first) || len(q.ids) != maxCommands || len(q.list) != maxCommands {
		t.Errorf("%d ids are kept, the first %v", len(q.ids), q.has(first))
	}
}

// More commands than the ring holds cost a hint, nothing else.
func TestWrittenRowsAreAHint(t *testing.T) {
	s := New()
	c := &camp{it: campaign.New(uuid.New(), campaign.Defaults(), noon)}
	r := s.newRun(c)
	c.contacts.push(contact{id: uuid.New()})
	r.begin(0, at(noon))
	for range 3*maxWritten + 5 {
		s.noteWritten(r, 0)
	}
	for since, want := range map[int64]int{0: maxWritten, s.seq - 3: 3, s.seq: 0} {
		ch, err := s.Changes(context.Background(), since)
		if err != nil || len(ch.Attempts) != want {
			t.Errorf("since %d: %d attempts, want %d; %v", since, len(ch.Attempts), want, err)
		}
	}
}

// Keys that come and go do not pile up.
func TestUnusedLimitsAreDropped(t *testing.T) {
	l := limits{held: map[string]*limit{}, rates: map[rateKey]*limit{}}
	busy := &held{}
	if _, ok := l.claim(busy, []ports.Claim{{Key: "busy", Max: 1}, {Key: "busy", Max: 1, Per: time.Hour}}, noon); !ok {
		t.Fatal("refused")
	}
	for i := range 20_000 {
		h, now := &held{}, noon.Add(time.Duration(i)*time.Second)
		l.tidy(now)
		key := fmt.Sprint("debt/", i)
		l.claim(h, []ports.Claim{{Key: key, Max: 1}, {Key: key, Max: 1, Per: time.Second}}, now)
		h.freeClaims()
	}
	if n := len(l.held) + len(l.rates); n > 4096 {
		t.Errorf("%d limits are kept", n)
	}
	if l.held["busy"] == nil || l.held["busy"].held != 1 {
		t.Error("a limit in use was dropped")
	}
	if _, ok := l.claim(&held{}, []ports.Claim{{Key: "busy", Max: 1}}, noon); ok {
		t.Error("a limit in use has room")
	}
}

func TestNotifyTellsOfChanges(t *testing.T) {
	s := New()
	told := func() bool {
		select {
		case <-s.Notify():
			return true
		default:
			return false
		}
	}
	if told() {
		t.Error("an empty store tells of a change")
	}
	for range 3 {
		if err := s.CreateCampaign(context.Background(), campaign.New(uuid.New(), campaign.Defaults(), noon)); err != nil {
			t.Fatal(err)
		}
	}
	if !told() || told() {
		t.Error("three changes are not one value in the channel")
	}
}

// What a restart has promised has an age before a sweep has made its rows.
func TestRowsToComeHaveAnAge(t *testing.T) {
	s, ctx, id, now := New(), context.Background(), uuid.New(), noon
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.CreateCampaign(ctx, campaign.New(id, campaign.Defaults(), now)))
	_, err := s.AddContacts(ctx, id, ports.Batch{At: now}, func(yield func(campaign.Contact, error) bool) {
		yield(campaign.Contact{ID: uuid.New(), Address: "+33123456789"}, nil)
	})
	must(err)
	for _, a := range []campaign.Action{campaign.Start, campaign.Stop, campaign.Restart} {
		now = now.Add(time.Minute)
		must(s.Submit(ctx, ports.Command{ID: uuid.New(), At: now, Decide: &ports.Decide{
			Campaign: id, Event: campaign.Event{Action: a},
		}}))
	}
	m, err := s.Metrics(ctx, id, 0, now.Add(time.Hour))
	must(err)
	if len(m.Oldest) != 1 || m.Oldest[attempt.StatePending] != time.Hour {
		t.Errorf("the ages are %v", m.Oldest)
	}
	if s.runs[1].rows.n != 0 {
		t.Error("reading the figures has made the rows")
	}
}
