package fakeswitch

import (
	"maps"
	"sync"
	"sync/atomic"
)

// XMLRPCStats counts what the double's mod_xml_rpc has seen and done.
type XMLRPCStats struct {
	// Served counts executed API commands by name, those whose reply was
	// lost or whose client had gone away included.
	Served map[string]int
	// Open is how many connections are open now, Peak the most there ever
	// were at once. Both count connections that wait for a slot. A connection
	// whose client has closed it counts until the server has noticed.
	Open, Peak int
	// Accepted is how many connections there have been.
	Accepted int
	// Waiting is 1 while the server is full and somebody waits, else 0.
	Waiting int
	// BytesRead and BytesWritten are what went over all connections.
	BytesRead, BytesWritten int64
}

// rpcStats is XMLRPCStats while it is being counted.
type rpcStats struct {
	waiting, read, written atomic.Int64

	mu                   sync.Mutex
	served               map[string]int
	open, peak, accepted int
}

func (s *rpcStats) opened() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted++
	s.open++
	s.peak = max(s.peak, s.open)
}

func (s *rpcStats) closed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
}

func (s *rpcStats) executed(command string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.served == nil {
		s.served = map[string]int{}
	}
	s.served[command]++
}

func (s *rpcStats) snapshot() XMLRPCStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return XMLRPCStats{
		Served: maps.Clone(s.served), Open: s.open, Peak: s.peak, Accepted: s.accepted,
		Waiting: int(s.waiting.Load()), BytesRead: s.read.Load(), BytesWritten: s.written.Load(),
	}
}
