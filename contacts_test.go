package outdial_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var (
	anna = campaign.Contact{Key: "a-1", Name: "Anna", Address: "+15550001", Priority: 3, Variables: map[string]string{"debt": "12"}}
	ben  = campaign.Contact{Key: "b-2", Name: "Ben", Address: "sip:ben@example.org"}
)

// each yields contacts, and then the error, if there is one.
func each(err error, contacts ...campaign.Contact) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for _, c := range contacts {
			if !yield(c, nil) {
				return
			}
		}
		if err != nil {
			yield(campaign.Contact{}, err)
		}
	}
}

// book is what the store holds of a campaign's contacts.
func (s *site) book(d *outdial.Dialler, id outdial.ID) (all []campaign.Contact) {
	s.Helper()
	for c, err := range d.Contacts(s.ctx, id) {
		s.must(err)
		all = append(all, c)
	}
	return all
}

func TestAddedContactsComeBackAsTheyAreKept(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	later := ben
	later.NotBefore = time.Date(2026, 3, 1, 10, 0, 0, 123_456_789, time.FixedZone("", 3600))
	added, err := d.AddContacts(s.ctx, id, anna, later, anna)
	s.must(err)
	if diff := cmp.Diff(s.book(d, id), added); diff != "" {
		t.Errorf("kept and returned differ:\n%s", diff)
	}
	if len(added) != 3 || added[0].ID == added[2].ID || added[0].Key != "a-1" || added[1].Key != "b-2" {
		t.Errorf("added %+v, want all three, a duplicate under an id of its own", added)
	}
}

func TestNoContactsAreNoError(t *testing.T) {
	s, d := desk(t)
	if added, err := d.AddContacts(s.ctx, s.draft(d, 0)); len(added) != 0 || err != nil {
		t.Errorf("got %v, %v", added, err)
	}
}

func TestOneBadContactKeepsAllOut(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	added, err := d.AddContacts(s.ctx, id, anna, ben, campaign.Contact{Address: "call me", Key: "c\n3"}, anna)
	bad := (*outdial.ContactError)(nil)
	if !errors.As(err, &bad) || bad.Index != 2 {
		t.Fatalf("got %v, want a ContactError about contact 2", err)
	}
	if got := faultyFields(err); got != "Address Key" || !errors.Is(err, campaign.ErrInvalid) {
		t.Errorf("%v names %s, want Address and Key", err, got)
	}
	if kept := s.book(d, id); added != nil || len(kept) != 0 {
		t.Errorf("%d contacts were added", len(kept))
	}
}

func TestDialStringsNameGatewaysOfTheCampaignOnly(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0, func(spec *campaign.Spec) { spec.Gateways = []string{"north"} })
	_, err := d.AddContacts(s.ctx, id, campaign.Contact{Address: "sofia/gateway/north/5550001"})
	s.must(err)
	if _, err := d.AddContacts(s.ctx, id, campaign.Contact{Address: "sofia/gateway/south/5550001"}); faultyFields(err) != "Address" {
		t.Errorf("got %v, want a fault of Address", err)
	}
}

func TestUploadWithTheSameKeyAddsOnce(t *testing.T) {
	s, d := desk(t)
	id, other := s.draft(d, 0), s.draft(d, 0)
	for range 2 {
		n, err := d.Upload(s.ctx, id, "monday", each(nil, anna, ben))
		if s.must(err); n != 2 {
			t.Errorf("the upload says %d, want 2", n)
		}
	}
	_, err := d.Upload(s.ctx, id, "tuesday", each(nil, anna))
	s.must(err)
	_, err = d.Upload(s.ctx, other, "monday", each(nil, anna))
	s.must(err)
	if a, b := len(s.book(d, id)), len(s.book(d, other)); a != 3 || b != 1 {
		t.Errorf("the campaigns have %d and %d contacts, want 3 and 1", a, b)
	}
}

func TestAnUploadsKeyIsTextOfAtMost255Characters(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	for _, key := range []string{"\x00", "mon\nday", "\xff", "\u0085", strings.Repeat("k", 256)} {
		_, err := d.Upload(s.ctx, id, key, each(nil, anna))
		if faultyFields(err) != "Key" || !strings.Contains(err.Error(), "at most 255 characters of UTF-8 without control characters") {
			t.Errorf("key %q: got %v, want a fault of Key", key, err)
		}
	}
	if n := len(s.book(d, id)); n != 0 {
		t.Errorf("%d contacts were added", n)
	}
	_, err := d.Upload(s.ctx, id, strings.Repeat("ü", 255), each(nil, anna))
	s.must(err)
}

func TestUploadWithoutAKeyAddsEachTime(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	for range 2 {
		_, err := d.Upload(s.ctx, id, "", each(nil, anna))
		s.must(err)
	}
	if n := len(s.book(d, id)); n != 2 {
		t.Errorf("there are %d contacts, want 2", n)
	}
}

func TestUploadThatFailsAddsNothingAndLeavesItsKeyFree(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	torn := errors.New("the file ends in the middle")
	if n, err := d.Upload(s.ctx, id, "monday", each(torn, anna, ben)); n != 0 || !errors.Is(err, torn) {
		t.Errorf("got %d, %v; want the iterator's error", n, err)
	}
	if n := len(s.book(d, id)); n != 0 {
		t.Errorf("%d contacts were added", n)
	}
	if n, err := d.Upload(s.ctx, id, "monday", each(nil, anna, ben)); n != 2 || err != nil {
		t.Errorf("the second try: %d, %v", n, err)
	}
}

func TestUploadStopsReadingAtTheFirstFault(t *testing.T) {
	s, d := desk(t)
	read := 0
	_, err := d.Upload(s.ctx, s.draft(d, 0), "", func(yield func(campaign.Contact, error) bool) {
		for _, c := range []campaign.Contact{anna, {}, ben} {
			if read++; !yield(c, nil) {
				return
			}
		}
	})
	if err == nil || read != 2 {
		t.Errorf("%d contacts were read, and then: %v", read, err)
	}
}

func TestUploadEndsWithItsContext(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	ctx, cancel := context.WithCancel(s.ctx)
	endless := func(yield func(campaign.Contact, error) bool) {
		for yield(anna, nil) {
			cancel()
		}
	}
	if _, err := d.Upload(ctx, id, "", endless); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	if n := len(s.book(d, id)); n != 0 {
		t.Errorf("%d contacts were added", n)
	}
}

func TestContactsWaitForTheirTime(t *testing.T) {
	s, d := desk(t)
	later := ben
	later.NotBefore = s.world.Now().Add(time.Hour)
	id := s.draft(d, 0)
	_, err := d.AddContacts(s.ctx, id, anna, later)
	s.must(err)
	s.wantStates(id, "pending scheduled")
}

func TestAttemptsAreFilteredByStateAndRun(t *testing.T) {
	s, d := desk(t)
	id := s.in(d, campaign.Completed)
	s.must(d.Restart(s.ctx, id, campaign.All))
	for f, want := range map[ports.Filter]int{
		{Campaign: id}:                   2,
		{Campaign: id, Run: 1}:           2,
		{Campaign: id, State: 1}:         2, // pending
		{Campaign: id, State: 1, Run: 1}: 0,
	} {
		n := 0
		for _, err := range d.Attempts(s.ctx, f) {
			s.must(err)
			n++
		}
		if n != want {
			t.Errorf("%+v finds %d, want %d", f, n, want)
		}
	}
}
