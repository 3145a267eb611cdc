package operator_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

func TestAStreamTellsWhatHappensToItsCampaign(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		other := s.started(1)
		id := s.started(1)
		p, leave := s.listen("/v1/campaigns/" + id.String() + "/events")
		defer leave()
		first, _ := p.frames()
		if len(first) != 1 || first[0].event != "metrics" || first[0].id != "" || first[0].object(t)["total_calls"] != 1.0 || first[0].object(t)["campaign"] != id.String() {
			t.Fatalf("it begins with %v", first)
		}
		if got := p.header.Get("Content-Type"); got != "text/event-stream" {
			t.Errorf("it is %s", got)
		}
		s.drive()
		frames, _ := p.frames()
		said := map[string]int{}
		for _, f := range frames {
			o := f.object(t)
			if said[f.event]++; o["campaign"] != id.String() || o["campaign"] == other.String() {
				t.Errorf("it tells of %v", o)
			}
			switch {
			case f.event == "call" && (o["call"].(object)["outcome"] == "" || o["contact"] == nil):
				t.Errorf("a call ended as %v", o)
			case f.event == "limit" && (o["limit"] == "" || o["sentence"] == ""):
				t.Errorf("what limits it is %v", o)
			}
		}
		for _, kind := range []string{"campaign", "attempt", "call", "limit"} {
			if said[kind] == 0 {
				t.Errorf("it tells no %s: %v", kind, said)
			}
		}
		if all := kinds(t, frames); !slices.Contains(all, "campaign completed") || !slices.Contains(all, "attempt leased dialling") {
			t.Errorf("it tells %v", all)
		}
	})
}

func TestAStreamThatComesBackIsToldWhatItMissed(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		id := s.started(3)
		whole, leaveWhole := s.listen("/v1/campaigns/" + id.String() + "/events")
		defer leaveWhole()
		s.drive()
		frames, _ := whole.frames()
		all := frames[1:] // after the figures
		var ids []string
		for _, f := range all {
			if f.event != "metrics" {
				ids = append(ids, f.id)
			}
		}
		if len(ids) < 10 {
			t.Fatalf("only %d events", len(ids))
		}
		for _, from := range []int{0, 4, len(ids) - 1} {
			p, leave := s.listen("/v1/campaigns/"+id.String()+"/events", "Last-Event-ID: "+ids[from])
			again, _ := p.frames()
			var got []string
			for _, f := range again {
				if f.event == "reset" {
					t.Errorf("from %d on it is reset", from)
				}
				if f.id != "" {
					got = append(got, f.id)
				}
			}
			if want := ids[from+1:]; !cmp.Equal(got, append([]string(nil), want...)) {
				t.Errorf("from %d on it is told %v, want %v", from, got, want)
			}
			leave()
		}
	})
}

func TestAStreamWhosePlaceIsNotKnownIsReset(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		id := s.started(1)
		p, leave := s.listen("/v1/events")
		defer leave()
		s.drive()
		frames, _ := p.frames()
		name := ""
		for _, f := range frames {
			if f.id != "" {
				name = f.id
			}
		}
		instance, _, _ := strings.Cut(name, "-")
		for _, last := range []string{"7", "00000000-1", instance + "-999999", instance + "-x", "\x01"} {
			p, leave := s.listen("/v1/campaigns/"+id.String()+"/events", "Last-Event-ID: "+last)
			if frames, _ := p.frames(); len(frames) == 0 || frames[0].event != "reset" {
				t.Errorf("after %q it is told %v", last, frames)
			}
			leave()
		}
	})
}

func TestASlowStreamHoldsUpNobodyAndIsToldThatItLostSome(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		s.started(500)
		slow, leave := s.listen("/v1/events")
		defer leave()
		slow.frames()
		slow.mu.Lock()
		slow.stuck = make(chan struct{})
		slow.mu.Unlock()
		s.drive() // some thousands of events
		slow.mu.Lock()
		close(slow.stuck)
		slow.stuck = nil
		slow.mu.Unlock()
		synctest.Wait()
		frames, _ := slow.frames()
		resets, events := 0, 0
		for _, f := range frames {
			switch {
			case f.event == "reset":
				resets++
			case f.id != "":
				events++
			}
		}
		if resets == 0 || events > 1000+64 || events < 1000 {
			t.Errorf("it was told of %d events and %d resets", events, resets)
		}
	})
}
