package xmlrpc

import (
	"context"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
)

// wire watches one originate's way to the switch and back.
type wire struct {
	moving *atomic.Int64 // how many do not just wait for a reply

	mu    sync.Mutex
	moves bool // this one is counted there
	got   bool // there was a connection: something may have been sent
}

// watched returns a context whose request is watched.
func (w *wire) watched(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { w.connect() },
		WroteRequest:         func(httptrace.WroteRequestInfo) { w.move(false) },
		GotFirstResponseByte: func() { w.move(true) },
	})
}

func (w *wire) connect() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got = true
}

// connected reports whether anything may have been sent.
func (w *wire) connected() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.got
}

func (w *wire) move(moves bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if moves == w.moves {
		return
	}
	w.moves = moves
	if moves {
		w.moving.Add(1)
		return
	}
	w.moving.Add(-1)
}
