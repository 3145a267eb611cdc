package fakeswitch

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"sync"
)

// conn is a client on the event socket. The switch's lock guards it, but for the
// socket itself.
type conn struct {
	s   *Switch
	net net.Conn

	in      []byte   // read and not yet dealt with
	out     [][]byte // to be written
	events  int      // how many of out are events
	held    [][]byte // events that wait behind a command
	swapped []byte   // an event that lets the next one pass
	writing bool
	finish  bool // no more comes: FIN once out is written
	gone    bool
	wake    chan struct{}
	done    chan struct{}
	once    sync.Once

	authed  bool
	blocked bool // by a command that has not ended
	lost    int
	// midFrame: the next frame is the last, and not whole
	midFrame bool
	sub      subscription
}

// ServeESL lets clients in until Close, or until the listener is closed.
func (s *Switch) ServeESL(l net.Listener) error {
	s.lock()
	if s.closed {
		s.unlock()
		return l.Close()
	}
	s.listeners[l] = struct{}{}
	s.unlock()
	for {
		nc, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		s.welcome(nc)
	}
}

func (s *Switch) welcome(nc net.Conn) {
	c := &conn{s: s, net: nc, wake: make(chan struct{}, 1), done: make(chan struct{})}
	s.lock()
	if s.closed || s.refuse || s.down {
		s.unlock()
		c.cut()
		return
	}
	s.conns = append(s.conns, c)
	greeting := []byte("Content-Type: auth/request\n\n")
	if s.stalled {
		c.held = append(c.held, greeting)
	} else {
		c.send(greeting)
	}
	s.unlock()
	go c.write()
	go c.read()
}

// read takes in what comes and deals with it.
func (c *conn) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := c.net.Read(buf)
		c.s.lock()
		c.s.read += int64(n)
		c.in = append(c.in, buf[:n]...)
		c.work()
		if err != nil {
			c.drop()
		}
		c.s.unlock()
		if err != nil {
			return
		}
	}
}

// work deals with the commands that are complete, until one blocks; then what
// waited behind them goes out.
func (c *conn) work() {
	for !c.blocked && !c.finish && !c.gone && !c.s.stalled {
		cmd, ok := c.command()
		if !ok {
			break
		}
		c.run(cmd)
	}
	if c.blocked || c.s.stalled {
		return
	}
	for _, e := range c.held {
		c.push(e, true)
	}
	c.held = nil
}

// send queues a reply.
func (c *conn) send(frame []byte) { c.push(frame, false) }

// event queues an event. Behind a command that has not ended it waits.
func (c *conn) event(frame []byte) {
	if c.blocked || c.s.stalled {
		c.held = append(c.held, frame)
		return
	}
	c.push(frame, true)
}

// push queues a frame, or less of it.
func (c *conn) push(frame []byte, event bool) {
	if c.finish || c.gone {
		return
	}
	if event && c.events >= c.s.cfg.Backlog {
		if c.lost++; c.lost > 500 {
			c.drop()
		}
		return
	}
	if c.midFrame {
		frame = frame[:len(frame)/2]
		c.finish = true
	}
	c.out = append(c.out, frame)
	if event {
		c.events++
	}
	c.signal()
}

func (c *conn) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// bye lets what is queued go out, and ends the connection.
func (c *conn) bye() {
	c.finish = true
	c.signal()
}

// drop ends the connection at once. What was queued is lost.
func (c *conn) drop() {
	if c.gone {
		return
	}
	c.gone = true
	c.out, c.held, c.in = nil, nil, nil
	if i := slices.Index(c.s.conns, c); i >= 0 {
		c.s.conns = slices.Delete(c.s.conns, i, i+1)
	}
	c.cut()
}

// cut closes the socket.
func (c *conn) cut() {
	c.once.Do(func() {
		_ = c.net.Close() // whoever reads or writes will see it
		close(c.done)
	})
}

// write writes out what is queued, without the lock.
func (c *conn) write() {
	for {
		select {
		case <-c.wake:
		case <-c.done:
			return
		}
		for c.writeSome() {
		}
	}
}

func (c *conn) writeSome() bool {
	c.s.lock()
	out := net.Buffers(c.out)
	c.out, c.events = nil, 0
	c.writing = len(out) > 0
	if !c.writing {
		if c.finish {
			c.drop()
		}
		c.s.unlock()
		return false
	}
	c.s.unlock()
	n, err := out.WriteTo(c.net)
	c.s.lock()
	c.writing = false
	c.s.written += n
	if err != nil {
		c.drop()
	}
	c.s.unlock()
	return err == nil
}

// command takes the next command off the input: lines up to an empty one.
// Carriage returns count for nothing.
func (c *conn) command() ([]byte, bool) {
	c.in = bytes.TrimLeft(c.in, "\r\n")
	newline := false
	for i, b := range c.in {
		switch {
		case b == '\n' && newline:
			cmd, rest := c.in[:i], c.in[i+1:]
			body := bodyLength(cmd)
			if len(rest) < body {
				return nil, false
			}
			c.in = rest[body:]
			return cmd, true
		case b == '\n':
			newline = true
		case b != '\r':
			newline = false
		}
	}
	return nil, false
}

// Wire counts the bytes on all event sockets since the start: a client that has
// read as much as was written has seen all there is.
func (s *Switch) Wire() (written, read int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written, s.read
}

// Quiet reports that nothing is left to be written and every command that was
// read has been dealt with. Originates that wait for the carrier, and commands
// to a stalled switch, are quiet.
func (s *Switch) Quiet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		if c.writing || len(c.out) > 0 {
			return false
		}
	}
	return true
}
