package contactfile

import (
	"errors"
	"fmt"
	"io"
)

// errRowTooLong ends a row that takes more than its share.
var errRowTooLong = fmt.Errorf("%w: a row is longer than %d bytes; is a quote or a bracket not closed?", ErrFile, MaxRow)

// budget is how much may be read for one row: what parses a row holds it, so
// this bounds what a file can make us hold.
type budget struct {
	src    io.Reader
	left   int
	failed error // of src
}

// renew gives the next row its share.
func (b *budget) renew() { b.left = MaxRow }

// Read implements io.Reader.
func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errRowTooLong
	}
	n, err := b.src.Read(p[:min(len(p), b.left)])
	b.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		b.failed = err
	}
	return n, err
}

// explain is an error of whoever parses: an error of the underlying reader may
// have come out of it in disguise.
func (b *budget) explain(err error) error {
	switch {
	case b.failed != nil:
		return b.failed
	case b.left <= 0 && !errors.Is(err, io.EOF):
		return errRowTooLong
	}
	return err
}
