package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
)

// reader reads contacts row by row; it holds one row, and each address once.
type reader struct {
	csv    *csv.Reader
	header []column
	fields map[string]int // columns by the field of campaign.Contact
	allow  campaign.Allow
	zone   *time.Location
	start  time.Time
	strict bool
	dedupe bool

	seen  map[string]int // the first line of each address
	wrong []string       // with the row at hand, by column
	// They hear of bad rows and duplicates, as these are met.
	badRow    func([]fault)
	duplicate func(line, first int, address string)
	tally     tally
}

// tally counts rows. Rows = Good + Bad.
type tally struct {
	Rows, Good, Bad int
	Duplicates      int // of the good ones
	LeftOut         int // of the duplicates, with -dedupe
}

// fault is one thing that is wrong with one row.
type fault struct {
	Line   int    // in the file, from 1
	Column string // its header; empty: the row as a whole
	Reason string
}

func (f fault) String() string {
	if f.Column == "" {
		return fmt.Sprintf("line %d: %s", f.Line, f.Reason)
	}
	return fmt.Sprintf("line %d, column %s: %s", f.Line, f.Column, f.Reason)
}

// errStrict refuses a file with bad rows.
var errStrict = errors.New("the file has bad rows and -strict refuses it")

// newReader reads the header row.
func newReader(src io.Reader, o *options) (*reader, error) {
	in := bufio.NewReader(src)
	switch mark, _ := in.Peek(3); {
	case bytes.Equal(mark, []byte("\xef\xbb\xbf")):
		_, _ = in.Discard(3)
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return nil, errors.New("the file is UTF-16; save it as CSV in UTF-8")
	}
	r := &reader{
		csv: csv.NewReader(in), fields: map[string]int{}, seen: map[string]int{},
		allow: o.spec.Allow(), zone: o.zone, start: o.start, strict: o.strict, dedupe: o.dedupe,
		badRow: func([]fault) {}, duplicate: func(int, int, string) {},
	}
	r.csv.FieldsPerRecord = -1 // told by us, with the row's other faults
	r.csv.ReuseRecord = true
	header, err := r.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty")
	case err != nil:
		return nil, fmt.Errorf("header row: %w", err)
	}
	if err := r.columns(header); err != nil {
		return nil, fmt.Errorf("header row: %w", err)
	}
	r.wrong = make([]string, len(r.header))
	return r, nil
}

// contacts yields the good rows and tells of the others. It ends with an error
// where the file can't be read on, and with [errStrict].
func (r *reader) contacts() iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for {
			record, err := r.csv.Read()
			broken := (*csv.ParseError)(nil)
			switch {
			case errors.Is(err, io.EOF):
				if r.strict && r.tally.Bad > 0 {
					yield(campaign.Contact{}, errStrict)
				}
				return
			case err != nil && !errors.As(err, &broken):
				yield(campaign.Contact{}, fmt.Errorf("reading on after %d rows: %w", r.tally.Rows, err))
				return
			}
			if c, ok := r.row(record, broken); ok && !yield(c, nil) {
				return
			}
		}
	}
}

// row turns a record into a contact, unless it is bad or left out. Of a broken
// record only the cells before the break are there.
func (r *reader) row(record []string, broken *csv.ParseError) (campaign.Contact, bool) {
	r.tally.Rows++
	c, faults := r.check(record, broken)
	if len(faults) > 0 {
		r.tally.Bad++
		r.badRow(faults)
		return c, false
	}
	r.tally.Good++
	line, _ := r.csv.FieldPos(r.fields["Address"])
	address, _ := campaign.ParseAddress(c.Address, r.allow)
	same := canonical(address)
	if first, twice := r.seen[same]; twice {
		r.tally.Duplicates++
		r.duplicate(line, first, c.Address)
		if r.dedupe {
			r.tally.LeftOut++
			return c, false
		}
		return c, true
	}
	r.seen[strings.Clone(same)] = line // a cell would keep its whole row
	return c, true
}

// check makes the contact and finds all that is wrong with it, at most one
// fault per column.
func (r *reader) check(record []string, broken *csv.ParseError) (campaign.Contact, []fault) {
	var c campaign.Contact
	clear(r.wrong)
	for i := range min(len(record), len(r.header)) {
		cell := strings.TrimSpace(record[i])
		if !utf8.ValidString(cell) {
			r.blame(i, fmt.Sprintf("%s is not UTF-8", shown(cell)))
		} else if err := r.header[i].set(&c, cell); err != nil {
			r.blame(i, fmt.Sprintf("%s: %v", shown(cell), err))
		}
	}
	if broken != nil {
		r.blame(min(len(record), len(r.header)-1), brokenReason(broken))
	}
	var invalid *campaign.InvalidError
	if errors.As(c.Validate(r.allow), &invalid) {
		for _, f := range invalid.Faults {
			if i, known := r.fields[f.Field]; known && (broken == nil || i < len(record)) {
				r.blame(i, explain(f))
			}
		}
	}
	return c, r.faults(record, broken)
}

// blame notes what is wrong with a column; what was found first stands.
func (r *reader) blame(i int, reason string) {
	if r.wrong[i] == "" {
		r.wrong[i] = reason
	}
}

// faults is what was noted, in the order of the columns.
func (r *reader) faults(record []string, broken *csv.ParseError) (all []fault) {
	if len(record) != len(r.header) && broken == nil {
		all = append(all, fault{r.line(0, record, nil), "", fmt.Sprintf("%d values under %d columns", len(record), len(r.header))})
	}
	for i, reason := range r.wrong {
		if reason != "" {
			all = append(all, fault{r.line(i, record, broken), r.header[i].name, reason})
		}
	}
	return all
}

// line is where a cell stands; a cell that is not there stands where its row ends.
func (r *reader) line(i int, record []string, broken *csv.ParseError) int {
	if i < len(record) {
		line, _ := r.csv.FieldPos(i)
		return line
	}
	if broken != nil {
		return broken.StartLine
	}
	return r.line(len(record)-1, record, nil)
}
