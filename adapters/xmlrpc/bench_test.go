package xmlrpc_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// slots is how many originates the adapter has under way at most.
const slots = 10

// BenchmarkCalls places busy calls, which ring for no time, in the adapter's ten
// slots at a double in the same process. One op is one call, from Originate to
// its end. In the same run a bare HTTP client sends the same originates from ten
// goroutines, with a connection for each as the adapter has, and throws the
// replies away; ratio is the adapter's rate over that bound.
func BenchmarkCalls(b *testing.B) {
	addr := serveBusy(b)
	bound := bareCalls(b, addr)
	ours := adapterCalls(b, addr)
	b.ReportMetric(float64(b.N)/ours.Seconds(), "calls/s")
	b.ReportMetric(bound.Seconds()/ours.Seconds(), "ratio")
}

const benchPassword = "a-password"

// serveBusy is a double, on the machine's clock, at which everybody is busy.
func serveBusy(b *testing.B) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := fakeswitch.New(fakeswitch.Config{
		Users: map[string]string{"fsadmin": benchPassword}, MaxSessions: 1 << 30, PerSecond: 1 << 30,
		Far: func(string, string) fakeswitch.Far { return fakeswitch.Far{SIP: 486} },
	})
	served := make(chan error, 1)
	go func() { served <- s.ServeXMLRPC(l) }()
	b.Cleanup(func() {
		if err := errors.Join(s.Close(), <-served); err != nil {
			b.Error(err)
		}
	})
	return "http://" + l.Addr().String() + "/RPC2"
}

func benchDial(n int) ports.Dial {
	d := ports.Dial{Shape: attempt.ContactFirst, Address: "+4930111", CallerID: "+493099", RingTimeout: 30 * time.Second}
	binary.BigEndian.PutUint64(d.Call[:8], uint64(n)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(d.Call[8:], uint64(n))
	return d
}

// adapterCalls is b.N calls through the adapter.
func adapterCalls(b *testing.B, addr string) time.Duration {
	sw, err := xmlrpc.New(xmlrpc.Config{URL: addr, Username: "fsadmin", Password: benchPassword, Gateways: []string{"trunk"}})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = sw.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := sw.Ready(ctx); err != nil {
		b.Fatal(err)
	}
	begun, over := 0, 0
	hear := func() {
		if begun == over {
			runtime.Gosched() // a slot is about to be given back
			return
		}
		for _, ev := range <-sw.Events() {
			switch ev.Kind {
			case ports.Ended:
				over++
			case ports.Refused, ports.Down:
				b.Fatalf("%+v", ev)
			}
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	start := time.Now()
	for over < b.N {
		if begun == b.N {
			hear()
			continue
		}
		switch err := sw.Originate(benchDial(begun)); {
		case err == nil:
			begun++
		case errors.Is(err, ports.ErrBusy):
			hear()
		default:
			b.Fatal(err)
		}
	}
	elapsed := time.Since(start)
	b.StopTimer()
	return elapsed
}

// bareCalls is b.N calls by a bare HTTP client.
func bareCalls(b *testing.B, addr string) time.Duration {
	requests := originates(b)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	var next atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for range slots {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := post(client, addr, requests[n-1]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

// originates are the bodies of b.N requests.
func originates(b *testing.B) [][]byte {
	site := freeswitch.Site{Gateways: []string{"trunk"}, Profile: "external", Tag: "outdial", Owner: "bare", ParkTimeout: time.Minute}
	if err := site.Check(); err != nil {
		b.Fatal(err)
	}
	bodies := make([][]byte, b.N)
	for n := range bodies {
		args, err := site.Originate(benchDial(n))
		if err != nil {
			b.Fatal(err)
		}
		var text bytes.Buffer
		if err := xml.EscapeText(&text, []byte(args)); err != nil {
			b.Fatal(err)
		}
		bodies[n] = fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?><methodCall><methodName>freeswitch.api</methodName>`+
			`<params><param><value><string>originate</string></value></param>`+
			`<param><value><string>%s</string></value></param></params></methodCall>`, text.Bytes())
	}
	return bodies
}

func post(client *http.Client, addr string, body []byte) error {
	req, err := http.NewRequest(http.MethodPost, addr, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.SetBasicAuth("fsadmin", benchPassword)
	req.Header.Set("Content-Type", "text/xml")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the double answered %s", resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
