package ports

import "time"

// Clock tells the time and wakes. Safe for concurrent use.
type Clock interface {
	Now() time.Time
	// NewTimer returns a timer and the channel on which it sends once.
	NewTimer(d time.Duration) (Timer, <-chan time.Time)
}

// Timer is a timer that can be stopped.
type Timer interface {
	// Stop keeps the timer from firing; it reports whether it did.
	Stop() bool
}
