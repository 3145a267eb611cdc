package guard

import "sync"

// window is how many events go-eventsocket buffers. As long as no more are in
// flight its own reader never waits, and a reply always gets through.
const window = 16

// perEvent is what an event in the queue costs beside its bytes.
const perEvent = 64

// stage is how far the one command under way has come.
type stage uint8

const (
	idle     stage = iota
	called         // Send has given it to go-eventsocket
	sent           // it goes to the switch: a reply is one to it
	answered       // its reply, the switch's or our own, is on its way in
)

// outbox is what waits to be written to go-eventsocket: events in order, in a
// window, and before them our own reply to a command under way that will get
// none.
type outbox struct {
	mu    sync.Mutex
	work  sync.Cond // the writer: there is something to write
	news  sync.Cond // Read: an event is in flight, or none will come
	space sync.Cond // the pump: the queue has room

	limit    int
	queue    [][]byte
	bytes    int    // in the queue
	buf      []byte // the last window, to be used again
	inFlight int    // events written and not yet read

	command stage
	api     bool   // the command is answered by an api/response
	awaited int    // replies of the switch that are still to come
	replies []byte // those that came, a line each
	reply   []byte // our own

	ended  bool // no command goes out any more
	sealed bool // no event comes in any more
	broken bool // the inner connection failed
	closed bool // nobody wants the rest
}

func newOutbox(limit int) *outbox {
	b := &outbox{limit: limit}
	b.work.L, b.news.L, b.space.L = &b.mu, &b.mu, &b.mu
	return b
}

// full reports whether put would wait.
func (b *outbox) full() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes >= b.limit
}

// put queues an event's frame; it waits for room.
func (b *outbox) put(event []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.bytes >= b.limit {
		b.space.Wait()
	}
	if b.closed || b.broken {
		return
	}
	b.queue = append(b.queue, event)
	b.bytes += len(event) + perEvent
	b.work.Signal()
}

// take waits for something to write and returns it, the caller's own until the
// next take; nil when there never will be any.
func (b *outbox) take() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		if reply := b.reply; reply != nil {
			b.reply = nil
			return reply
		}
		if b.closed || b.broken {
			return nil
		}
		if len(b.queue) > 0 && b.inFlight <= window/2 {
			return b.events()
		}
		b.work.Wait()
	}
}

// events fills the window.
func (b *outbox) events() []byte {
	n := min(len(b.queue), window-b.inFlight)
	buf := b.buf[:0]
	for i, event := range b.queue[:n] {
		buf = append(buf, event...)
		b.bytes -= len(event) + perEvent
		b.queue[i] = nil
	}
	if b.queue = b.queue[n:]; len(b.queue) == 0 {
		b.queue = nil
	}
	b.inFlight += n
	b.news.Broadcast()
	b.space.Signal()
	if b.buf = buf; cap(buf) > keptBuffer {
		b.buf = nil
	}
	return buf
}

// await waits until an event is in flight; false: none ever will be.
func (b *outbox) await() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		switch {
		case b.closed || b.broken:
			return false
		case b.inFlight > 0:
			return true
		case b.sealed && len(b.queue) == 0:
			return false
		}
		b.news.Wait()
	}
}

// landed notes that an event has come through go-eventsocket.
func (b *outbox) landed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight--
	if b.inFlight <= window/2 {
		b.work.Signal()
	}
}

// begin notes a command, or some as one, with so many replies; false: the link
// has ended.
func (b *outbox) begin(api bool, replies int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		return false
	}
	b.command, b.api, b.awaited, b.replies = called, api, replies, nil
	return true
}

// send notes that the command goes to the switch now; false: it must not.
func (b *outbox) send() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.command != called {
		return false
	}
	b.command = sent
	return true
}

// answer takes a reply of the switch. Not known: nobody has asked for such a one.
// Whole: it was the last one, and all of them are to be written now.
func (b *outbox) answer(api bool, reply []byte) (all []byte, whole, known bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.command != sent || api && !b.api {
		return nil, false, false
	}
	if b.awaited--; b.awaited > 0 {
		b.replies = append(append(b.replies, reply...), '\n')
		return nil, false, true
	}
	b.command = answered
	if b.replies == nil {
		return reply, true, true
	}
	return append(b.replies, reply...), true, true
}

// finish notes that the command has its reply.
func (b *outbox) finish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.command = idle
}

// end stops commands and closes done, at once: after that no reply of the
// switch counts. The command under way gets this one.
func (b *outbox) end(reply []byte, done chan<- struct{}) {
	b.set(func() {
		b.ended = true
		close(done)
		if b.command == called || b.command == sent {
			b.command, b.reply = answered, reply
		}
	})
}

// seal notes that the last event has been put.
func (b *outbox) seal() { b.set(func() { b.sealed = true }) }

// breakOff notes that go-eventsocket can't be reached any more.
func (b *outbox) breakOff() { b.set(func() { b.broken = true }) }

// close drops what nobody will read.
func (b *outbox) close() {
	b.set(func() { b.closed, b.queue, b.bytes = true, nil, 0 })
}

// dropped reports whether close has been called.
func (b *outbox) dropped() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

// set changes the state and wakes everybody.
func (b *outbox) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
	b.work.Broadcast()
	b.news.Broadcast()
	b.space.Broadcast()
}
