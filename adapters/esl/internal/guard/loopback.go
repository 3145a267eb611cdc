package guard

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/fiorix/go-eventsocket/eventsocket"
)

const (
	greeting = "Content-Type: auth/request\n\n"
	accepted = "Content-Type: command/reply\nReply-Text: +OK accepted\n\n"

	// strangers is how many connections may be at the door at once.
	strangers = 64
)

// door is a listener on 127.0.0.1 that lets one connection in: the one that
// knows the password. Any process of the machine can knock.
type door struct {
	listener *net.TCPListener
	password string
	guests   sync.WaitGroup // goroutines

	mu      sync.Mutex
	shut    bool
	waiting map[*net.TCPConn]bool
	inside  *net.TCPConn
}

func newDoor() (*door, error) {
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("guard: inner connection: %w", err)
	}
	return &door{listener: listener, password: rand.Text() + rand.Text(), waiting: map[*net.TCPConn]bool{}}, nil
}

// enter makes go-eventsocket dial, and returns both ends: ours and the
// package's. When it returns, the door is closed and nobody is before it.
func (d *door) enter(ctx context.Context) (*net.TCPConn, *eventsocket.Connection, error) {
	stop := context.AfterFunc(ctx, d.close)
	defer stop()
	d.guests.Go(d.serve)
	outer, err := eventsocket.Dial(d.listener.Addr().String(), d.password)
	d.close()
	d.guests.Wait()
	if err == nil {
		return d.inside, outer, nil
	}
	if d.inside != nil {
		_ = d.inside.Close()
	}
	return nil, nil, fmt.Errorf("guard: inner connection: %w", because(ctx, err))
}

// serve hears each that knocks, all at once: one that says nothing must not
// keep the others waiting.
func (d *door) serve() {
	defer d.close()
	for {
		conn, err := d.listener.AcceptTCP()
		if err != nil {
			return
		}
		if !d.queue(conn) {
			_ = conn.Close()
			continue
		}
		d.guests.Go(func() { d.hear(conn) })
	}
}

// queue notes a connection at the door.
func (d *door) queue(conn *net.TCPConn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shut || len(d.waiting) >= strangers {
		return false
	}
	d.waiting[conn] = true
	return true
}

// hear lets a connection in, or turns it away.
func (d *door) hear(conn *net.TCPConn) {
	want := "auth " + d.password + "\r\n\r\n"
	got := make([]byte, len(want))
	_, err := io.WriteString(conn, greeting)
	if err == nil {
		_, err = io.ReadFull(conn, got)
	}
	known := err == nil && subtle.ConstantTimeCompare(got, []byte(want)) == 1
	if known && d.admit(conn) {
		_, _ = io.WriteString(conn, accepted) // if it fails, Dial says so
		return
	}
	d.forget(conn)
	_ = conn.Close()
}

// admit takes the one connection in.
func (d *door) admit(conn *net.TCPConn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shut || d.inside != nil {
		return false
	}
	d.inside = conn
	delete(d.waiting, conn)
	return true
}

func (d *door) forget(conn *net.TCPConn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.waiting, conn)
}

// close ends the listening and turns away all that wait.
func (d *door) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = true
	_ = d.listener.Close()
	for conn := range d.waiting {
		_ = conn.Close()
	}
}
