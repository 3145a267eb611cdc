package esl_test

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/ports"
)

// A host gives the switch to [outdial.New] and never calls it itself. Here a call
// is placed by hand, at a double of FreeSWITCH whose number 9486 is busy.
func ExampleNew() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	double := fakeswitch.New(fakeswitch.Config{})
	defer func() { _ = double.Close() }()
	go func() { _ = double.ServeESL(listener) }() // ends with the double

	sw, err := esl.New(esl.Config{
		Addr:     listener.Addr().String(),
		Password: "ClueCon",
		Gateways: []string{"trunk"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sw.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := sw.Ready(ctx); err != nil {
		fmt.Println(err)
		return
	}
	if err := sw.Originate(ports.Dial{Call: uuid.New(), Address: "9486", RingTimeout: 20 * time.Second}); err != nil {
		fmt.Println(err)
		return
	}
	for batch := range sw.Events() {
		for _, ev := range batch {
			switch ev.Kind {
			case ports.Accepted:
				fmt.Println("the switch calls")
			case ports.Refused: // a call that was not placed has no end either
				fmt.Println("refused:", ev.Cause)
				return
			case ports.Ended:
				fmt.Println(ev.Cause, ev.SIPStatus, attempt.Classify(ev.Cause, ev.SIPStatus))
				return
			}
		}
	}
	// Output:
	// the switch calls
	// USER_BUSY 486 busy
}
