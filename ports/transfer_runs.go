package ports

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

func (c *checker) checkHead(h *Head) {
	c.some("ID", h.ID)
	switch {
	case h.Status == campaign.Running:
		c.add("Status", h.Status, "a campaign that does not run")
	case !slices.Contains(campaign.Statuses(), h.Status):
		c.add("Status", h.Status, "draft, paused, completed or failed")
	}
	c.when("Created", h.Created)
	c.when("Archived", h.Archived)
	if over := h.Status == campaign.Completed || h.Status == campaign.Failed; !over && !h.Archived.IsZero() {
		c.add("Archived", h.Archived, "nothing: the campaign is not over")
	}
	c.between("Version", h.Version, 1, math.MaxInt64)
	c.count("Run", h.Run, 1)
	c.head = *h
}

var (
	scopes     = []campaign.Scope{campaign.All, campaign.NotCompleted}
	endReasons = []campaign.EndReason{
		"", campaign.EndFinished, campaign.EndStopped, campaign.EndWindow, campaign.EndFailed,
	}
)

func (c *checker) checkRun(r *RunRecord) {
	if i := &r.Run; i.Number != len(c.runs)+1 || i.Number > c.head.Run {
		c.add("Number", i.Number, "run %d of %d", min(len(c.runs)+1, c.head.Run), c.head.Run)
	}
	c.checkInfo(&r.Run)
	c.nested(r.Spec.Validate(math.MaxInt32))
	for _, f := range figures(&r.Counters) {
		if f.n < 0 {
			c.add("Counters."+f.name, f.n, "0 or more")
		}
	}
	if n := held(&r.Counters); n != 0 {
		c.add("Counters.States", n, "no attempt that a worker holds")
	}
	c.runs = append(c.runs, checkedRun{
		run: r.Run, said: r.Counters, count: campaign.Counters{StaleRecoveries: r.Counters.StaleRecoveries},
	})
	c.tally.Runs++
}

func (c *checker) checkInfo(i *campaign.Run) {
	if !slices.Contains(scopes, i.Scope) {
		c.add("Scope", i.Scope, "all or not_completed")
	}
	if !slices.Contains(endReasons, i.EndReason) {
		c.add("EndReason", i.EndReason, "finished, stopped, window, failed, or nothing")
	}
	c.text("FailReason", i.FailReason)
	c.halt("Halt", i.Halt)
	c.halt("HaltCalls", i.HaltCalls)
	c.span("Ran", i.Ran)
	if !i.RunningSince.IsZero() {
		c.add("RunningSince", i.RunningSince, "nothing: the campaign does not run")
	}
	c.when("Started", i.Started)
	c.when("Ended", i.Ended)
	c.when("HaltedAt", i.HaltedAt)
	c.when("Purged", i.Purged)
	if i.Number == c.head.Run && !i.Purged.IsZero() {
		c.add("Purged", i.Purged, "nothing: it is the present run")
	}
}

func (c *checker) halt(field string, h attempt.Halt) {
	if h > attempt.HaltClose {
		c.add(field, h, "stop, drain, close, or nothing")
	}
}

// text wants what any store can keep.
func (c *checker) text(field, s string) {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		c.add(field, s, "UTF-8 without NUL")
	}
}

// nested takes over the faults of a part.
func (c *checker) nested(err error) {
	var part *campaign.InvalidError
	switch {
	case errors.As(err, &part):
		c.faults = append(c.faults, part.Faults...)
	case err != nil:
		c.add("Value", err.Error(), "a valid one")
	}
}

func (c *checker) checkBatch(b *BatchRecord) {
	c.text("Key", b.Key)
	if b.Key <= c.key {
		c.add("Key", b.Key, "a key behind %q, in the order of their bytes", c.key)
	}
	c.between("Contacts", int64(b.Contacts), 0, int64(c.tally.Contacts))
	if n := len(b.Digest); n != 0 && n != DigestSize {
		c.add("Digest", n, "none or %d bytes", DigestSize)
	}
	c.key = b.Key
	c.tally.Batches++
}

func (c *checker) checkEnd(t *Tally) {
	got, want := reflect.ValueOf(*t), reflect.ValueOf(c.tally)
	for i := range got.NumField() {
		if g, w := got.Field(i).Int(), want.Field(i).Int(); g != w {
			c.add(got.Type().Field(i).Name, g, "%d, as many as have come", w)
		}
	}
	for i := range c.runs {
		c.checkFigures(&c.runs[i])
	}
}

// checkFigures wants a run's counters to be what its rows say. The rows of a
// purged run are gone.
func (c *checker) checkFigures(r *checkedRun) {
	if !r.run.Purged.IsZero() {
		return
	}
	name := fmt.Sprintf("Run[%d]", r.run.Number)
	if whole := r.run.Number == c.head.Run && r.run.Scope == campaign.All; whole && r.rows != c.tally.Contacts {
		c.add(name, r.rows, "%d attempts, one for each contact", c.tally.Contacts)
	}
	if r.said == r.count {
		return
	}
	said, count := figures(&r.said), figures(&r.count)
	for i := range said {
		if said[i].n != count[i].n {
			c.add(name+".Counters."+said[i].name, said[i].n, "%d, as its rows say", count[i].n)
		}
	}
}

type figure struct {
	name string
	n    int64
}

// figures lists counters by name.
func figures(c *campaign.Counters) (all []figure) {
	v := reflect.ValueOf(*c)
	for i := range v.NumField() {
		name, f := v.Type().Field(i).Name, v.Field(i)
		if f.Kind() != reflect.Array {
			all = append(all, figure{name, f.Int()})
			continue
		}
		for k := range f.Len() {
			of := attempt.State(k).String()
			if f.Len() == attempt.NumOutcomes && name == "Outcomes" {
				of = attempt.Outcome(k).String()
			}
			all = append(all, figure{fmt.Sprintf("%s[%s]", name, of), f.Index(k).Int()})
		}
	}
	return all
}
