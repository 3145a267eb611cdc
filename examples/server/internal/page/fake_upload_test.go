package page_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// made is what a request has made under its key.
type made struct {
	of     string // the request
	answer object
}

// once makes something once under a key, and answers whoever asks again as
// before. The fake's lock is held.
func (f *fakeAPI) once(w http.ResponseWriter, key, of string, status int, make func() object) {
	m, again := f.made[key]
	if again && m.of != of {
		problem(w, 422, "this key was used for another request")
		return
	}
	if !again {
		m = made{of, make()}
		f.made[key] = m
	}
	if f.lose != nil {
		f.lose(w)
		return
	}
	reply(w, status, m.answer)
}

// cutOff breaks the connection.
func cutOff(http.ResponseWriter) { panic(http.ErrAbortHandler) }

// away says that the store is.
func away(w http.ResponseWriter) { problem(w, 503, "the store has not answered") }

// losing has the answers to what makes something replaced, or given again.
func (f *fakeAPI) losing(how func(http.ResponseWriter)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lose = how
}

// maxListed is how many bad rows the API lists.
const maxListed = 100

func (f *fakeAPI) upload(w http.ResponseWriter, r *http.Request, c *fakeCampaign) {
	if !slices.Contains(campaign.Available(c.Status), campaign.AddContacts) {
		problem(w, 409, "the campaign is "+string(c.Status))
		return
	}
	rows, err := csv.NewReader(r.Body).ReadAll()
	if err != nil || len(rows) < 2 {
		problem(w, 422, "the file holds no rows")
		return
	}
	faults, seen, twice := []object{}, map[string]bool{}, 0
	for i, row := range rows[1:] {
		if _, err := campaign.ParseAddress(row[1], campaign.Allow{}); err != nil {
			faults = append(faults, object{"row": i + 2, "column": "number", "message": err.Error()})
			continue
		}
		if seen[row[1]] {
			twice++
		}
		seen[row[1]] = true
	}
	bad, good := len(faults), len(rows)-1-len(faults)
	end := object{"added": 0, "total": c.Counters.Total(), "duplicates": twice, "rejected": bad, "errors": faults[:min(bad, maxListed)]}
	if bad > 0 && r.FormValue("partial") != "true" {
		end["title"], end["detail"] = http.StatusText(http.StatusUnprocessableEntity), fmt.Sprintf("%d of %d rows are bad", bad, len(rows)-1)
		reply(w, 422, end)
		return
	}
	f.once(w, r.FormValue("key"), fmt.Sprint(rows), 200, func() object {
		c.Counters.States[attempt.StatePending] += good
		f.send(c, "metrics", c.live())
		end["added"], end["total"] = good, c.Counters.Total()
		return end
	})
}
