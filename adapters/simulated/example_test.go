package simulated_test

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// A world is advanced from one thing to come to the next; what was told
// meanwhile is polled. Here the number 100 answers, and an agent takes the call.
func Example() {
	w := simulated.New(simulated.Config{
		Agents: simulated.Agents{Names: []string{"ann"}, Count: 1},
		Carrier: simulated.Carrier{Script: simulated.ByNumber(map[string][]simulated.Plan{
			"100": {{Outcome: attempt.OutcomeAnswered, Post: time.Second, Ring: 4 * time.Second,
				Attach: 100 * time.Millisecond, Talk: time.Minute}},
		})},
	})
	phone, agents := w.Connect(), w.Agents()

	call := attempt.CallID(ports.ID{1}, 1, 1)
	if err := phone.Originate(ports.Dial{Call: call, Number: 1, Address: "100"}); err != nil {
		panic(err)
	}
	for at := w.Now(); !at.IsZero(); at = w.Next() {
		w.Advance(at)
		for _, e := range phone.Poll() {
			fmt.Println(e.At.Format(time.TimeOnly), kinds[e.Kind])
			if e.Kind == ports.Answered {
				ann := agents.Idle(ports.ID{}, 1)[0]
				agents.Hold(ann)
				_ = phone.Attach(call, ports.Target{Agent: ann})
			}
		}
	}
	fmt.Println(w.Stats().Talk)
	// Output:
	// 09:00:00 accepted
	// 09:00:01 rings
	// 09:00:05 answered
	// 09:00:05 attached
	// 09:01:05 ended
	// 1m0s
}

// Things may be scheduled: here an operator's cable is pulled for a minute.
func ExampleWorld_At() {
	w := simulated.New(simulated.Config{})
	phone := w.Connect()
	w.At(w.Now().Add(time.Minute), func() { phone.Down("cable") })
	w.At(w.Now().Add(2*time.Minute), phone.Up)
	w.Advance(w.Now().Add(time.Hour))
	for _, e := range phone.Poll() {
		fmt.Println(e.At.Format(time.TimeOnly), kinds[e.Kind])
	}
	// Output:
	// 09:01:00 down
	// 09:02:00 up
}
