package attempt_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
)

// A contact that is busy is due again once its retry's delay has run.
func ExampleNext() {
	rules := attempt.Rules{Retries: 3}
	rules.Retry[attempt.OutcomeBusy] = attempt.RetryRule{Delay: 5 * time.Minute, Max: -1}
	a := attempt.Attempt{Contact: uuid.UUID{1}, Run: 1, State: attempt.StatePending}
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

	for _, e := range []attempt.Event{
		attempt.Lease{At: start, Owner: uuid.UUID{2}},
		attempt.Dial{At: start, Address: "+15551234567"},
		attempt.Progress{At: start.Add(2 * time.Second)},
		attempt.Ended{At: start.Add(5 * time.Second), Running: 5 * time.Second, Cause: "USER_BUSY", SIPStatus: 486},
	} {
		var owed []attempt.Effect
		var err error
		if a, owed, err = attempt.Next(&rules, a, e); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%v -> %v %v\n", e.Kind(), a.State, owed)
	}
	fmt.Println(a.Call.Outcome, "due at", a.DueRunning, "of running time")
	// Output:
	// lease -> leased []
	// dial -> dialling [originate]
	// progress -> ringing []
	// ended -> retry_scheduled [free agent record call]
	// busy due at 5m5s of running time
}

// A move that the machine does not have says so, and changes nothing.
func ExampleIllegalMoveError() {
	a := attempt.Attempt{State: attempt.StateCompleted}
	_, _, err := attempt.Next(&attempt.Rules{}, a, attempt.Lease{})

	var illegal *attempt.IllegalMoveError
	if errors.As(err, &illegal) {
		fmt.Println(illegal.State, illegal.Event)
	}
	fmt.Println(err)
	// Output:
	// completed lease
	// attempt: no move from state completed on event lease
}

// A worker that finds this attempt in the store asks the switch about its
// call, and attaches the agent again: it does not matter how far the last
// worker got.
func ExamplePending() {
	a := attempt.Attempt{State: attempt.StateAttaching}
	fmt.Printf("%v\n", attempt.Pending(a))
	// Output: [ask attach]
}

// Carriers say in many ways that nobody is there.
func ExampleClassify() {
	fmt.Println(attempt.Classify("USER_BUSY", 486))
	fmt.Println(attempt.Classify("NO_USER_RESPONSE", 480))
	fmt.Println(attempt.Classify("NO_ROUTE_DESTINATION", 604))
	fmt.Println(attempt.Classify("", 0)) // it ended while the switch was away
	// Output:
	// busy
	// no_answer
	// invalid_number
	// unknown
}

// Every fault of a disposition is named at once.
func ExampleDisposition_Validate() {
	d := attempt.Disposition{CallbackAt: time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC), DoNotCall: true}
	fmt.Println(d.Validate())
	// Output:
	// invalid disposition: code has 0 characters, want 1 to 64; callback_at is given with do_not_call, want one of them: they exclude each other
}
