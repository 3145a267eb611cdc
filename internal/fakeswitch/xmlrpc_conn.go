package fakeswitch

import (
	"io"
	"net"
	"sync"
	"time"
)

// rpcConn is one connection. Its deadlines go by the switch's clock.
type rpcConn struct {
	net.Conn
	srv  *rpcServer
	once sync.Once
	life string // of the switch's process that accepted it
	buf  []byte // bytes read and not yet used

	chunk []byte // what fill reads into

	disarm func() // ends the wait under way; nil when there is none
}

// open wraps and counts a connection that was just accepted.
func (s *rpcServer) open(raw net.Conn) *rpcConn {
	c := &rpcConn{Conn: raw, srv: s}
	s.stats.opened()
	s.mu.Lock()
	s.conns[c] = struct{}{}
	s.mu.Unlock()
	return c
}

// close counts the connection as closed and closes it, once. In this order
// whoever sees the end finds it counted.
func (c *rpcConn) close() {
	c.once.Do(func() {
		c.srv.mu.Lock()
		delete(c.srv.conns, c)
		c.srv.mu.Unlock()
		c.srv.stats.closed()
		// The error of a connection that we are done with tells nothing.
		_ = c.Close()
	})
}

// await lets reading fail once d has passed on the switch's clock. It is
// called before the reply is written, so that whoever has read the reply knows
// the wait to have begun.
func (c *rpcConn) await(d time.Duration) {
	c.arrived()
	timer, fired := c.srv.clock.NewTimer(d)
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-fired:
			_ = c.SetReadDeadline(time.Unix(1, 0)) // long past: reading fails now
		case <-stop:
		}
	}()
	c.disarm = func() {
		timer.Stop()
		close(stop)
		<-ended
		_ = c.SetReadDeadline(time.Time{})
	}
}

// arrived ends the wait under way.
func (c *rpcConn) arrived() {
	if c.disarm != nil {
		c.disarm()
		c.disarm = nil
	}
}

// fill reads what has come into the buffer.
func (c *rpcConn) fill() error {
	if c.chunk == nil {
		c.chunk = make([]byte, 16<<10)
	}
	n, err := c.Read(c.chunk)
	c.srv.stats.read.Add(int64(n))
	c.buf = append(c.buf, c.chunk[:n]...)
	if n > 0 {
		return nil
	}
	return err
}

// send writes b; a client that has gone away is none of the server's business.
func (c *rpcConn) send(b []byte) {
	n, _ := c.Write(b)
	c.srv.stats.written.Add(int64(n))
}

// run serves a connection until keep-alive ends, then gives its slot back.
func (s *rpcServer) run(c *rpcConn) {
	defer s.served.Done()
	drain := s.converse(c)
	c.arrived()
	s.finished.Add(1)
	if drain {
		c.drain()
	}
	c.close()
}

// converse answers request after request. It reports whether the client may
// still be sending what nobody will read.
func (s *rpcServer) converse(c *rpcConn) (drain bool) {
	for n := 1; ; n++ {
		req, bad := c.readRequest()
		c.arrived()
		if req == nil && bad == nil || !c.lives() {
			return false
		}
		resp := bad
		if resp == nil {
			resp = s.answer(req)
		}
		if !c.lives() {
			return false
		}
		resp.keepAlive = resp.status < 400 && req != nil && req.keepAlive && n < rpcMaxRequests && !resp.ends
		if resp.keepAlive && resp.ending == rpcWhole {
			c.await(rpcIdle)
		}
		c.reply(resp)
		// Whatever else has come with this request is dropped: abyss doesn't pipeline.
		c.buf = nil
		if !resp.keepAlive || resp.ending != rpcWhole {
			return resp.status >= 400
		}
	}
}

// lives reports whether the process that accepted the connection still runs. A
// process that ended takes its connections and the replies under way with it.
func (c *rpcConn) lives() bool {
	return c.life != "" && c.srv.ctx.Err() == nil && c.life == c.srv.api.life()
}

// reply sends resp as far as it shall go.
func (c *rpcConn) reply(resp *rpcResponse) {
	if resp.ending == rpcLost {
		return
	}
	head := resp.head(c.srv.clock.Now())
	body := resp.body
	if resp.ending == rpcCut {
		body = body[:len(body)/2]
	}
	c.send(append(head, body...))
}

// drain says FIN and reads on for a while, lest the kernel answer bytes that
// nobody reads with a reset, which can overtake the reply. The waiting is for
// the network, hence not by the switch's clock.
func (c *rpcConn) drain() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.Copy(io.Discard, c.Conn)
}
