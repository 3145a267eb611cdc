package freeswitch

import (
	"sync"

	"github.com/outdial/outdial/ports"
)

// Outbox hands events to whoever listens, in order and in batches, without
// ever making the adapter wait. It grows with what is not fetched.
type Outbox struct {
	mu      sync.Mutex
	queue   []ports.Event
	pending bool // a batch is with the deliverer
	wake    chan struct{}
	out     chan []ports.Event
	closed  chan struct{}
	done    chan struct{}
	once    sync.Once
}

// NewOutbox returns an outbox; Close ends its goroutine.
func NewOutbox() *Outbox {
	o := &Outbox{
		wake: make(chan struct{}, 1), out: make(chan []ports.Event),
		closed: make(chan struct{}), done: make(chan struct{}),
	}
	go o.deliver()
	return o
}

// Events is where the batches come out.
func (o *Outbox) Events() <-chan []ports.Event { return o.out }

// Put adds events.
func (o *Outbox) Put(evs ...ports.Event) {
	if len(evs) == 0 {
		return
	}
	o.mu.Lock()
	o.queue = append(o.queue, evs...)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Len is how many events or batches have not been fetched.
func (o *Outbox) Len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pending {
		return len(o.queue) + 1
	}
	return len(o.queue)
}

// Close ends the delivery; what was not fetched is dropped.
func (o *Outbox) Close() {
	o.once.Do(func() { close(o.closed) })
	<-o.done
}

func (o *Outbox) deliver() {
	defer close(o.done)
	for {
		batch := o.take()
		if len(batch) == 0 {
			select {
			case <-o.wake:
				continue
			case <-o.closed:
				return
			}
		}
		select {
		case o.out <- batch:
		case <-o.closed:
			return
		}
	}
}

func (o *Outbox) take() []ports.Event {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch := o.queue
	o.queue = nil
	o.pending = len(batch) > 0
	return batch
}
