package fakeswitch

import (
	"io"
	"net"
	"strconv"
	"testing"
	"time"
)

// BenchmarkCalls is one call after the other through the event socket: an
// originate, its answer, the hang-up, and all the events of that to one client.
func BenchmarkCalls(b *testing.B) {
	for name, events := range map[string]string{
		"all":    "event json ALL",
		"narrow": "event json CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE BACKGROUND_JOB",
		"none":   "event json HEARTBEAT",
	} {
		b.Run(name, func(b *testing.B) { benchmarkCalls(b, events) })
	}
}

// done reports that the switch has read what was sent, and all calls are over.
func done(s *Switch, sent int64) bool {
	_, read := s.Wire()
	return read == sent && len(s.Channels()) == 0 && s.Quiet()
}

func benchmarkCalls(b *testing.B, events string) {
	s := New(Config{PerSecond: 1 << 30, MaxSessions: 1 << 30, Far: func(string, string) Far {
		return Far{SIP: 200, Talk: time.Nanosecond}
	}})
	defer func() { _ = s.Close() }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.ServeESL(l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	go func() { _, _ = io.Copy(io.Discard, conn) }()
	if _, err := io.WriteString(conn, "auth ClueCon\n\n"+events+"\n\n"); err != nil {
		b.Fatal(err)
	}
	sent := int64(len("auth ClueCon\n\n" + events + "\n\n"))
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		id := strconv.Itoa(i)
		cmd := "bgapi originate {origination_uuid=u" + id + ",originate_timeout=20,ignore_early_media=true," +
			"outdial_call=c" + id + ",outdial_tag=t}sofia/gateway/trunk/4930" + id + " &park()\nJob-UUID: j" + id + "\n\n"
		n, err := io.WriteString(conn, cmd)
		if err != nil {
			b.Fatal(err)
		}
		sent += int64(n)
	}
	for !done(s, sent) {
		yield()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
