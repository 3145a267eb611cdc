package xmlrpc_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/leaks"
)

// scrawler answers with given bytes whatever comes to a connection, and then
// closes it or holds it open. Until it is told to scrawl it answers properly.
type scrawler struct {
	bytes    []byte
	hold     bool
	scrawls  atomic.Bool
	scrawled atomic.Int64
}

func (s *scrawler) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	go s.serve(server)
	return client, nil
}

func (s *scrawler) serve(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // it is a pipe
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	if !s.scrawls.Load() && !strings.Contains(string(body), "originate") {
		_, _ = conn.Write(ok(response(`{"row_count": 0}`)))
		return
	}
	s.scrawled.Add(1)
	if _, err := conn.Write(s.bytes); err == nil && s.hold {
		_, _ = io.Copy(io.Discard, conn) // until the other side has had enough
	}
}

// FuzzReply feeds bytes to the adapter as the answer to an originate and to
// all that follows from it. Whatever they are, it comes to a conclusion when
// its time-outs have passed, and leaves nothing behind.
func FuzzReply(f *testing.F) {
	for _, file := range []string{"originates.txt", "oddities.txt", "questions.txt"} {
		for _, reply := range recorded(f, file) {
			f.Add(reply, len(reply)%2 == 0, len(reply)%3 == 0)
		}
	}
	for _, b := range odd() {
		f.Add(ok(b[:min(len(b), 2000)]), false, true)
	}
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n"), true, true)
	f.Fuzz(func(t *testing.T, reply []byte, hold, all bool) {
		before := goleak.IgnoreCurrent()
		s := &scrawler{bytes: reply, hold: hold}
		clock := fakeswitch.NewClock(time.Date(2024, 3, 4, 9, 0, 0, 0, time.UTC))
		sw, err := xmlrpc.New(xmlrpc.Config{URL: "http://switch/RPC2", Gateways: []string{"trunk"}, Clock: clock, Dial: s.dial})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := sw.Ready(ctx); err != nil {
			t.Fatal(err)
		}
		s.scrawls.Store(all)
		if err := sw.Originate(dial(1)); err != nil {
			t.Fatal(err)
		}
		for since := time.Now(); sw.Stats().Dialling > 0; runtime.Gosched() {
			if s.scrawled.Load() > 0 {
				clock.Advance(clock.Now().Add(time.Second))
			}
			if time.Since(since) > patience {
				t.Fatal("the adapter waits for ever")
			}
		}
		if err := sw.Close(); err != nil {
			t.Fatal(err)
		}
		if err := leaks.Gone(before); err != nil {
			t.Error(err)
		}
	})
}
