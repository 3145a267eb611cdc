package fakeswitch

import (
	"context"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/outdial/outdial/ports"
)

// xmlrpcState is what a Switch keeps for its mod_xml_rpc, however many
// listeners it serves.
type xmlrpcState struct {
	stats rpcStats

	mu      sync.Mutex
	faults  XMLRPCFaults
	clock   ports.Clock
	servers map[*rpcServer]struct{}
}

func (x *xmlrpcState) currentFaults() XMLRPCFaults {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.faults
}

// cut ends every connection, as the end of the switch's process does: with a
// FIN, and without the replies under way. It may be called with the switch
// locked.
func (x *xmlrpcState) cut() {
	x.mu.Lock()
	servers := slices.Collect(maps.Keys(x.servers))
	x.mu.Unlock()
	for _, srv := range servers {
		srv.cut()
	}
}

// serve keeps srv findable for cut while it serves l.
func (x *xmlrpcState) serve(srv *rpcServer, l net.Listener) error {
	x.mu.Lock()
	if x.servers == nil {
		x.servers = map[*rpcServer]struct{}{}
	}
	x.servers[srv] = struct{}{}
	x.mu.Unlock()
	defer func() {
		x.mu.Lock()
		delete(x.servers, srv)
		x.mu.Unlock()
	}()
	return srv.serve(l)
}

// ServeXMLRPC answers HTTP on l as mod_xml_rpc does, with the slots, timeouts
// and oddities that the recordings show, until Close, or until the listener is
// closed: connections then end with a FIN, and replies under way are never
// sent. It returns nil once all its goroutines have ended, and otherwise the
// error of Accept.
//
// Who may come in are the users of [Config] whose names hold no @; if there
// are none, FreeSWITCH's default, "freeswitch" with the password "works".
//
// Call it from a goroutine of its own. The slots belong to one listener.
func (s *Switch) ServeXMLRPC(l net.Listener) error {
	s.lock()
	if s.closed {
		s.unlock()
		return l.Close()
	}
	s.listeners[l] = struct{}{}
	s.unlock()
	s.xmlrpc.mu.Lock()
	clock := s.xmlrpc.clock
	s.xmlrpc.mu.Unlock()
	if clock == nil {
		clock = s.cfg.Clock
	}
	srv := newRPCServer(rpcSwitch{s}, clock, xmlrpcUsers(s.cfg.Users), &s.xmlrpc.stats, s.xmlrpc.currentFaults)
	return s.xmlrpc.serve(srv, l)
}

func xmlrpcUsers(users map[string]string) map[string]string {
	own := maps.Clone(users)
	maps.DeleteFunc(own, func(name, _ string) bool { return strings.Contains(name, "@") })
	if len(own) == 0 {
		return map[string]string{"freeswitch": "works"}
	}
	return own
}

// life names the switch's process; "" while it is down.
func (s *Switch) life() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.down {
		return ""
	}
	return s.core
}

// rpcSwitch is the switch as XML-RPC commands it.
type rpcSwitch struct{ *Switch }

// API executes one command. On the event socket bgapi is a word of the
// protocol; to XML-RPC it is a command like any other, whose job's result only
// the event socket tells.
func (s rpcSwitch) API(ctx context.Context, command, args string) string {
	if !strings.EqualFold(command, "bgapi") {
		return s.Switch.API(ctx, command, args)
	}
	s.lock()
	defer s.unlock()
	if s.closed || s.down {
		return ""
	}
	id := s.newID()
	command, args, _ = strings.Cut(args, " ")
	s.api(command, args, func(reply string) { s.jobDone(id, command, args, reply) })
	return "+OK Job-UUID: " + id + "\n"
}

// SetXMLRPCFaults makes the switch misbehave towards XML-RPC clients from the
// next command on; the zero value lets it behave again.
func (s *Switch) SetXMLRPCFaults(faults XMLRPCFaults) {
	s.xmlrpc.mu.Lock()
	defer s.xmlrpc.mu.Unlock()
	s.xmlrpc.faults = faults
}

// SetXMLRPCClock lets connections be kept, and held requests wait, by another
// clock than the switch's. A test that moves the switch's clock by minutes
// while its client keeps connections in real time wants the system's clock
// here, or nil for it: else keep-alive ends at every move, under the client's
// requests. Call it before ServeXMLRPC.
func (s *Switch) SetXMLRPCClock(clock ports.Clock) {
	if clock == nil {
		clock = systemClock{}
	}
	s.xmlrpc.mu.Lock()
	defer s.xmlrpc.mu.Unlock()
	s.xmlrpc.clock = clock
}

// XMLRPCStats is what mod_xml_rpc has seen and done so far.
func (s *Switch) XMLRPCStats() XMLRPCStats { return s.xmlrpc.stats.snapshot() }
