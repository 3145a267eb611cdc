package fakeswitch

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/ports"
)

// How mod_xml_rpc keeps its connections: the figures of FreeSWITCH 1.10.12.
const (
	rpcSlots       = 16               // connections served at once
	rpcPoll        = 2 * time.Second  // how often a full server looks for a free slot
	rpcIdle        = 5 * time.Second  // keep-alive ends after so long without a byte
	rpcStall       = 15 * time.Second // a request that has begun must be whole by then
	rpcMaxRequests = 30               // per connection
	rpcBacklog     = 1024             // connections that may wait; far more than the real one lets
)

// rpcAPI is the switch behind the server.
type rpcAPI interface {
	// API executes one API command and returns what it printed.
	API(ctx context.Context, command, args string) string
	// life names the switch's process, which a restart changes; "" while
	// there is none.
	life() string
}

// rpcServer is the double's mod_xml_rpc: an HTTP server with the manners of
// abyss, the one inside FreeSWITCH. It isn't built on net/http, which would
// serve any number of connections, answer pipelined requests, and notice a
// client that has gone away.
//
// One goroutine accepts, one hands connections to slots, and each connection
// that is served has its own. A request is executed even when its client is
// gone, for the context that the API gets ends only with the server.
type rpcServer struct {
	api   rpcAPI
	clock ports.Clock
	users map[string]string // name → password
	stats *rpcStats
	// faults returns the misbehaviour asked for at this moment.
	faults func() XMLRPCFaults

	ctx      context.Context
	cancel   context.CancelFunc
	finished atomic.Int64 // connections that ended and whose slot isn't yet taken back

	mu     sync.Mutex
	conns  map[*rpcConn]struct{}
	served sync.WaitGroup
}

func newRPCServer(api rpcAPI, clock ports.Clock, users map[string]string, stats *rpcStats, faults func() XMLRPCFaults) *rpcServer {
	ctx, cancel := context.WithCancel(context.Background())
	return &rpcServer{
		api: api, clock: clock, users: users, stats: stats, faults: faults,
		ctx: ctx, cancel: cancel, conns: map[*rpcConn]struct{}{},
	}
}

// serve answers the connections of l until l is closed, which is the switch's
// death as its clients see it: every connection ends with a FIN, replies that
// were under way are never sent. It returns nil when l was closed, once all
// its goroutines have ended, and otherwise the error of Accept.
func (s *rpcServer) serve(l net.Listener) error {
	queue := make(chan *rpcConn, rpcBacklog)
	s.served.Add(1)
	go s.dispatch(queue)
	err := s.accept(l, queue)
	s.stop()
	s.served.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// accept counts and queues connections. A real listener leaves the ones that
// wait for a slot in the kernel's backlog; their clients can't tell.
func (s *rpcServer) accept(l net.Listener, queue chan<- *rpcConn) error {
	for {
		raw, err := l.Accept()
		if err != nil {
			return err
		}
		c := s.open(raw)
		select {
		case queue <- c:
		default: // a thousand wait already: a full backlog
			c.close()
		}
	}
}

// dispatch gives each connection a slot, in the order they came.
func (s *rpcServer) dispatch(queue <-chan *rpcConn) {
	defer s.served.Done()
	taken := 0
	for {
		select {
		case <-s.ctx.Done():
			return
		case c := <-queue:
			taken = s.waitForSlot(taken)
			if s.ctx.Err() != nil {
				return
			}
			taken++
			c.life = s.api.life()
			c.await(rpcIdle)
			s.served.Add(1)
			go s.run(c)
		}
	}
}

// waitForSlot returns how many slots are still taken, once fewer than all are.
//
// Abyss takes slots back only while it looks, and having taken some back it
// sleeps once more unless no connection is left at all. That is why the 17th
// of 17 two-second calls took 6.03 s and not 4.
func (s *rpcServer) waitForSlot(taken int) int {
	taken -= int(s.finished.Swap(0))
	if taken < rpcSlots {
		return taken
	}
	s.stats.waiting.Add(1)
	defer s.stats.waiting.Add(-1)
	for taken >= rpcSlots && s.ctx.Err() == nil {
		taken -= int(s.finished.Swap(0))
		if taken > 0 {
			s.sleep(rpcPoll)
		}
	}
	return taken
}

// sleep waits for d by the switch's clock, or until the server stops.
func (s *rpcServer) sleep(d time.Duration) {
	timer, fired := s.clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-fired:
	case <-s.ctx.Done():
	}
}

// stop ends every connection and the API commands under way.
func (s *rpcServer) stop() {
	s.cancel()
	s.cut()
}

// cut ends every connection, as the end of the switch's process does.
func (s *rpcServer) cut() {
	s.mu.Lock()
	conns := make([]*rpcConn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		c.close()
	}
}
