package xmlrpc

import "time"

// command is one API command for the switch.
type command struct {
	api, args string
	limit     time.Duration // to the end of the reply
	long      bool          // the reply is a list
	again     bool          // it has failed once
	needed    bool          // a reply that cannot be read is a failure too
	once      bool          // it must not be run twice
	// start, if set, is called when it is sent, and done with the reply, or
	// with the error that stands for it. The switch's lock is held.
	start func()
	done  func(reply string, err error)
}

// most is how many bytes the reply may have.
func (c *command) most() int64 {
	if c.long {
		return longReply
	}
	return shortReply
}

// queue holds the commands that wait for a lane: what is done to calls goes
// before the list of channels, and that before looks.
type queue struct {
	urgent, lists, looks []*command
}

func (q *queue) pop() *command {
	for _, line := range []*[]*command{&q.urgent, &q.lists, &q.looks} {
		if len(*line) > 0 {
			c := (*line)[0]
			(*line)[0] = nil
			*line = (*line)[1:]
			return c
		}
	}
	return nil
}

func (q *queue) len() int { return len(q.urgent) + len(q.lists) + len(q.looks) }
