package guard

import (
	"net"
	"sync/atomic"
)

// Stats are counts since the link came up. When FramesIn equals EventsOut, no
// event that has been read from the socket is still on its way to Read.
type Stats struct {
	FramesIn    uint64 // events that came whole, nameless ones included
	EventsOut   uint64 // events that Read has returned
	Malformed   uint64 // whole frames that say nothing we know, each a nameless event
	Unsolicited uint64 // replies that no command waited for; dropped
	Bytes       uint64 // read from the switch
}

// counters are Stats under way.
type counters struct {
	framesIn, eventsOut, malformed, unsolicited, bytes atomic.Uint64
}

// Stats counts what has come and gone. It may be called at any time.
func (l *Link) Stats() Stats {
	// EventsOut first: an event that comes meanwhile makes the two differ,
	// never agree by mistake.
	out := l.count.eventsOut.Load()
	return Stats{
		FramesIn:    l.count.framesIn.Load(),
		EventsOut:   out,
		Malformed:   l.count.malformed.Load(),
		Unsolicited: l.count.unsolicited.Load(),
		Bytes:       l.count.bytes.Load(),
	}
}

// wire is the connection to the switch; it tells of what comes.
type wire struct {
	net.Conn
	watch *watch
	count *counters
}

// Read implements [net.Conn].
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.watch.arrived()
		w.count.bytes.Add(uint64(n))
	}
	return n, err
}
