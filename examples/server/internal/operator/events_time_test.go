package operator_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

func TestAStreamIsNeverSilentForLong(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		p, leave := s.listen("/v1/events")
		defer leave()
		for range 3 {
			<-time.After(20 * time.Second)
			synctest.Wait()
			if frames, comments := p.frames(); comments != 1 || len(frames) != 0 {
				t.Errorf("in 20 s there were %d comments and %v", comments, frames)
			}
		}
	})
}

func TestFiguresAreToldAtMostOnceASecondAndOnlyWhenTheyChange(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		id := s.started(1)
		p, leave := s.listen("/v1/events")
		defer leave()
		p.frames()
		told := func() (n int) {
			frames, _ := p.frames()
			for _, f := range frames {
				if f.event == "metrics" {
					n++
				}
			}
			return n
		}
		for second, added := range []int{0, 1, 3, 0, 0, 2} {
			for range added {
				if _, err := s.d.AddContacts(t.Context(), id, campaign.Contact{Address: "1"}); err != nil {
					t.Fatal(err)
				}
			}
			s.world.Advance(s.world.Now().Add(time.Second)) // ages change, and nothing else
			<-time.After(time.Second)
			synctest.Wait()
			if got, want := told(), min(added, 1); got != want {
				t.Errorf("second %d: figures came %d times after %d changes", second, got, added)
			}
		}
	})
}

func TestADraftsFiguresAreToldToItsOwnStreamAtOnceAndToThatOfAllWithinTenSeconds(t *testing.T) {
	inStudio(t, func(t *testing.T, s *studio) {
		id := s.drafted()
		own, leaveOwn := s.listen("/v1/campaigns/" + id.String() + "/events")
		defer leaveOwn()
		all, leaveAll := s.listen("/v1/events")
		defer leaveAll()
		tells := func(name string, p *tape, contacts float64) {
			if frames, _ := p.frames(); len(frames) != 1 || frames[0].object(t)["total_calls"] != contacts {
				t.Errorf("of %v contacts the stream of %s tells %v", contacts, name, frames)
			}
		}
		tells("the draft", own, 0)
		tells("all", all, 0)
		leaveOwn()
		if _, err := s.d.AddContacts(t.Context(), id, campaign.Contact{Address: "1"}); err != nil {
			t.Fatal(err)
		}
		<-time.After(10 * time.Second)
		synctest.Wait()
		tells("all", all, 1)
		own, leaveAgain := s.listen("/v1/campaigns/" + id.String() + "/events")
		defer leaveAgain()
		tells("the draft", own, 1)
		if _, err := s.d.AddContacts(t.Context(), id, campaign.Contact{Address: "2"}); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Second)
		synctest.Wait()
		tells("the draft", own, 2)
	})
}

func TestAStreamEndsWithItsClientItsSurfaceAndItsDialler(t *testing.T) {
	ends := map[string]func(s *studio, gone context.CancelFunc){
		"its client":  func(_ *studio, gone context.CancelFunc) { gone() },
		"its surface": func(s *studio, _ context.CancelFunc) { s.api.Close(); s.api.Close() },
		"its dialler": func(s *studio, _ context.CancelFunc) {
			ctx, stop := context.WithCancel(s.t.Context())
			stop()
			if err := s.d.Run(ctx); err == nil {
				s.t.Error("it ran to its end")
			}
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			inStudio(t, func(t *testing.T, s *studio) {
				id := s.started(1)
				ctx, gone := context.WithCancel(t.Context())
				defer gone()
				_, one := s.listenUntil(ctx, "/v1/campaigns/"+id.String()+"/events")
				_, all := s.listenUntil(ctx, "/v1/events")
				end(s, gone)
				<-one
				<-all
			})
		})
	}
}

func TestAStreamOverASocketIsFlushed(t *testing.T) {
	s := open(t, func(how *setup) { how.world.Carrier.Mix = simulated.Mix{attempt.OutcomeBusy: 1} })
	id := s.in(campaign.Running)
	ctx, leave := context.WithTimeout(t.Context(), time.Minute)
	defer leave()
	r, err := http.NewRequestWithContext(ctx, "GET", s.web.URL+"/v1/campaigns/"+id+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.web.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text := ""
	read := func(until string) {
		for b := make([]byte, 4096); !strings.Contains(text, until); {
			n, err := res.Body.Read(b)
			if text += string(b[:n]); err != nil {
				t.Fatalf("%v after %s", err, text)
			}
		}
	}
	read("event: metrics\n")
	s.stepUntil(func() bool { return s.attempt(id)["state"] == "retry_scheduled" })
	read("event: call\n")
}
