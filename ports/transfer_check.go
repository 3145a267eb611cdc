package ports

import (
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/outdial/outdial/campaign"
)

// PieceError says which piece of an import is refused. Err is a
// [*campaign.InvalidError], which names the field, its value and its bounds.
type PieceError struct {
	// Number counts the campaign's pieces from 1.
	Number int
	Err    error
}

// Error implements error.
func (e *PieceError) Error() string { return fmt.Sprintf("piece %d: %v", e.Number, e.Err) }

// Unwrap returns what is wrong with the piece.
func (e *PieceError) Unwrap() error { return e.Err }

// Checked passes on the pieces of one campaign, each once it has been checked,
// and stops behind their End. An import reads through it. It refuses, with a
// [*PieceError], a piece that is malformed, out of order, or refers to what has
// not come; a figure that differs from what the rows say; and an iterator that
// ends before the End. The attempts and calls of a run may be used before its
// figures are known to be right, which is at the End.
//
// Addresses are held to their forms only: which gateways a campaign may use, and
// how many lines, is for the host that dials, and its dialler asks before a
// call.
//
// To know what has come, it keeps some 35 to 60 bytes for each contact and 4
// for each attempt.
func Checked(pieces iter.Seq2[Piece, error]) iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		c := checker{arrivals: map[ID]int{}}
		for p, err := range pieces {
			if err == nil {
				err = c.check(&p)
			}
			if err != nil {
				yield(Piece{}, err)
				return
			}
			if !yield(p, nil) || p.End != nil {
				return
			}
		}
		c.add("End", nil, "an End behind the last piece: this looks like part of a file")
		c.number++
		yield(Piece{}, c.refused("end"))
	}
}

// checker is what the pieces so far have said.
type checker struct {
	number   int
	kind     kind // of the last piece
	head     Head
	runs     []checkedRun
	arrivals map[ID]int // contacts by id
	at       position   // of the last attempt or call
	key      string     // of the last batch
	tally    Tally
	faults   []campaign.Fault
}

// checkedRun is a run and what its rows have said so far.
type checkedRun struct {
	run   campaign.Run
	said  campaign.Counters
	count campaign.Counters
	rows  int
	calls []uint32 // calls begun, plus one, by arrival; 0: no attempt
}

// kind is a field of Piece, by its place.
type kind int

const (
	kindCampaign kind = iota
	kindRun
	kindContact
	kindAttempt
	kindCall
	kindBatch
	kindEnd
)

var kindNames = [...]string{"campaign", "run", "contact", "attempt", "call", "batch", "end"}

func (k kind) String() string { return kindNames[k] }

// kindOf is the one field that is set.
func kindOf(p *Piece) (found kind, ok bool) {
	n := 0
	for k, set := range [...]bool{
		p.Campaign != nil, p.Run != nil, p.Contact != nil, p.Attempt != nil, p.Call != nil, p.Batch != nil, p.End != nil,
	} {
		if set {
			found = kind(k)
			n++
		}
	}
	return found, n == 1
}

func (c *checker) check(p *Piece) error {
	c.number++
	k, ok := kindOf(p)
	if !ok {
		c.add("Piece", nil, "exactly one field that is set")
		return c.refused("piece")
	}
	if !c.follows(k) {
		return c.refused(k.String())
	}
	c.kind = k
	switch k {
	case kindCampaign:
		c.checkHead(p.Campaign)
	case kindRun:
		c.checkRun(p.Run)
	case kindContact:
		c.checkContact(p.Contact)
	case kindAttempt:
		c.checkAttempt(p.Attempt)
	case kindCall:
		c.checkCall(p.Call)
	case kindBatch:
		c.checkBatch(p.Batch)
	case kindEnd:
		c.checkEnd(p.End)
	}
	return c.refused(k.String())
}

// follows reports whether a piece of this kind may come now.
func (c *checker) follows(k kind) bool {
	switch {
	case (k == kindCampaign) != (c.number == 1):
		c.add("Piece", k.String(), "the campaign first, and once")
	case k < c.kind:
		c.add("Piece", k.String(), "no %s behind a %s", k, c.kind)
	case k > kindRun && len(c.runs) != c.head.Run:
		c.add("Piece", k.String(), "all %d runs of the campaign first, %d have come", c.head.Run, len(c.runs))
	}
	if k != c.kind {
		c.at = position{run: 1, arrival: -1}
	}
	return len(c.faults) == 0
}

// refused is the error of the faults so far, nil for none.
func (c *checker) refused(what string) error {
	if len(c.faults) == 0 {
		return nil
	}
	return &PieceError{Number: c.number, Err: &campaign.InvalidError{What: what, Faults: c.faults}}
}

func (c *checker) add(field string, value any, want string, args ...any) {
	c.faults = append(c.faults, campaign.Fault{Field: field, Value: value, Want: fmt.Sprintf(want, args...)})
}

// most bounds what is counted, so that any store can keep it.
const most = math.MaxInt32

func (c *checker) count(field string, v, least int) { c.between(field, int64(v), int64(least), most) }

func (c *checker) between(field string, v, least, most int64) {
	if v < least || v > most {
		c.add(field, v, "%d to %d", least, most)
	}
}

func (c *checker) span(field string, d time.Duration) {
	if d < 0 {
		c.add(field, d, "0s or more")
	}
}

// when wants a time that has a place in a database and in RFC 3339.
func (c *checker) when(field string, t time.Time) {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		c.add(field, t, "a time of the years 1 to 9999")
	}
}

func (c *checker) same(field string, got, want ID) {
	if got != want {
		c.add(field, got, "%s", want)
	}
}

func (c *checker) some(field string, id ID) {
	if id == (ID{}) {
		c.add(field, id, "an id other than zero")
	}
}
