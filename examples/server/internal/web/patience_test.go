package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/examples/server/internal/web"
)

// pipe is a listener whose only connection is in the bubble of a test.
type pipe struct {
	conn chan net.Conn
	gone chan struct{}
}

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conn:
		return c, nil
	case <-p.gone:
		return nil, net.ErrClosed
	}
}
func (p *pipe) Close() error   { close(p.gone); return nil }
func (p *pipe) Addr() net.Addr { return &net.TCPAddr{} }

// serve returns the client's end of a connection to a server with this handler.
func serve(t *testing.T, h http.Handler) net.Conn {
	client, server := net.Pipe()
	l := &pipe{conn: make(chan net.Conn, 1), gone: make(chan struct{})}
	l.conn <- server
	_, log := logger()
	srv := web.NewServer(context.Background(), h, log)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		_ = client.Close()
		_ = srv.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return client
}

func TestClientThatStallsIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := make(chan time.Duration, 1)
		c := serve(t, web.Patience(time.Minute, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			began := time.Now()
			if _, err := io.ReadAll(r.Body); err != nil {
				failed <- time.Since(began)
			}
		})))
		if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345"); err != nil {
			t.Fatal(err)
		}
		if took := <-failed; took != time.Minute {
			t.Errorf("after %s", took)
		}
	})
}

func TestClientThatMovesMayTakeItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		read := make(chan int, 1)
		c := serve(t, web.Patience(time.Minute, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			if err != nil {
				t.Errorf("while the client moved: %v", err)
			}
			_, _ = r.Body.Read(make([]byte, 1)) // as decoders do, to see that there is no more
			<-time.After(time.Hour)             // the handler's own time is not the client's
			if r.Context().Err() != nil {
				t.Error("the client was given up while the handler worked")
			}
			read <- len(b)
		})))
		if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			<-time.After(59 * time.Second)
			if _, err := io.WriteString(c, "."); err != nil {
				t.Fatal(err)
			}
		}
		if n := <-read; n != 10 {
			t.Errorf("%d bytes", n)
		}
	})
}

func TestReaderThatStallsIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := make(chan error, 1)
		c := serve(t, web.Patience(time.Minute, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					failed <- err
					return
				}
			}
		})))
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if err := <-failed; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the write failed with %v", err)
		}
	})
}

func TestDeadlineOfOneRequestDoesNotCutTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := serve(t, web.Patience(time.Minute, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/long":
				_, _ = io.WriteString(w, "short answer")
				<-time.After(90 * time.Second) // longer than any one write may take
			case "/empty":
				w.WriteHeader(http.StatusNoContent)
			case "/body":
				_, _ = io.Copy(w, r.Body)
			}
		})))
		in := bufio.NewReader(c)
		for _, ask := range []struct {
			path   string
			status int
		}{{"/long", 200}, {"/empty", 204}, {"/body", 100}, {"", 200}, {"/long", 200}} {
			line := "GET " + ask.path + " HTTP/1.1\r\nHost: h\r\n\r\n"
			switch ask.path {
			case "/body":
				line = "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
			case "":
				line = "x" // the body, now that it is wanted
			}
			if _, err := io.WriteString(c, line); err != nil {
				t.Fatal(err)
			}
			r, err := http.ReadResponse(in, nil)
			if err != nil || r.StatusCode != ask.status {
				t.Fatalf("%s: %v %v", ask.path, r, err)
			}
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				t.Fatal(err)
			}
			if ask.status != http.StatusContinue {
				<-time.After(90 * time.Second) // and less than the connection may idle
			}
		}
	})
}

func TestRequestsEndWithTheServersContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		client, server := net.Pipe()
		l := &pipe{conn: make(chan net.Conn, 1), gone: make(chan struct{})}
		l.conn <- server
		_, log := logger()
		ended := make(chan struct{})
		srv := web.NewServer(ctx, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			close(ended)
		}), log)
		done := make(chan error, 1)
		go func() { done <- srv.Serve(l) }()
		if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		cancel()
		<-ended
		_ = client.Close()
		_ = srv.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}
