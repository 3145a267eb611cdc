package guard

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// knock connects to a door as a stranger would.
func knock(t *testing.T, d *door, say string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", d.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, say); err != nil {
		t.Fatal(err)
	}
	return conn
}

// turnedAway fails the test if a stranger heard more than a greeting.
func turnedAway(t *testing.T, conn net.Conn) {
	t.Helper()
	heard, err := io.ReadAll(conn)
	_ = conn.Close()
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		t.Error("a stranger is still connected")
	}
	if s := string(heard); s != "" && s != greeting {
		t.Errorf("a stranger heard %q", s)
	}
}

func TestStrangerAtTheDoorIsTurnedAway(t *testing.T) {
	leakless(t)
	d, err := newDoor()
	if err != nil {
		t.Fatal(err)
	}
	wrong := knock(t, d, "auth "+strings.Repeat("A", len(d.password))+"\r\n\r\n")
	silent := knock(t, d, "")
	inside, es, err := d.enter(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	turnedAway(t, wrong)
	turnedAway(t, silent)
	if conn, err := net.Dial("tcp", d.listener.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("the door is still open")
	}
	_ = inside.CloseWrite()
	if _, err := es.ReadEvent(); !errors.Is(err, io.EOF) {
		t.Errorf("the wrong one was let in: %v", err)
	}
	_ = inside.Close()
}

func TestCrowdAtTheDoorFailsConnect(t *testing.T) {
	leakless(t)
	d, err := newDoor()
	if err != nil {
		t.Fatal(err)
	}
	var crowd []net.Conn
	for range strangers {
		crowd = append(crowd, knock(t, d, ""))
	}
	if _, _, err := d.enter(context.Background()); err == nil {
		t.Error("no error")
	}
	for _, conn := range crowd {
		turnedAway(t, conn)
	}
}

func TestDoorDoesNotOutliveItsContext(t *testing.T) {
	leakless(t)
	d, err := newDoor()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d.close() // as the context will, but surely before the dial
	if _, _, err := d.enter(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
