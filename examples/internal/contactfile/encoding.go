package contactfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// peek is how much of a file's beginning is looked at to tell how it is written.
const peek = 64 << 10

// marks are the byte order marks of encodings that are refused, the longer ones
// first.
var marks = []struct {
	mark string
	name string
}{
	{"\x00\x00\xfe\xff", "UTF-32"},
	{"\xff\xfe\x00\x00", "UTF-32"},
	{"\xfe\xff", "UTF-16"},
	{"\xff\xfe", "UTF-16"},
}

// checkEncoding refuses what is not UTF-8 by its first bytes, and skips UTF-8's
// mark.
func checkEncoding(in *bufio.Reader) error {
	start, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for _, m := range marks {
		if bytes.HasPrefix(start, []byte(m.mark)) {
			return wrongEncoding(m.name)
		}
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		_, err := in.Discard(3)
		return err
	}
	// Without a mark, every other byte of a plain text in UTF-16 is zero.
	if len(start) >= 2 && (start[0] == 0) != (start[1] == 0) {
		return wrongEncoding("UTF-16 without a byte order mark")
	}
	return nil
}

func wrongEncoding(name string) error {
	return fmt.Errorf("%w: it is %s; save it as UTF-8", ErrFile, name)
}
