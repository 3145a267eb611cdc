package guide

import (
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"

	"github.com/outdial/outdial/campaign"
)

// maxEntry bounds what one entry may take to read, in bytes; an address has 255
// characters.
const maxEntry = 64 << 10

// entries reads a JSON array of strings as contacts, one by one, and holds none.
// What is no contact ends it with [invalid], naming the entry's index from 0;
// whether a string is an address is for the campaign to say.
func entries(body io.Reader) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		l := list{leash: leash{r: body}}
		l.dec = json.NewDecoder(&l.leash)
		l.dec.UseNumber() // a number is no string whatever its size
		err := l.open()
		for i := 0; err == nil && l.dec.More(); i++ {
			var address string
			if address, err = l.entry(i); err == nil && !yield(campaign.Contact{Address: address}, nil) {
				return
			}
		}
		if err == nil {
			err = l.close()
		}
		if err != nil {
			yield(campaign.Contact{}, err)
		}
	}
}

// list reads the tokens of an array.
type list struct {
	leash leash
	dec   *json.Decoder
}

// token reads the next one; a string is not kept beyond maxEntry.
func (l *list) token() (json.Token, error) {
	l.leash.left = maxEntry
	t, err := l.dec.Token()
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large), errors.Is(err, errLong):
		return nil, err
	case err != nil && l.leash.broken:
		return nil, unread(err)
	}
	return t, err
}

// open reads up to the first entry.
func (l *list) open() error {
	t, err := l.token()
	switch {
	case errors.Is(err, io.EOF):
		return invalid{fault(kindMissing, "field required")}
	case err != nil:
		return l.explain(err)
	case t != json.Delim('['):
		return invalid{fault("type_error.list", "value is not a valid list")}
	}
	l.leash.left = maxEntry // for More
	return nil
}

func (l *list) entry(i int) (string, error) {
	t, err := l.token()
	if errors.Is(err, errLong) {
		return "", invalid{fault(kindValue, errLong.Error(), i)}
	}
	if err != nil {
		return "", l.explain(err)
	}
	text, ok := t.(string)
	if !ok {
		return "", invalid{fault(kindText, "str type expected", i)}
	}
	l.leash.left = maxEntry // for More
	return text, nil
}

// close reads the end of the array, and that nothing follows it.
func (l *list) close() error {
	t, err := l.token()
	switch {
	case err != nil:
		return l.explain(err)
	case t != json.Delim(']'): // what More gave up on
		return invalid{fault(kindJSON, "too much space between two entries", l.dec.InputOffset())}
	}
	_, err = l.token()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return l.explain(err)
	}
	return invalid{fault(kindJSON, "extra data after the list", l.dec.InputOffset())}
}

// explain makes what a decoder says a fault of the body, unless it is one of
// something else.
func (l *list) explain(err error) error {
	var (
		faults invalid
		large  *http.MaxBytesError
	)
	if errors.As(err, &faults) || errors.As(err, &large) {
		return err
	}
	return malformed(err, l.dec.InputOffset())
}

// errLong is an entry, or space between two, beyond maxEntry.
var errLong = errors.New("longer than any contact")

// leash lets a decoder read so much and no further, which would otherwise hold a
// string of any length.
type leash struct {
	r      io.Reader
	left   int
	broken bool // the body ended with an error of its own
}

func (l *leash) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, errLong
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	l.broken = err != nil && !errors.Is(err, io.EOF)
	return n, err
}
