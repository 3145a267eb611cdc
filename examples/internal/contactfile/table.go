package contactfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
)

// table reads CSV.
type table struct {
	csv     *csv.Reader
	options *Options
	header  []column
	places  map[string]int // columns by field, as campaign.Contact.Validate names it
	wrong   []string       // with the row at hand, by column
}

// newTable reads the header row.
func newTable(in *bufio.Reader, o *Options) (*table, error) {
	comma, err := separator(in)
	if err != nil {
		return nil, err
	}
	t := &table{csv: csv.NewReader(in), options: o, places: map[string]int{}}
	t.csv.Comma = comma
	t.csv.FieldsPerRecord = -1 // told by us, with the row's other faults
	t.csv.ReuseRecord = true
	header, err := t.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%w: it is empty", ErrFile)
	case err != nil:
		return nil, fmt.Errorf("%w: header row: %w", ErrFile, err)
	}
	if err := t.columns(header); err != nil {
		return nil, fmt.Errorf("%w: header row: %w", ErrFile, err)
	}
	t.wrong = make([]string, len(t.header))
	return t, nil
}

// separator is what stands between the values of the first line.
func separator(in *bufio.Reader) (rune, error) {
	start, err := in.Peek(peek)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	line, _, whole := bytes.Cut(start, []byte{'\n'})
	if !whole && bytes.ContainsRune(bytes.TrimRight(line, "\r"), '\r') {
		return 0, fmt.Errorf("%w: its lines end in CR alone; save it with LF or CRLF", ErrFile)
	}
	for _, comma := range ",;\t" {
		if bytes.ContainsRune(line, comma) {
			return comma, nil
		}
	}
	return ',', nil
}

// next implements source. Of a row with broken quotes only the cells before the
// break are there.
func (t *table) next() (Row, error) {
	record, err := t.csv.Read()
	broken := (*csv.ParseError)(nil)
	if err != nil && !errors.As(err, &broken) {
		return Row{}, err
	}
	var c campaign.Contact
	clear(t.wrong)
	for i := range min(len(record), len(t.header)) {
		cell := strings.TrimSpace(record[i])
		if !utf8.ValidString(cell) {
			t.blame(i, shown(cell)+": not UTF-8")
		} else if err := t.set(&c, i, cell); err != nil {
			t.blame(i, fmt.Sprintf("%s: %v", shown(cell), err))
		}
	}
	if broken != nil {
		t.blame(min(len(record), len(t.header)-1), breakage(broken))
	}
	invalid(&c, t.options.Allow, func(field, message string) {
		if i, known := t.places[field]; known && (broken == nil || i < len(record)) {
			t.blame(i, message)
		}
	})
	if faults := t.faults(record, broken); len(faults) > 0 {
		return Row{Faults: faults}, nil
	}
	i := t.places["Address"]
	return Row{Contact: c, Row: t.line(i, record, nil), Column: t.header[i].name}, nil
}

// breakage says what is wrong with a row's quotes. One that is not closed takes
// the rows that follow with it.
func breakage(e *csv.ParseError) (what string) {
	what = `a quoted value that does not end where it should: double the quotes in it`
	if errors.Is(e.Err, csv.ErrBareQuote) {
		what = `a quote in the middle of a value: put the value in quotes and double the quotes in it`
	}
	if e.Line != e.StartLine {
		what += fmt.Sprintf(" (lines %d to %d were read as this row)", e.StartLine, e.Line)
	}
	return what
}

func (t *table) set(c *campaign.Contact, i int, cell string) error {
	col := &t.header[i]
	if col.variable == "" {
		return set(c, col.field, cell, t.options)
	}
	if cell == "" {
		return nil
	}
	if c.Variables == nil {
		c.Variables = make(map[string]string, len(t.header))
	}
	c.Variables[col.variable] = cell
	return nil
}

// blame notes what is wrong with a column; what was found first stands.
func (t *table) blame(i int, message string) {
	if t.wrong[i] == "" {
		t.wrong[i] = message
	}
}

// faults is what was noted, in the order of the columns.
func (t *table) faults(record []string, broken *csv.ParseError) (all []Fault) {
	if len(record) != len(t.header) && broken == nil {
		all = append(all, Fault{t.line(0, record, nil), "", fmt.Sprintf("%d values under %d columns", len(record), len(t.header))})
	}
	for i, message := range t.wrong {
		if message != "" {
			all = append(all, Fault{t.line(i, record, broken), t.header[i].name, message})
		}
	}
	return all
}

// line is where a cell stands; one that is not there stands where its row ends.
func (t *table) line(i int, record []string, broken *csv.ParseError) int {
	if i < len(record) {
		line, _ := t.csv.FieldPos(i)
		return line
	}
	if broken != nil {
		return broken.StartLine
	}
	return t.line(len(record)-1, record, nil)
}
