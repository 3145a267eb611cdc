package outdial

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// transferReader reads lines.
type transferReader struct {
	lines  *bufio.Scanner
	number int // of the line at hand
}

func newTransferReader(r io.Reader) *transferReader {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxTransferLine)
	return &transferReader{lines: lines}
}

// lineError names the line that was refused.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }

func (e *lineError) Unwrap() error { return e.err }

// The values of the first line and the last one.
type (
	transferHeader int
	transferFooter int
)

// target is what a line of the kind is read into; nil: there is no such kind.
func target(kind string) any {
	switch kind {
	case "outdial":
		return new(transferHeader)
	case "campaign":
		return new(wireHead)
	case "run":
		return new(wireRun)
	case "contact":
		return new(wireContact)
	case "attempt":
		return new(wireAttempt)
	case "call":
		return new(wireCall)
	case "batch":
		return new(wireBatch)
	case "end":
		return new(wireTally)
	case "campaigns":
		return new(transferFooter)
	}
	return nil
}

// pieceOf is the piece that a line holds; false for the header and the footer.
func pieceOf(line any) (p ports.Piece, ok bool) {
	switch v := line.(type) {
	case *wireHead:
		p.Campaign = (*ports.Head)(v)
	case *wireRun:
		p.Run = v.record()
	case *wireContact:
		p.Contact = (*campaign.Contact)(v)
	case *wireAttempt:
		p.Attempt = v.record()
	case *wireCall:
		p.Call = &ports.CallRecord{Campaign: v.Campaign, Run: v.Run, Contact: v.Contact, Call: v.Call}
	case *wireBatch:
		p.Batch = (*ports.BatchRecord)(v)
	case *wireTally:
		p.End = (*ports.Tally)(v)
	default:
		return p, false
	}
	return p, true
}

// header reads the first line.
func (in *transferReader) header() error {
	line, err := in.next()
	if err != nil {
		return err
	}
	switch v, ok := line.(*transferHeader); {
	case !ok:
		return in.wrong(`want {"outdial":%d} first`, TransferVersion)
	case *v != TransferVersion:
		return in.wrong("the format has version %d: want %d", *v, TransferVersion)
	}
	return nil
}

// footer wants the last line, which has been read, to count the campaigns, and
// to be the last.
func (in *transferReader) footer(said transferFooter, added int) error {
	if int(said) != added {
		return in.wrong("the file has %d campaigns: want %d, as this line says", added, said)
	}
	if in.lines.Scan() {
		in.number++
		return in.wrong("want nothing behind the last line, the number of campaigns")
	}
	return in.failed()
}

// pieces yields the pieces of a campaign, of which the first line is read.
func (in *transferReader) pieces(line any) iter.Seq2[ports.Piece, error] {
	return func(yield func(ports.Piece, error) bool) {
		for {
			p, ok := pieceOf(line)
			if !ok {
				yield(p, in.wrong("want a piece of a campaign: the one before has no end"))
				return
			}
			if !yield(p, nil) || p.End != nil {
				return
			}
			var err error
			if line, err = in.next(); err != nil {
				yield(ports.Piece{}, err)
				return
			}
		}
	}
}

// next reads a line.
func (in *transferReader) next() (any, error) {
	more := in.lines.Scan()
	if err := in.failed(); err != nil {
		return nil, err // with more, what was read of a line before the reader failed
	}
	if !more {
		in.number++
		return nil, in.wrong("the file ends too soon: a part of it is missing")
	}
	in.number++
	v, err := parseLine(in.lines.Bytes())
	if err != nil {
		return nil, &lineError{in.number, err}
	}
	return v, nil
}

// failed is why no more lines come, nil at the end.
func (in *transferReader) failed() error {
	err := in.lines.Err()
	if err == nil {
		return nil
	}
	in.number++
	if errors.Is(err, bufio.ErrTooLong) {
		return in.wrong("it is longer than %d bytes", maxTransferLine)
	}
	return &lineError{in.number, err}
}

func (in *transferReader) wrong(format string, args ...any) error {
	return &lineError{in.number, fmt.Errorf(format, args...)}
}

// parseLine reads {"kind":value}.
func parseLine(line []byte) (any, error) {
	if !utf8.Valid(line) {
		return nil, errors.New("it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("it is not a JSON object%s", because(err))
	}
	t, err := d.Token()
	kind, ok := t.(string)
	if err != nil || !ok {
		return nil, fmt.Errorf("it has no kind%s", because(err))
	}
	v := target(kind)
	if v == nil {
		return nil, fmt.Errorf("it is of the unknown kind %.40q", kind)
	}
	if err := d.Decode(v); err != nil {
		return nil, fmt.Errorf("the %s is malformed%s", kind, because(err))
	}
	if t, err := d.Token(); err != nil || t != json.Delim('}') {
		return nil, fmt.Errorf("it has more than its %s%s", kind, because(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows its object")
	}
	return v, nil
}

// because is the end of a message, empty for no error.
func because(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ": it ends too soon"
	}
	return fmt.Sprintf(": %.200s", err)
}
