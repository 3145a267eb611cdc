package postgres

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
)

func TestCallsAreFoundInTheStatesThatTakeADisposition(t *testing.T) {
	for _, s := range attempt.States() {
		a := attempt.Attempt{Contact: uuid.New(), Run: 1, State: s, Owner: uuid.New()}
		a.Call.ID = attempt.CallID(a.Contact, 1, 1)
		_, _, err := attempt.Next(&attempt.Rules{}, a, attempt.Dispose{At: time.Now(), Disposition: attempt.Disposition{Code: "sold"}})
		var illegal *attempt.IllegalMoveError
		if takes := !errors.As(err, &illegal); takes != disposable(s) {
			t.Errorf("state %s: takes a disposition %v, is found %v", s, takes, disposable(s))
		}
	}
}
