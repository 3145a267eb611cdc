package outdial_test

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
)

// A process that is told to end gives its calls some time to finish. What is
// still up after that, other workers on the same store go on with.
func Example_shutdown() {
	d, err := outdial.New(outdial.Config{Store: memory.New(), Telephony: newLoopback(time.Second)})
	check(err)
	ended := make(chan error)
	go func() { ended <- d.Run(context.Background()) }()

	// … until the signal comes.
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := d.Shutdown(patience); err != nil {
		fmt.Println(err) // outdial: shutdown left 3 attempts to other workers on the store, if there are any: context deadline exceeded
	}
	fmt.Println("Run returned", <-ended)
	// Output: Run returned <nil>
}
