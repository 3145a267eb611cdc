package operator_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
)

// missed is what a stream of a campaign is told that comes back to a place.
func (s *studio) missed(id outdial.ID, place string) []string {
	s.t.Helper()
	p, leave := s.listen("/v1/campaigns/"+id.String()+"/events", "Last-Event-ID: "+place)
	defer leave()
	frames, _ := p.frames()
	return kinds(s.t, frames)
}

// startsAndStops is what a stream misses that is away meanwhile.
func (s *studio) startsAndStops(id outdial.ID) {
	s.t.Helper()
	for _, act := range []func() error{
		func() error { return s.d.Start(s.t.Context(), id) }, func() error { return s.d.Stop(s.t.Context(), id) },
	} {
		if err := act(); err != nil {
			s.t.Fatal(err)
		}
		s.drive()
	}
}

func TestAStreamThatHasHadNoEventMissesNoneEither(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		for _, what := range []string{"the first on this server", "one after others"} {
			id := s.drafted()
			p, leave := s.listen("/v1/campaigns/" + id.String() + "/events")
			if frames, _ := p.frames(); len(frames) != 1 || frames[0].event != "metrics" || p.place == "" {
				t.Errorf("%s begins at %q with %v", what, p.place, frames)
			}
			leave()
			s.startsAndStops(id)
			got := slices.DeleteFunc(s.missed(id, p.place), func(kind string) bool { return kind == "limit" })
			if want := []string{"campaign running", "campaign completed"}; !cmp.Equal(got, want) {
				t.Errorf("%s is told %v, want %v", what, got, want)
			}
		}
	})
}

func TestAStreamThatWasResetKnowsItsPlace(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		id := s.drafted()
		p, leave := s.listen("/v1/campaigns/"+id.String()+"/events", "Last-Event-ID: 00000000-1")
		if frames, _ := p.frames(); len(frames) != 2 || frames[0].event != "reset" || frames[0].id == "" || p.place != frames[0].id {
			t.Errorf("it is at %q, and begins with %v", p.place, frames)
		}
		leave()
		s.startsAndStops(id)
		if got := s.missed(id, p.place); !slices.Contains(got, "campaign running") || slices.Contains(got, "reset") {
			t.Errorf("it is told %v", got)
		}
	})
}

// A browser that is cut off between an id and the reset would believe that it has
// missed nothing.
func TestAStreamThatHasLostSomeHasNoPlaceBeforeItIsTold(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		p, leave := s.listen("/v1/events", "Last-Event-ID: 00000000-1")
		defer leave()
		synctest.Wait()
		p.mu.Lock()
		text := p.text.String()
		p.mu.Unlock()
		if want := "retry: 2000\n\nid: "; len(text) < len(want) || text[:len(want)] != want {
			t.Errorf("it begins with %q", text)
		}
	})
}
