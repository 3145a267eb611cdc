package attempt_test

import (
	"errors"
	"testing"

	"github.com/outdial/outdial/attempt"
)

func TestTextsThatADatabaseRefusesAreNoDisposition(t *testing.T) {
	for _, d := range []attempt.Disposition{
		{Code: "so\x00ld"}, {Code: "so\nld"}, {Code: "\xff"},
		{Code: "sold", Note: "a\x00b"}, {Code: "sold", Note: "a\x1bb"}, {Code: "sold", Note: "\xff"},
	} {
		if err := d.Validate(); !errors.Is(err, attempt.ErrDisposition) {
			t.Errorf("%+v: %v, want ErrDisposition", d, err)
		}
	}
	if err := (attempt.Disposition{Code: "sold", Note: "two\r\n\tlines"}).Validate(); err != nil {
		t.Error(err)
	}
}
