package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/internal/contactfile"
)

// reader hands on a file's good rows, and tells of bad ones and duplicates.
type reader struct {
	file           *contactfile.Reader
	strict, dedupe bool
	leftOut        int // duplicates, with -dedupe
	stderr         io.Writer
}

// errStrict refuses a file with bad rows.
var errStrict = errors.New("the file has bad rows and -strict refuses it")

// farAhead bounds not_before: a slip of the pen in the year would keep the
// campaign waiting for ever.
const farAhead = 366 * 24 * time.Hour

// newReader reads the header row.
func newReader(src io.Reader, o *options, stderr io.Writer) (*reader, error) {
	file, err := contactfile.New(src, contactfile.CSV, contactfile.Options{
		Allow: o.spec.Allow(), Zone: o.zone, Latest: o.start.Add(farAhead),
	})
	return &reader{file: file, strict: o.strict, dedupe: o.dedupe, stderr: stderr}, err
}

// contacts yields the good rows. It ends with an error where the file can't be
// read on, and with [errStrict].
func (r *reader) contacts(yield func(campaign.Contact, error) bool) {
	for {
		row, err := r.file.Next()
		switch {
		case errors.Is(err, io.EOF):
			if r.strict && r.file.Tally().Bad > 0 {
				yield(campaign.Contact{}, errStrict)
			}
			return
		case err != nil:
			yield(campaign.Contact{}, fmt.Errorf("reading on after %d rows: %w", r.file.Tally().Rows, err))
			return
		case r.wanted(&row) && !yield(row.Contact, nil):
			return
		}
	}
}

// wanted reports whether a row is to be dialled, and tells what is odd about it.
func (r *reader) wanted(row *contactfile.Row) bool {
	for _, f := range row.Faults {
		say(r.stderr, "%s: %s", place(f.Row, f.Column), f.Message)
	}
	if len(row.Faults) > 0 || row.First == 0 {
		return len(row.Faults) == 0
	}
	also := "dialled too"
	if r.dedupe {
		also = "left out"
		r.leftOut++
	}
	say(r.stderr, "%s: %s is on line %d already; %s", place(row.Row, row.Column), row.Contact.Address, row.First, also)
	return !r.dedupe
}

func place(line int, column string) string {
	if column == "" {
		return fmt.Sprintf("line %d", line)
	}
	return fmt.Sprintf("line %d, column %s", line, column)
}
