package memory

import (
	"fmt"
	"sort"
	"strings"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// rowAfter is the first row of a contact that arrived after this one, whether
// or not the run has a row of this one. Without a contact it is the first row.
func (s *Store) rowAfter(r *run, contact attempt.ID) (uint32, error) {
	if contact == (attempt.ID{}) {
		return 0, nil
	}
	where, ok := s.spot(contact)
	if !ok || s.camps[where.campaign] != r.of {
		return 0, fmt.Errorf("contact %s of campaign %s: %w", contact, r.of.it.ID, ports.ErrNotFound)
	}
	return uint32(sort.Search(int(r.rows.n), func(i int) bool {
		return r.rows.at(uint32(i)).contact > where.n
	})), nil
}

// matches reports whether a row is as the filter says. What costs least is
// asked first: a million rows pass here.
func (s *Store) matches(r *run, i uint32, f *ports.Filter) bool {
	return (f.State == 0 || f.State == r.stateOf(i)) &&
		s.dialsMatch(r.rows.at(i), f) &&
		s.callMatches(r.rows.at(i), f) &&
		(f.Number == "" || strings.HasPrefix(s.address(r, i), f.Number))
}

func (s *Store) dialsMatch(w *row, f *ports.Filter) bool {
	if f.MinDials <= 0 && f.MaxDials == nil {
		return true
	}
	dials := int(w.dials)
	if w.held != none {
		dials = s.slots[w.held].a.Dials
	}
	return dials >= f.MinDials && (f.MaxDials == nil || dials <= *f.MaxDials)
}

// callMatches reports whether one of the row's calls has both the outcome and
// the SIP status that are asked for.
func (s *Store) callMatches(w *row, f *ports.Filter) bool {
	if f.Outcome == 0 && f.SIPStatus == 0 {
		return true
	}
	for k := w.lastCall; k != none; k = s.calls.at(k).prev {
		rec := s.calls.at(k)
		if (f.Outcome == 0 || f.Outcome == rec.outcome) && (f.SIPStatus == 0 || f.SIPStatus == int(rec.sip)) {
			return true
		}
	}
	return false
}

// address is the address of a row's contact.
func (s *Store) address(r *run, i uint32) string {
	entry := s.texts.read(r.of.contacts.at(r.rows.at(i).contact).text)
	entry.text() // the key
	entry.text() // the name
	return entry.text()
}

// listed is a row as the filter wants to see it.
func (s *Store) listed(r *run, i uint32, f *ports.Filter) ports.Item {
	it := s.item(r, i)
	w := r.rows.at(i)
	if f.LastCall && it.Attempt.Call.ID == (attempt.ID{}) && w.lastCall != none {
		it.Attempt.Call = *s.call(s.calls.at(w.lastCall), it.Contact.Address)
	}
	return it
}
