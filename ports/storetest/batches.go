package storetest

import (
	"bytes"
	"errors"
	"iter"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

var batchChecks = []check{
	{"the same rows answer the same and are not added again", sameRows},
	{"other rows are refused", otherRows},
	{"other rows are refused of a large upload too", otherRowsOfMany},
	{"rows are compared once they have been read", digestLast},
	{"rows are compared where another upload was faster", otherRowsMeanwhile},
	{"an error while a repeat is read ends it", repeatBreaks},
	{"an upload that was kept without a digest is compared by number", digestLess},
	{"other rows are refused elsewhere", otherRowsElsewhere},
	{"digests move with their campaign", digestsMove},
}

// sheet is an upload under one key whose rows have this digest.
type sheet struct {
	r      *room
	id     ports.ID
	rows   int
	digest byte
	ended  bool // the rows have been read
}

func (r *room) sheet(id ports.ID, rows int, digest byte) *sheet {
	return &sheet{r: r, id: id, rows: rows, digest: digest}
}

// upload adds fresh contacts, and does something before their end.
func (s *sheet) upload(atEnd ...func() error) (int, error) {
	s.ended = false
	b := ports.Batch{Key: "april", At: s.r.now, Digest: func() []byte {
		s.r.want(s.ended, "the digest is asked for before the last contact has been read")
		return bytes.Repeat([]byte{s.digest}, ports.DigestSize)
	}}
	return s.r.s.AddContacts(s.r.ctx, s.id, b, s.contacts(atEnd))
}

func (s *sheet) contacts(atEnd []func() error) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for range s.rows {
			if !yield(s.r.contact(), nil) {
				return
			}
		}
		for _, do := range atEnd {
			if err := do(); err != nil {
				yield(campaign.Contact{}, err)
				return
			}
		}
		s.ended = true
	}
}

// answers wants the upload to say that it has added so many.
func (s *sheet) answers(want int) {
	s.r.t.Helper()
	n, err := s.upload()
	s.r.must(err)
	s.r.want(n == want, "the upload answers %d, want %d", n, want)
}

// refused wants the upload to be refused for its rows.
func (s *sheet) refused() {
	s.r.t.Helper()
	n, err := s.upload()
	s.r.want(errors.Is(err, ports.ErrOtherRows) && n == 0, "%d other rows: %d, %v", s.rows, n, err)
}

// holds wants the campaign to have so many contacts.
func (r *room) holds(id ports.ID, want int) {
	r.t.Helper()
	n := len(all(r, r.s.Contacts(r.ctx, id)))
	r.want(n == want && r.balanced(id, 0).TotalCalls == want, "there are %d contacts, want %d", n, want)
}

func sameRows(r *room) {
	id := r.draft()
	for range 3 {
		r.sheet(id, 2, 'a').answers(2)
	}
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	r.sheet(id, 2, 'a').answers(2)
	r.holds(id, 2)
	empty := r.draft()
	r.sheet(empty, 0, 'a').answers(0)
	r.sheet(empty, 0, 'a').answers(0)
}

func otherRows(r *room) {
	id := r.draft()
	r.sheet(id, 2, 'a').answers(2)
	refuses := func() {
		r.t.Helper()
		for _, rows := range []int{0, 1, 2, 3} {
			r.sheet(id, rows, 'b').refused()
		}
	}
	refuses()
	r.must(r.decide(id, campaign.Start))
	r.must(r.decide(id, campaign.Stop))
	refuses()
	r.sheet(id, 2, 'a').answers(2)
	r.holds(id, 2)
	r.sheet(r.draft(), 2, 'b').answers(2) // the key is another campaign's there
}

func otherRowsOfMany(r *room) {
	id, many := r.draft(), 10_001
	r.sheet(id, many, 'a').answers(many)
	r.sheet(id, many, 'b').refused()
	r.sheet(id, many, 'a').answers(many)
	r.holds(id, many)
}

func digestLast(r *room) {
	id := r.draft()
	r.sheet(id, 3, 'a').answers(3)
	again := r.sheet(id, 3, 'a')
	again.answers(3)
	r.want(again.ended, "a repeat is answered before its rows have been read")
}

func otherRowsMeanwhile(r *room) {
	id := r.draft()
	_, err := r.sheet(id, 2, 'b').upload(func() error {
		r.sheet(id, 2, 'a').answers(2)
		return nil
	})
	r.want(errors.Is(err, ports.ErrOtherRows), "other rows: %v", err)
	other := r.draft()
	n, err := r.sheet(other, 2, 'a').upload(func() error {
		r.sheet(other, 2, 'a').answers(2)
		return nil
	})
	r.must(err)
	r.want(n == 2, "the same rows answer %d", n)
	r.holds(id, 2)
	r.holds(other, 2)
}

func repeatBreaks(r *room) {
	id := r.draft()
	r.sheet(id, 2, 'a').answers(2)
	n, err := r.sheet(id, 2, 'a').upload(func() error { return errBroken })
	r.want(errors.Is(err, errBroken) && n == 0, "a repeat that breaks off: %d, %v", n, err)
	r.sheet(id, 2, 'a').answers(2)
}

func digestLess(r *room) {
	id := r.draft()
	n, err := r.s.AddContacts(r.ctx, id, ports.Batch{Key: "april", At: r.now}, each([]campaign.Contact{r.contact(), r.contact()}))
	r.must(err)
	r.want(n == 2, "the upload adds %d", n)
	r.sheet(id, 2, 'a').answers(2)
	r.sheet(id, 2, 'b').answers(2) // what a repeat says is not kept
	r.sheet(id, 3, 'a').refused()
	r.holds(id, 2)
}

func otherRowsElsewhere(r *room) {
	id, other := r.draft(), r.elsewhere()
	r.sheet(id, 2, 'a').answers(2)
	other.sheet(id, 2, 'b').refused()
	other.sheet(id, 2, 'a').answers(2)
	other.holds(id, 2)
}

func digestsMove(r *room) {
	id, to := r.draft(), r.abroad()
	r.sheet(id, 2, 'a').answers(2)
	n, err := r.s.AddContacts(r.ctx, id, ports.Batch{Key: "without", At: r.now}, each([]campaign.Contact{r.contact()}))
	r.must(err)
	r.want(n == 1, "the upload adds %d", n)
	r.sends(id, to)
	to.sheet(id, 2, 'b').refused()
	to.sheet(id, 2, 'a').answers(2)
	to.holds(id, 3)
}
