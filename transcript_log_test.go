package outdial_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial"
)

// tiding is an event with the worker who told of it.
type tiding struct {
	outdial.Event
	by string
}

// news takes what the workers have told since it was asked last, by time.
func (s *scene) news() (all []tiding) {
	for _, w := range s.workers {
		var latest time.Time
		for len(w.sub.C) > 0 {
			e := <-w.sub.C
			if e.At.Before(latest) {
				e.At = latest // a call's record tells when the call ended
			}
			latest = e.At
			all = append(all, tiding{e, w.name})
		}
		if n := w.sub.Dropped(); n > 0 {
			s.t.Errorf("%s lost %d events", w.name, n)
		}
	}
	slices.SortStableFunc(all, func(a, b tiding) int { return a.At.Compare(b.At) })
	return all
}

// log writes the news: moves of one contact at one time on one line, and with
// the last of them the call that ended.
func (s *scene) log(limits bool) string {
	var lines []string
	var last *tiding
	moved := map[string]int{} // the line of a contact's last move
	for _, e := range s.news() {
		whose := e.by + e.Contact.String()
		at, before := moved[whose]
		same := last != nil && last.Contact == e.Contact && last.by == e.by && last.Run == e.Run
		switch {
		case e.Kind == outdial.LimitChanged && !limits:
			continue
		case e.Kind == outdial.AttemptMoved && same && last.Kind == e.Kind && last.To == e.From && last.At.Equal(e.At):
			lines[len(lines)-1] += fmt.Sprintf(" > %s", e.To)
		case e.Kind == outdial.CallEnded && before:
			lines[at] += " | " + callText(&e.Call)
			delete(moved, whose)
		default:
			lines = append(lines, s.date(e.At)+s.who(&e)+s.what(&e))
			if e.Kind == outdial.AttemptMoved {
				moved[whose] = len(lines) - 1
			}
		}
		last = &e
	}
	return strings.Join(append(lines, ""), "\n")
}

// who says whose news it is, as far as that is not plain.
func (s *scene) who(e *tiding) string {
	out := s.clock(e.At) + " "
	if len(s.workers) > 1 {
		out += e.by + " "
	}
	if len(s.camps) > 1 {
		out += s.campName(e.Campaign) + " "
	}
	return out
}

func (s *scene) what(e *tiding) string {
	switch e.Kind {
	case outdial.CampaignChanged:
		return "campaign is " + string(e.Status)
	case outdial.LimitChanged:
		return "limit: " + string(e.Limit)
	case outdial.CallEnded:
		return s.number(e.Contact) + " | " + callText(&e.Call)
	}
	return fmt.Sprintf("%s %s > %s", s.number(e.Contact), e.From, e.To)
}

// number is what a contact is dialled by.
func (s *scene) number(contact outdial.ID) string {
	if n, ok := s.numbers[contact]; ok {
		return n
	}
	for _, id := range s.camps {
		for c, err := range s.store.Contacts(s.ctx, id) {
			if err != nil {
				s.t.Fatal(err)
			}
			s.numbers[c.ID] = c.Address
		}
	}
	return s.numbers[contact]
}

func (s *scene) campName(id outdial.ID) string {
	i := slices.IndexFunc(s.names, func(n string) bool { return s.camps[n] == id })
	return cmp.Or(s.names[max(i, 0)], "?")
}
