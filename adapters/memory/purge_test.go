package memory

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// purgeable is a store whose campaign has n contacts, all called once in run 1,
// and stands in run 2.
func purgeable(t *testing.T, n int) (*Store, ports.ID) {
	t.Helper()
	s, id := New(), uuid.New()
	spec := campaign.Defaults()
	spec.Name = "spring"
	must(t, s.CreateCampaign(t.Context(), campaign.New(id, spec, noon)))
	_, err := s.AddContacts(t.Context(), id, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
		for range n {
			if !yield(campaign.Contact{ID: uuid.New(), Address: "+33123456789"}, nil) {
				return
			}
		}
	})
	must(t, err)
	decide(t, s, id, campaign.Start)
	callAll(t, s, id, 1)
	decide(t, s, id, campaign.Stop)
	decide(t, s, id, campaign.Restart)
	return s, id
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func decide(t *testing.T, s *Store, id ports.ID, a campaign.Action) {
	t.Helper()
	d := ports.Decide{Campaign: id, Event: campaign.Event{Action: a}}
	must(t, s.Submit(t.Context(), ports.Command{ID: uuid.New(), At: noon, Decide: &d}))
}

// callAll calls everybody who waits; they are busy.
func callAll(t *testing.T, s *Store, id ports.ID, run int) {
	t.Helper()
	me := uuid.New()
	ls, err := s.Lease(t.Context(), me, []ports.LeaseRequest{{Campaign: id, Run: run, Now: noon, Max: 1 << 20}})
	must(t, err)
	spec := campaign.Defaults()
	rules := spec.Rules()
	for _, it := range ls[0].Items {
		a := it.Attempt
		for _, e := range []attempt.Event{attempt.Dial{At: noon, Address: it.Contact.Address}, attempt.Ended{At: noon, Cause: "USER_BUSY"}} {
			after, _, err := attempt.Next(&rules, a, e)
			must(t, err)
			no, err := s.Save(t.Context(), me, []ports.Transition{{
				Attempt: after, Before: campaign.FactsOf(&a), Record: after.State == attempt.StateRetryScheduled,
			}})
			if err != nil || len(no) > 0 {
				t.Fatal(no, err)
			}
			a = after
			a.Version++
		}
	}
}

func purge(t *testing.T, s *Store, id ports.ID, most int) (more bool) {
	t.Helper()
	later := noon.Add(time.Hour)
	more, err := s.Purge(t.Context(), ports.Purge{Campaign: id, Before: later, At: later, Max: most})
	must(t, err)
	return more
}

func TestAPurgeGivesRowsBackAsItGoes(t *testing.T) {
	s, id := purgeable(t, chunkSize+10)
	r := s.byID[id].runs[0]
	if !purge(t, s, id, 2*chunkSize+2) || r.rows.parts[0] != nil || r.rows.parts[1] == nil || r.gone != chunkSize+1 {
		t.Fatalf("after one row more than a chunk %d are gone", r.gone)
	}
	for purge(t, s, id, 3) {
	}
	if r.rows.n != 0 || r.rows.parts != nil || len(s.byID[id].commands.ids) != 0 {
		t.Errorf("%d rows and %d ids of commands are kept", r.rows.n, len(s.byID[id].commands.ids))
	}
}

func TestPlacesOfPurgedRecordsAreUsedAgain(t *testing.T) {
	const n = 30
	s, id := purgeable(t, n)
	for purge(t, s, id, 4) {
	}
	if s.calls.n != n || len(s.emptied) != n || *s.calls.at(0) != (call{}) {
		t.Fatalf("%d of %d records are empty", len(s.emptied), s.calls.n)
	}
	for i := range s.callIDs.shards {
		if s.callIDs.shards[i].n > 0 || len(s.callIDs.latest) > 0 {
			t.Fatal("ids of purged calls are kept")
		}
	}
	decide(t, s, id, campaign.Start)
	callAll(t, s, id, 2)
	if s.calls.n != n || len(s.emptied) != 0 {
		t.Errorf("there are %d records, %d of them empty", s.calls.n, len(s.emptied))
	}
	for i := range s.calls.n {
		if rec, ok := s.recorded(s.calls.at(i).id); !ok || rec != s.calls.at(i) {
			t.Errorf("record %d is not found by its id", i)
		}
	}
}

func TestRingForgetsTheOldestFirst(t *testing.T) {
	var q ring
	ids := make([]attempt.ID, maxCommands+3) // the first three have been dropped
	for i := range ids {
		ids[i] = uuid.New()
		q.add(ids[i], "pause", moment(i))
	}
	if !q.forget(10, 2) || q.has(ids[4]) || !q.has(ids[5]) {
		t.Error("not the oldest are forgotten")
	}
	if q.forget(10, 5) || q.has(ids[9]) || !q.has(ids[10]) || len(q.ids) != maxCommands-7 || len(q.list) != len(q.ids) {
		t.Errorf("%d ids are kept", len(q.ids))
	}
	for i := range 2 * maxCommands {
		q.add(uuid.New(), "pause", moment(i))
	}
	if len(q.ids) != maxCommands || len(q.list) != maxCommands {
		t.Errorf("the ring has %d of %d ids", len(q.list), len(q.ids))
	}
}

// A hint about a row that was held when a command wrote to it outlives the row.
func TestHintsAboutPurgedRowsAreDropped(t *testing.T) {
	s, id := purgeable(t, 3)
	s.noteWritten(s.byID[id].runs[0], 0)
	if ch, err := s.Changes(t.Context(), s.seq-1); err != nil || len(ch.Attempts) != 1 {
		t.Fatalf("%d rows are told: %v", len(ch.Attempts), err)
	}
	for purge(t, s, id, 100) {
	}
	if ch, err := s.Changes(t.Context(), s.seq-1); err != nil || len(ch.Attempts) != 0 {
		t.Errorf("%d rows are told: %v", len(ch.Attempts), err)
	}
}
