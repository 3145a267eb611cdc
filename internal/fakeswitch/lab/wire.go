package lab

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
)

// wire watches every connection at both ends, so that the lab knows when all
// that was written has been read.
type wire struct {
	mu    sync.Mutex
	pairs map[string]*pair // by the client's address
}

// pair is one connection. Either end may be watched first.
type pair struct {
	line           *Line
	client, server end
}

// end is one side of a connection.
type end struct {
	conn          net.Conn
	read, written atomic.Int64
	closed        atomic.Bool // by us
	over          atomic.Bool // a read has failed: it knows that the other side is gone
	reading       atomic.Bool // its reader waits for more, and has dealt with what there was
	busy          atomic.Bool // its reader may be at work for long, which says nothing
}

func newWire() *wire { return &wire{pairs: map[string]*pair{}} }

func (w *wire) pair(client net.Addr) *pair {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.pairs[client.String()]
	if p == nil || p.client.closed.Load() && p.server.closed.Load() { // a port may be used again
		p = &pair{}
		w.pairs[client.String()] = p
	}
	return p
}

var errCut = errors.New("the lab has cut the line")

// dial makes a connection for a line.
func (line *Line) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	line.mu.Lock()
	cut := line.cut
	line.calls++
	line.mu.Unlock()
	defer func() {
		line.mu.Lock()
		line.calls--
		line.mu.Unlock()
	}()
	if cut {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errCut}
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	p := line.lab.wire.pair(conn.LocalAddr())
	line.lab.wire.mu.Lock()
	p.line, p.client.conn = line, conn
	line.lab.wire.mu.Unlock()
	return &watched{Conn: conn, end: &p.client}, nil
}

// listener watches what the double accepts. Busy says that its connections are
// not read while a request is being served.
func (w *wire) listener(l net.Listener, busy bool) net.Listener {
	return &listener{Listener: l, wire: w, busy: busy}
}

type listener struct {
	net.Listener
	wire *wire
	busy bool
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	p := l.wire.pair(conn.RemoteAddr())
	l.wire.mu.Lock()
	p.server.conn = conn
	l.wire.mu.Unlock()
	p.server.busy.Store(l.busy)
	return &watched{Conn: conn, end: &p.server}, nil
}

// watched counts.
type watched struct {
	net.Conn
	end *end
}

// Read implements net.Conn.
func (c *watched) Read(b []byte) (int, error) {
	c.end.reading.Store(true)
	n, err := c.Conn.Read(b)
	c.end.reading.Store(false)
	c.end.read.Add(int64(n))
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			c.end.over.Store(true)
		}
	}
	return n, err
}

// Write implements net.Conn.
func (c *watched) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.end.written.Add(int64(n))
	return n, err
}

// Close implements net.Conn.
func (c *watched) Close() error {
	c.end.closed.Store(true)
	return c.Conn.Close()
}

// cut breaks the connections of a line, or of all, at the double's end.
func (w *wire) cut(line *Line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pairs {
		if (line == nil || p.line == line) && p.server.conn != nil {
			p.server.closed.Store(true)
			_ = p.server.conn.Close()
		}
	}
}

// quiet reports whether all that was written has been read, and every end that
// was closed is known to the other side.
func (w *wire) quiet() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for addr, p := range w.pairs {
		c, s := &p.client, &p.server
		if c.closed.Load() && s.closed.Load() {
			delete(w.pairs, addr)
			continue
		}
		if !reached(c, s) || !reached(s, c) {
			return false
		}
	}
	return true
}

// reached reports whether what from wrote has come to the other side.
func reached(from, to *end) bool {
	if to.closed.Load() || to.over.Load() {
		return true
	}
	if from.closed.Load() {
		return to.busy.Load() // or has yet to learn of it
	}
	return (to.busy.Load() || to.reading.Load()) && from.written.Load() == to.read.Load()
}
