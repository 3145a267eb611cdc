package fakeswitch

import (
	"strconv"
	"time"
)

// rendering is one event on its way: written once per format, on demand.
type rendering struct {
	s      *Switch
	event  int
	class  string // of CUSTOM
	body   string
	fields func(*writer)
	frames [formats][]byte
}

// emit tells of a channel.
func (s *Switch) emit(event int, c *channel) {
	s.eventSeq++
	if !s.wanted(event, "") {
		return
	}
	r := rendering{s: s, event: event, fields: func(w *writer) { s.channelEvent(w, event, c) }}
	r.send()
}

// emitBare tells of the end of a channel that never was.
func (s *Switch) emitBare(c *channel) {
	s.eventSeq++
	if !s.wanted(evDestroy, "") {
		return
	}
	r := rendering{s: s, event: evDestroy, fields: func(w *writer) { s.bareEvent(w, c) }}
	r.send()
}

// emitCustom tells of a channel in a module's words, with its variables or bare.
func (s *Switch) emitCustom(class string, c *channel, whole bool) {
	s.eventSeq++
	if !s.wanted(evCustom, class) {
		return
	}
	r := rendering{s: s, event: evCustom, class: class, fields: func(w *writer) { s.avmdEvent(w, class, c, whole) }}
	r.send()
}

// jobDone tells the result of a bgapi command.
func (s *Switch) jobDone(id, command, args, reply string) {
	s.vary(func() {
		s.eventSeq++
		if !s.wanted(evJob, "") {
			return
		}
		r := rendering{s: s, event: evJob, body: reply, fields: func(w *writer) {
			s.head(w, evJob, "mod_event_socket.c", "api_exec", 1572)
			w.str("Job-UUID", id)
			w.str("Job-Command", command)
			if args != "" {
				w.str("Job-Command-Arg", args)
			}
		}}
		r.send()
	})
}

// heartbeat tells that the switch is there, every so often.
func (s *Switch) heartbeat() {
	s.after(s.cfg.Heartbeat, s.heartbeat)
	s.eventSeq++
	if s.stalled || !s.wanted(evHeartbeat, "") {
		return
	}
	up := s.clock.Now().Sub(s.started)
	r := rendering{s: s, event: evHeartbeat, fields: func(w *writer) {
		s.head(w, evHeartbeat, "switch_core.c", "send_heartbeat", 95)
		w.str("Event-Info", "System Ready")
		w.str("Up-Time", uptime(up))
		w.str("FreeSWITCH-Version", version)
		w.num("Uptime-msec", up.Milliseconds())
		w.num("Session-Count", int64(len(s.channels)))
		w.num("Max-Sessions", int64(s.maxCalls))
		w.num("Session-Per-Sec", int64(s.perSecond))
		w.num("Session-Per-Sec-Last", 0)
		w.num("Session-Per-Sec-Max", 0)
		w.num("Session-Per-Sec-FiveMin", 0)
		w.num("Session-Since-Startup", s.sessions)
		w.num("Session-Peak-Max", int64(s.peak))
		w.num("Session-Peak-FiveMin", int64(s.peak))
		w.safe("Idle-CPU", "99.400000")
	}}
	r.send()
}

// wanted reports whether any client has asked for such events.
func (s *Switch) wanted(event int, class string) bool {
	for _, c := range s.conns {
		if c.sub.wants(event, class) {
			return true
		}
	}
	return false
}

// send gives the event to the clients that want it, unless misfortune strikes.
func (r *rendering) send() {
	for _, c := range r.s.conns {
		if c.sub.wants(r.event, r.class) && c.sub.passes(r.get) {
			r.s.deliver(c, r.event, r.frame(c.sub.format))
		}
	}
}

// get finds one header, for filters.
func (r *rendering) get(name string) (string, bool) {
	if name == "Event-Name" {
		return evNames[r.event], true
	}
	w := writer{format: formatFind, want: name}
	r.fields(&w)
	return w.got, w.found
}

// frame writes the event. Frames are shared by connections and never change.
func (r *rendering) frame(f format) []byte {
	if r.frames[f] != nil {
		return r.frames[f]
	}
	w := writer{format: f, buf: r.s.scratch[:0]}
	w.begin()
	r.fields(&w)
	w.end(r.body)
	r.s.scratch = w.buf
	out := make([]byte, 0, len(w.buf)+64)
	out = append(out, "Content-Length: "...)
	out = strconv.AppendInt(out, int64(len(w.buf)), 10)
	out = append(out, "\nContent-Type: text/event-"...)
	out = append(out, formatNames[f]...)
	out = append(out, "\n\n"...)
	r.frames[f] = append(out, w.buf...)
	return r.frames[f]
}

var host = newFiller("FreeSWITCH-Hostname", "vm", "FreeSWITCH-Switchname", "fslab",
	"FreeSWITCH-IPv4", "127.0.0.1", "FreeSWITCH-IPv6", "::1")

const version = "1.10.12-release~64bit"

// head writes what every event begins with.
func (s *Switch) head(w *writer, event int, file, function string, line int64) {
	now := s.clock.Now()
	if sec := now.Unix(); sec != s.dated || s.dates == nil {
		s.dated = sec
		s.dates = newFiller("Event-Date-Local", now.Format(time.DateTime),
			"Event-Date-GMT", now.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	}
	w.safe("Event-Name", evNames[event])
	w.safe("Core-UUID", s.core)
	w.fill(host)
	w.fill(s.dates)
	w.num("Event-Date-Timestamp", micros(now))
	w.safe("Event-Calling-File", file)
	w.safe("Event-Calling-Function", function)
	w.num("Event-Calling-Line-Number", line)
	w.num("Event-Sequence", s.eventSeq)
}
