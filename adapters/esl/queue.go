package esl

import (
	"slices"
	"time"

	"github.com/outdial/outdial/ports"
)

// command is a line for the switch.
type command struct {
	line string
	// job, for bgapi, names the channel; it is the Job-UUID too.
	job ports.ID
	// dial marks an originate of a contact, which must not be sent late.
	dial bool
	at   time.Time
	// look marks a question.
	look bool
	// done takes the reply, or the error that the connection was lost with.
	done func(reply string, err error)
}

// queue holds the commands that wait for the connection. What is done to live
// calls goes before looks, and those before new calls.
type queue struct {
	urgent, looks, dials []command
	wake                 chan struct{}
}

const (
	// sendWithin is how late an originate may be sent: the engine has asked
	// whether it may dial that long before.
	sendWithin = time.Second
	// maxQueued is how many originates may wait.
	maxQueued = 1000
)

func (q *queue) push(c command) {
	switch {
	case c.dial:
		q.dials = append(q.dials, c)
	case c.look:
		q.looks = append(q.looks, c)
	default:
		q.urgent = append(q.urgent, c)
	}
}

// full reports whether new calls would wait too long.
func (q *queue) full(now time.Time) bool {
	return len(q.dials) >= maxQueued || len(q.dials) > 0 && now.Sub(q.dials[0].at) > sendWithin/2
}

func (q *queue) pop() (command, bool) {
	for _, lane := range []*[]command{&q.urgent, &q.looks, &q.dials} {
		if len(*lane) > 0 {
			c := (*lane)[0]
			(*lane)[0] = command{}
			*lane = (*lane)[1:]
			return c, true
		}
	}
	return command{}, false
}

// withdraw takes an originate back that has not been sent.
func (q *queue) withdraw(call ports.ID) bool {
	i := slices.IndexFunc(q.dials, func(c command) bool { return c.job == call })
	if i >= 0 {
		q.dials = slices.Delete(q.dials, i, i+1)
	}
	return i >= 0
}

func (q *queue) len() int { return len(q.urgent) + len(q.looks) + len(q.dials) }

// clear empties the queue and returns the originates that were never sent.
func (q *queue) clear() []command {
	dials := q.dials
	q.urgent, q.looks, q.dials = nil, nil, nil
	return dials
}
