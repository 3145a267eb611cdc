package site

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/campaign"
)

// ask asks the demo's endpoints.
func ask(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

func TestDemoEndpoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "")
		s.Start()
		h := s.Demo.Handler()
		if w := ask(h, "GET", "/demo", ""); w.Code != 200 || w.Body.String() != `{"demo":true,"least":0.1,"most":600,"speed":30}`+"\n" {
			t.Errorf("GET /demo: %d %s", w.Code, w.Body)
		}
		if w := ask(h, "PUT", "/demo/speed", `{"speed":600}`); w.Code != 200 || w.Body.String() != `{"demo":true,"least":0.1,"most":600,"speed":600}`+"\n" {
			t.Errorf("PUT /demo/speed: %d %s", w.Code, w.Body)
		}
		var made struct{ ID campaign.ID }
		w := ask(h, "POST", "/demo/campaign", "")
		if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != 201 || w.Header().Get("Location") != "/v1/campaigns/"+made.ID.String() {
			t.Fatalf("POST /demo/campaign: %d %s %v", w.Code, w.Body, err)
		}
		c := must[campaign.Campaign](t)(s.Dialler.Campaign(t.Context(), made.ID))
		if c.Status != campaign.Running || c.Spec.Name != "Sample campaign 1" {
			t.Errorf("it is %s, %q", c.Status, c.Spec.Name)
		}
		stop(t, s)
	})
}

func TestNoSampleIsStartedWhileTheServerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "--demo-speed 1")
		s.Start()
		id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(time.Minute)
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			stop(t, s)
		}()
		synctest.Wait()
		if m := figures(t, s, id); m.Lines == 0 {
			t.Error("it stops at once: no call is up")
		}
		w := ask(s.Demo.Handler(), "POST", "/demo/campaign", "")
		if w.Code != 503 || w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Body.String(), "stopping") {
			t.Errorf("it answers %d %s", w.Code, w.Body)
		}
		s.Demo.SetSpeed(600)
		<-stopped
		for c, err := range s.Dialler.Campaigns(t.Context()) {
			if err != nil || c.ID != id {
				t.Errorf("there is another campaign: %s %v", c.ID, err)
			}
		}
	})
}

func TestSpeedOutOfBoundsIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "")
		h := s.Demo.Handler()
		for _, body := range []string{
			"", "{", "[]", "{}", `{"speed":null}`, `{"speed":"30"}`, `{"speed":0}`, `{"speed":-1}`, `{"speed":601}`, `{"speed":1e999}`, `{"speed":NaN}`,
			`{"speed":30,"more":1}`, `{"speed":30}{}`, `{"speed":30}` + strings.Repeat(" ", 2000) + "x",
		} {
			if w := ask(h, "PUT", "/demo/speed", body); w.Code != 400 || w.Header().Get("Content-Type") != "application/problem+json" ||
				strings.Contains(w.Body.String(), "Go ") {
				t.Errorf("%q: %d %s", body, w.Code, w.Body)
			}
		}
		if s.Demo.Speed() != 30 {
			t.Errorf("the speed is %v", s.Demo.Speed())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestSpeedChangesWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "--demo-speed 0.1")
		s.Start()
		id := must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(time.Minute)
		if m := figures(t, s, id); m.Lines == 0 || m.Conversations != 0 {
			t.Errorf("six seconds in: %d lines, %d conversations", m.Lines, m.Conversations)
		}
		s.Demo.SetSpeed(600)
		pass(time.Second)
		if m := figures(t, s, id); m.Conversations == 0 {
			t.Error("ten minutes in: nobody has talked")
		}
		stop(t, s)
	})
}

func TestAgentsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := build(t, "--agents 12")
		s.Start()
		count := s.Agents()
		if idle, talking, total := count(); idle != 12 || talking != 0 || total != 12 {
			t.Errorf("at first: %d idle, %d talking of %d", idle, talking, total)
		}
		must[campaign.ID](t)(s.Demo.Sample(t.Context()))
		pass(20 * time.Second)
		if idle, talking, total := count(); idle > 4 || talking < 4 || total != 12 {
			t.Errorf("in the middle: %d idle, %d talking of %d", idle, talking, total)
		}
		stop(t, s)
	})
}
