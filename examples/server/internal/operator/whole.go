package operator

import (
	"errors"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// whole is a whole number on the wire, however it is written: 3.0 and 3e0 are
// integers to the document's schemas, as 3 is, and none to encoding/json.
type whole int

// maxWhole bounds whole numbers in the document, far beyond every setting's own
// bound: an int takes no more everywhere.
const maxWhole = 1_000_000_000

// errWhole refuses what the document has refused already.
var errWhole = errors.New("want a whole number up to 1000000000")

// UnmarshalJSON implements json.Unmarshaler. What is no whole number leaves it as
// it was.
func (w *whole) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || n < -maxWhole || n > maxWhole || n != float64(int(n)) {
		return errWhole
	}
	*w = whole(n)
	return nil
}

// TransformSchema implements huma.SchemaTransformer.
func (*whole) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	most := float64(maxWhole)
	s.Maximum = &most
	return s
}
