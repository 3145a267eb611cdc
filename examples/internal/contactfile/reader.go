package contactfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/outdial/outdial/campaign"
)

// Format is how a file is written.
type Format string

// The formats.
const (
	CSV    Format = "csv"
	NDJSON Format = "ndjson"
	JSON   Format = "json"
)

// MaxRow is how many bytes one contact may take, give or take a read buffer.
const MaxRow = 1 << 20

// Options say how contacts are read.
type Options struct {
	// Allow is what addresses may be beyond plain numbers and SIP URIs.
	Allow campaign.Allow
	// Zone is where civil times of not_before are. Nil: UTC.
	Zone *time.Location
	// Latest bounds not_before, as a slip of the pen in its year would keep a
	// campaign waiting for ever. Zero: the year 9999.
	Latest time.Time
}

// Fault is one thing that is wrong with one row.
type Fault struct {
	// Row is the line of the file on which the value stands, from 1 (CSV and
	// NDJSON; a header is line 1), or the number of the element, from 1 (JSON).
	Row int
	// Column is the column's header, or the field's name; empty: the row as a whole.
	Column  string
	Message string
}

// Error implements error.
func (f Fault) Error() string {
	if f.Column == "" {
		return fmt.Sprintf("row %d: %s", f.Row, f.Message)
	}
	return fmt.Sprintf("row %d, %s: %s", f.Row, f.Column, f.Message)
}

// Row is a contact as it was read, or what is wrong with it.
type Row struct {
	Contact campaign.Contact
	// Row and Column are where the contact's address stands, as a [Fault] has it.
	Row    int
	Column string
	// First is the row of the first good contact with the same address, as far as
	// the first [MaxAddresses] different addresses go; 0: there was none.
	First int
	// Faults, if there are any, say why there is no contact, and then nothing else
	// is said: at most one for each column, in the order of the columns.
	Faults []Fault
}

// Tally counts rows. Rows is Good and Bad together.
type Tally struct {
	Rows, Good, Bad int
	// Duplicates are good rows whose address a good row before had, as far as the
	// first [MaxAddresses] different addresses go: a lower bound beyond them.
	Duplicates int
}

// ErrFile is what every error wraps that says that a file cannot be read, or not
// any further. Its text says where and why.
var ErrFile = errors.New("the file cannot be read")

// source reads rows in one format. It returns io.EOF after the last one.
type source interface {
	next() (Row, error)
}

// Reader reads contacts row by row.
type Reader struct {
	rows   source
	budget *budget
	allow  campaign.Allow
	seen   addresses
	tally  Tally
	ended  error
}

// New begins to read: of a CSV file the header row. Errors wrap [ErrFile], or are
// those of src.
func New(src io.Reader, format Format, o Options) (*Reader, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Latest.IsZero() {
		o.Latest = farthest
	}
	limited := &budget{src: src}
	limited.renew()
	in := bufio.NewReaderSize(limited, peek)
	if err := checkEncoding(in); err != nil {
		return nil, limited.explain(err)
	}
	r := &Reader{budget: limited, allow: o.Allow}
	var err error
	switch format {
	case CSV:
		r.rows, err = newTable(in, &o)
	case NDJSON:
		r.rows = newLines(in, &o)
	case JSON:
		r.rows, err = newArray(in, &o)
	default:
		return nil, fmt.Errorf("contactfile: unknown format %q", format)
	}
	if err != nil {
		return nil, limited.explain(err)
	}
	return r, nil
}

// Next reads a row. It returns io.EOF after the last one, an error that wraps
// [ErrFile] where the file can't be read any further, and errors of the
// underlying reader as they are; each of them for ever.
func (r *Reader) Next() (Row, error) {
	if r.ended != nil {
		return Row{}, r.ended
	}
	r.budget.renew()
	row, err := r.rows.next()
	if err != nil {
		r.ended = r.budget.explain(err)
		return Row{}, r.ended
	}
	r.tally.Rows++
	if len(row.Faults) > 0 {
		r.tally.Bad++
		return Row{Faults: row.Faults}, nil
	}
	r.tally.Good++
	if row.First = r.seen.first(canonical(row.Contact.Address, r.allow), row.Row); row.First > 0 {
		r.tally.Duplicates++
	}
	return row, nil
}

// Tally counts what has been read so far.
func (r *Reader) Tally() Tally { return r.tally }

// canonical is the same for two ways of writing one address: a SIP URI's host may
// be in capitals.
func canonical(s string, allow campaign.Allow) string {
	address, err := campaign.ParseAddress(s, allow)
	if err != nil || address.Kind != campaign.SIP {
		return s
	}
	user, host, _ := strings.Cut(address.URI, "@")
	return user + "@" + strings.ToLower(host)
}
