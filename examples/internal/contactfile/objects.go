package contactfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// lines reads a JSON object per line.
type lines struct {
	in      *bufio.Reader
	options *Options
	line    int
	buffer  []byte
}

func newLines(in *bufio.Reader, o *Options) *lines { return &lines{in: in, options: o} }

// next implements source. Blank lines are passed over.
func (l *lines) next() (Row, error) {
	for {
		text, err := l.read()
		if err != nil {
			return Row{}, err
		}
		l.line++
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return readObject(text, l.line, l.options), nil
		}
	}
}

// read reads a line. What it returns is good until the next one.
func (l *lines) read() ([]byte, error) {
	l.buffer = l.buffer[:0]
	for {
		part, err := l.in.ReadSlice('\n')
		l.buffer = append(l.buffer, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(l.buffer) > 0:
			return l.buffer, nil
		}
		return l.buffer, err
	}
}

// array reads a JSON array of objects.
type array struct {
	json    *json.Decoder
	options *Options
	number  int
}

func newArray(in *bufio.Reader, o *Options) (*array, error) {
	a := &array{json: json.NewDecoder(in), options: o}
	switch first, err := a.json.Token(); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%w: it is empty", ErrFile)
	case err != nil:
		return nil, fmt.Errorf("%w: it is not JSON: %w", ErrFile, err)
	case first != json.Delim('['):
		return nil, fmt.Errorf("%w: it is JSON, but not an array of contacts", ErrFile)
	}
	return a, nil
}

// next implements source. Past something that is not JSON it cannot go on.
func (a *array) next() (Row, error) {
	if !a.json.More() {
		return Row{}, a.end()
	}
	a.number++
	var text json.RawMessage
	if err := a.json.Decode(&text); err != nil {
		return Row{}, fmt.Errorf("%w: element %d is not JSON: %w", ErrFile, a.number, orCut(err))
	}
	return readObject(text, a.number, a.options), nil
}

// end reads the end of the array, and makes sure that it is the end of the file.
func (a *array) end() error {
	if _, err := a.json.Token(); err != nil {
		return fmt.Errorf("%w: after element %d: %w", ErrFile, a.number, orCut(err))
	}
	if _, err := a.json.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows the array", ErrFile)
	}
	return io.EOF
}

// orCut is the error, or that the file has been cut off: an end of file that no
// caller takes for the end of the contacts.
func orCut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
