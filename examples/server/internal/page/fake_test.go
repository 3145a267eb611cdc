package page_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/pacing"
)

// object is a JSON object.
type object = map[string]any

// fakeAPI answers as the operator's API does, in its shapes, and moves only
// when the test says so. The statuses, actions and figures are the library's.
type fakeAPI struct {
	t  *testing.T
	mu sync.Mutex

	campaigns []*fakeCampaign // the newest first
	streams   map[*stream]bool
	down      bool // streams are refused
	noSession bool // everything is answered 401
	speed     float64
	calls     []string          // requests that change something, as "POST /v1/campaigns"
	disposed  map[string]object // by the call
	made      map[string]made   // by the request's key

	// lose is what comes in place of the answer to what has made something; nil: the answer.
	lose func(http.ResponseWriter)
}

// fakeCampaign is one campaign of it.
type fakeCampaign struct {
	ID, Name string
	Status   campaign.Status
	Run      int
	Settings object
	Counters campaign.Counters
	Ended    campaign.EndReason
	Past     []object
	Limit    pacing.Limit
	Agents   object // of the live figures; nil: none are counted
}

func newFake(t *testing.T) *fakeAPI {
	return &fakeAPI{t: t, streams: map[*stream]bool{}, disposed: map[string]object{}, made: map[string]made{}, speed: 60}
}

// add puts a campaign first.
func (f *fakeAPI) add(c *fakeCampaign) *fakeCampaign {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.put(c)
}

func (f *fakeAPI) put(c *fakeCampaign) *fakeCampaign {
	if c.ID == "" {
		c.ID = fmt.Sprintf("campaign-%d", len(f.campaigns)+1)
	}
	if c.Settings == nil {
		c.Settings = object{}
	}
	c.Run = max(c.Run, 1)
	f.campaigns = append([]*fakeCampaign{c}, f.campaigns...)
	return c
}

// change changes a campaign and tells the streams of it.
func (f *fakeAPI) change(c *fakeCampaign, how func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before, limit := c.Status, c.Limit
	how()
	f.send(c, "metrics", c.live())
	if before != c.Status {
		f.send(c, "campaign", object{"campaign": c.ID, "status": c.Status})
	}
	if limit != c.Limit {
		f.send(c, "limit", object{"campaign": c.ID, "limit": c.Limit})
	}
}

func (c *fakeCampaign) metrics() object {
	b, err := json.Marshal(c.Counters.Metrics(&campaign.Spec{Retries: 3}))
	if err != nil {
		panic(err)
	}
	m := object{}
	if err := json.Unmarshal(b, &m); err != nil {
		panic(err)
	}
	delete(m, "oldest")
	m["campaign"], m["run"], m["status"] = c.ID, c.Run, c.Status
	m["oldest_seconds"] = object{"pending": 842, "in_progress": 199}
	return m
}

// live are the figures as a stream tells them.
func (c *fakeCampaign) live() object {
	m := c.metrics()
	if c.Agents != nil {
		m["agents"] = c.Agents
	}
	return m
}

func (c *fakeCampaign) json() object {
	o := object{
		"id": c.ID, "name": c.Name, "status": c.Status, "run": c.Run, "version": 1, "settings": c.Settings,
		"created_at": "2026-03-02T08:55:00Z", "actions": campaign.Available(c.Status), "metrics": c.metrics(),
	}
	if c.Status != campaign.Draft {
		o["started_at"] = "2026-03-02T09:00:00Z"
	}
	if c.Ended != "" {
		o["ended_at"], o["end_reason"] = "2026-03-02T17:20:00Z", c.Ended
	}
	return o
}

// limit is what binds: the test's word, else the status's.
func (c *fakeCampaign) limit() pacing.Limit {
	if c.Status == campaign.Running {
		if c.Limit == "" {
			return pacing.LimitConcurrent
		}
		return c.Limit
	}
	return pacing.Limit(c.Status)
}

// load reads a list of objects of testdata.
func (f *fakeAPI) load(name string) []object {
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		f.t.Error(err)
		return nil
	}
	var list []object
	if err := json.Unmarshal(b, &list); err != nil {
		f.t.Errorf("testdata/%s: %v", name, err)
	}
	return list
}

// busy is a campaign in the middle of its day.
func busy(name string) *fakeCampaign {
	c := &fakeCampaign{Name: name, Status: campaign.Running}
	for s, n := range map[attempt.State]int{
		attempt.StatePending: 912, attempt.StateScheduled: 14, attempt.StateRetryScheduled: 231, attempt.StateCallbackScheduled: 17,
		attempt.StateLeased: 2, attempt.StateDialling: 3, attempt.StateRinging: 9, attempt.StateAMDScreening: 1,
		attempt.StateAttaching: 1, attempt.StateInProgress: 11, attempt.StateProcessing: 4,
		attempt.StateCompleted: 588, attempt.StateExhausted: 143, attempt.StateAbandoned: 13, attempt.StateAMDMachine: 51,
	} {
		c.Counters.States[s] = n
	}
	k := &c.Counters
	k.Attempted, k.Answered, k.Dials, k.Refused, k.Live, k.Conversations = 1090, 634, 1834, 6, 651, 638
	k.Talk, k.WrapUp = 638*171*time.Second, 638*20*time.Second
	k.Outcomes[attempt.OutcomeAbandoned], k.Outcomes[attempt.OutcomeMachine] = 13, 58
	k.Spent[attempt.StateRetryScheduled], k.CallbacksCompleted, k.CallbacksCancelled = 260, 22, 3
	return c
}

func problem(w http.ResponseWriter, status int, detail string, faults ...object) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(object{"status": status, "title": http.StatusText(status), "detail": detail, "errors": faults})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// page cuts a list by the query's cursor and limit.
func cut(r *http.Request, list []object) (page []object, next any) {
	from, _ := strconv.Atoi(r.FormValue("cursor"))
	limit, err := strconv.Atoi(r.FormValue("limit"))
	if err != nil {
		limit = 50
	}
	to := min(from+limit, len(list))
	if to < len(list) {
		next = strconv.Itoa(to)
	}
	return list[from:to], next
}

// matches is the filter of attempts.
func matches(a object, r *http.Request) bool {
	last, _ := a["last_call"].(object)
	for name, have := range (object{"state": a["state"], "outcome": last["outcome"], "sip_status": last["sip_status"]}) {
		if want := r.FormValue(name); want != "" && want != fmt.Sprint(have) {
			return false
		}
	}
	return strings.Contains(a["address"].(string), r.FormValue("number"))
}
