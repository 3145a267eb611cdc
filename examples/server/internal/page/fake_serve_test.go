package page_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// handler serves the API. What changes something must come with the page's
// header and is written down.
func (f *fakeAPI) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/campaigns", f.list)
	mux.HandleFunc("POST /v1/campaigns", f.create)
	mux.HandleFunc("GET /v1/events", f.events)
	mux.HandleFunc("GET /v1/campaigns/{id}/events", f.events)
	mux.HandleFunc("GET /v1/contacts/{contact}/explanation", func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, object{"contact": object{"id": r.PathValue("contact")}, "sentence": "its retry is due after a busy call", "due_at": "2026-03-02T09:17:40Z"})
	})
	mux.HandleFunc("POST /v1/calls/{call}/disposition", f.dispose)
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request, *fakeCampaign){
		"GET /v1/campaigns/{id}":   func(w http.ResponseWriter, _ *http.Request, c *fakeCampaign) { reply(w, 200, c.json()) },
		"PATCH /v1/campaigns/{id}": f.edit, "POST /v1/campaigns/{id}/contacts": f.upload,
		"POST /v1/campaigns/{id}/{action}": f.act, "GET /v1/campaigns/{id}/attempts": f.attempts,
		"GET /v1/campaigns/{id}/report": report, "GET /v1/campaigns/{id}/runs": runs,
		"GET /v1/campaigns/{id}/callbacks": f.callbacks, "GET /v1/campaigns/{id}/explanation": explain,
		"DELETE /v1/campaigns/{id}/callbacks/{contact}": func(w http.ResponseWriter, _ *http.Request, _ *fakeCampaign) { w.WriteHeader(204) },
	} {
		mux.HandleFunc(pattern, f.withCampaign(serve))
	}
	f.demo(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		gone := f.noSession
		if r.Method != http.MethodGet {
			f.calls = append(f.calls, r.Method+" "+r.URL.Path)
		}
		f.mu.Unlock()
		switch {
		case gone:
			problem(w, 401, "a key is needed")
		case r.Method != http.MethodGet && r.Header.Get("X-Requested-With") != "outdial":
			problem(w, 403, "the header X-Requested-With is missing")
		default:
			mux.ServeHTTP(w, r)
		}
	})
}

func (f *fakeAPI) demo(mux *http.ServeMux) {
	mux.HandleFunc("GET /demo", func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		reply(w, 200, object{"demo": true, "speed": f.speed, "least": 0.1, "most": 600})
	})
	mux.HandleFunc("PUT /demo/speed", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Speed float64 }
		_ = json.NewDecoder(r.Body).Decode(&body)
		f.mu.Lock()
		f.speed = body.Speed
		f.mu.Unlock()
		reply(w, 200, object{"demo": true, "speed": body.Speed})
	})
	mux.HandleFunc("POST /demo/campaign", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 201, object{"id": f.add(busy("Sample campaign")).ID})
	})
}

func (f *fakeAPI) withCampaign(serve func(http.ResponseWriter, *http.Request, *fakeCampaign)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, c := range f.campaigns {
			if c.ID == r.PathValue("id") {
				serve(w, r, c)
				return
			}
		}
		problem(w, 404, "there is no campaign "+r.PathValue("id"))
	}
}

func (f *fakeAPI) list(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := []object{}
	for _, c := range slices.Backward(f.campaigns) { // in the order of their creation
		if s := r.FormValue("status"); s == "" || s == string(c.Status) {
			all = append(all, c.json())
		}
	}
	page, next := cut(r, all)
	reply(w, 200, object{"campaigns": page, "next": next})
}

func (f *fakeAPI) create(w http.ResponseWriter, r *http.Request) {
	body := object{}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		problem(w, 400, "the body is not JSON")
		return
	}
	if lines, ok := body["max_concurrent"].(float64); ok && lines > 100 {
		problem(w, 422, "the campaign's settings are refused",
			object{"location": "body.max_concurrent", "message": "1 to 100", "value": lines})
		return
	}
	if lines, ok := body["max_concurrent"].(float64); ok && lines != math.Trunc(lines) {
		problem(w, 422, "validation failed", object{"location": "body.max_concurrent", "message": "expected integer", "value": lines})
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.once(w, r.Header.Get("Idempotency-Key"), fmt.Sprint(body), 201, func() object {
		name, _ := body["name"].(string)
		delete(body, "name")
		return f.put(&fakeCampaign{Name: name, Status: campaign.Draft, Settings: body}).json()
	})
}

func (f *fakeAPI) edit(w http.ResponseWriter, r *http.Request, c *fakeCampaign) {
	body := object{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	for k, v := range body {
		if k == "name" {
			c.Name = fmt.Sprint(v)
		} else {
			c.Settings[k] = v
		}
	}
	reply(w, 200, c.json())
}

func (f *fakeAPI) act(w http.ResponseWriter, r *http.Request, c *fakeCampaign) {
	action := campaign.Action(r.PathValue("action"))
	to, err := campaign.Allowed(c.Status, action)
	if err != nil {
		problem(w, 409, err.Error())
		return
	}
	c.Status = to
	switch action {
	case campaign.Stop:
		c.Ended = campaign.EndStopped
		c.Counters.Halt(attempt.HaltStop)
	case campaign.Restart:
		c.Past = append(c.Past, object{"number": c.Run, "scope": "all", "started_at": "2026-03-02T09:00:00Z", "end_reason": c.Ended, "metrics": c.metrics()})
		n := c.Counters.Total()
		c.Run, c.Ended, c.Counters = c.Run+1, "", campaign.Counters{}
		c.Counters.States[attempt.StatePending] = n
	}
	f.send(c, "campaign", object{"campaign": c.ID, "status": c.Status})
	reply(w, 200, c.json())
}

func (f *fakeAPI) attempts(w http.ResponseWriter, r *http.Request, c *fakeCampaign) {
	found, all := []object{}, f.load("attempts.json")
	if c.Counters.Total() == 0 {
		all = nil
	}
	for _, a := range all {
		if last, called := a["last_call"].(object); called && f.disposed[fmt.Sprint(last["id"])] != nil {
			a["state"] = "completed"
		}
		if matches(a, r) {
			found = append(found, a)
		}
	}
	page, next := cut(r, found)
	reply(w, 200, object{"attempts": page, "next": next})
}

// dispose takes any disposition but that of a call that has another.
func (f *fakeAPI) dispose(w http.ResponseWriter, r *http.Request) {
	body := object{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	if body["code"] == "other" {
		problem(w, 409, "the call has another disposition already")
		return
	}
	f.mu.Lock()
	f.disposed[r.PathValue("call")] = body
	f.mu.Unlock()
	w.WriteHeader(204)
}

func (f *fakeAPI) callbacks(w http.ResponseWriter, r *http.Request, _ *fakeCampaign) {
	page, next := cut(r, f.load("callbacks.json"))
	reply(w, 200, object{"callbacks": page, "next": next})
}

func runs(w http.ResponseWriter, _ *http.Request, c *fakeCampaign) {
	now := object{"number": c.Run, "scope": "all", "started_at": "2026-03-02T09:00:00Z", "metrics": c.metrics()}
	reply(w, 200, object{"runs": append([]object{now}, c.Past...)})
}

func explain(w http.ResponseWriter, _ *http.Request, c *fakeCampaign) {
	l := c.limit()
	reply(w, 200, object{"status": c.Status, "limit": l, "sentence": l.Sentence(), "since": "2026-03-02T09:14:00Z",
		"lines": c.Counters.Lines(), "waiting": c.Counters.States[attempt.StatePending], "workers": 1})
}

func report(w http.ResponseWriter, _ *http.Request, c *fakeCampaign) {
	w.Header().Set("Content-Type", "text/csv")
	w.Header().Set("Content-Disposition", `attachment; filename="`+strings.ToLower(c.ID)+`.csv"`)
	_, _ = fmt.Fprint(w, "campaign,run,contact key\n"+c.Name+",1,C-1001\n")
}
