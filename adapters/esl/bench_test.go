package esl_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// Numbers of the benchmarks' carrier, which is heard of after a millisecond.
const (
	busyNumber   = "+4930111" // 486
	answerNumber = "+4930222" // answers, and hangs up at once
)

func benchFar(_, number string) fakeswitch.Far {
	if number == answerNumber {
		return fakeswitch.Far{Delay: time.Millisecond, SIP: 200, Talk: time.Nanosecond}
	}
	return fakeswitch.Far{Delay: time.Millisecond, SIP: 486}
}

// BenchmarkUnpaced places calls as fast as the adapter takes them, at a double
// without a limit in a process of its own: busy ones (three events each) and
// ones that are answered and hang up (four). One op is one call, from Originate
// to its end. In the same run a bare client does the same on the wire; ratio is
// the adapter's rate over that bound. The cpu figures are of the adapter's
// process, the bare client's and the double's.
func BenchmarkUnpaced(b *testing.B) {
	b.Run("busy", func(b *testing.B) { benchmarkCalls(b, 0, busyNumber) })
	b.Run("answered", func(b *testing.B) { benchmarkCalls(b, 0, answerNumber) })
}

// realPace is how many originates a second a real switch was measured to do.
const realPace = 400

// BenchmarkPaced is the same at a double that begins as many originates a second
// as a real switch: paced-ratio is the adapter's rate over that pace. It means
// something from a thousand calls on (-benchtime 2000x).
func BenchmarkPaced(b *testing.B) { benchmarkCalls(b, realPace, busyNumber) }

func benchmarkCalls(b *testing.B, pace int, number string) {
	bound := bareCalls(b, pace, number)
	ours := adapterCalls(b, pace, number)
	calls := float64(b.N)
	b.ReportMetric(ours.rate(b.N), "calls/s")
	b.ReportMetric(float64(ours.events)/ours.elapsed.Seconds(), "events/s")
	b.ReportMetric(ours.rate(b.N)/bound.rate(b.N), "ratio")
	b.ReportMetric(ours.cpu.Seconds()*1e6/calls, "cpu-µs/call")
	b.ReportMetric(bound.cpu.Seconds()*1e6/calls, "bare-cpu-µs/call")
	b.ReportMetric(ours.double.Seconds()*1e6/calls, "double-cpu-µs/call")
	if pace > 0 {
		b.ReportMetric(ours.rate(b.N)/float64(pace), "paced-ratio")
	}
}

// figures are what a client took for all calls.
type figures struct {
	elapsed     time.Duration
	cpu, double time.Duration // of this process, and of the double's
	events      int64
}

func (f *figures) rate(calls int) float64 { return float64(calls) / f.elapsed.Seconds() }

// cpuTime is what this process has used.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func benchDial(n int, number string) ports.Dial {
	d := ports.Dial{Shape: attempt.ContactFirst, Address: number, CallerID: "+493099", RingTimeout: 30 * time.Second}
	binary.BigEndian.PutUint64(d.Call[:8], uint64(n)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(d.Call[8:], uint64(n))
	return d
}

// ahead is how many calls may be under way at a paced double: it takes any
// number, and lets them wait.
const ahead = 100

// adapterCalls is b.N calls through the adapter.
func adapterCalls(b *testing.B, pace int, number string) (f figures) {
	d := startDouble(b, pace)
	sw, err := esl.New(esl.Config{Addr: d.addr, Password: benchPassword, Gateways: []string{"trunk"}})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = sw.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := sw.Ready(ctx); err != nil {
		b.Fatal(err)
	}
	r := runner{b: b, sw: sw, most: b.N}
	if pace > 0 {
		r.most = ahead
	}
	b.ReportAllocs()
	b.ResetTimer()
	cpu, start := cpuTime(b), time.Now()
	r.run(number)
	f.elapsed, f.cpu = time.Since(start), cpuTime(b)-cpu
	b.StopTimer()
	f.events = sw.Stats().Events
	f.double = d.stop(b)
	return f
}

// runner places calls and hears of their ends.
type runner struct {
	b           *testing.B
	sw          *esl.Switch
	most        int // at once
	begun, over int
}

func (r *runner) run(number string) {
	for r.over < r.b.N {
		if r.begun == r.b.N || r.begun-r.over >= r.most {
			r.hear(<-r.sw.Events())
			continue
		}
		switch err := r.sw.Originate(benchDial(r.begun, number)); {
		case err == nil:
			r.begun++
		case errors.Is(err, ports.ErrBusy):
			r.hear(<-r.sw.Events())
		default:
			r.b.Fatal(err)
		}
	}
}

func (r *runner) hear(evs []ports.Event) {
	for i := range evs {
		switch evs[i].Kind {
		case ports.Ended:
			r.over++
		case ports.Refused, ports.Down:
			r.b.Fatalf("%+v", evs[i])
		}
	}
}

// bareCalls is b.N calls by the least code that can place them and see that all
// has been said: pipelined commands on one connection, and frames counted on
// both, of which nothing but the length is read.
func bareCalls(b *testing.B, pace int, number string) (f figures) {
	d := startDouble(b, pace)
	commands, events := d.dial(b), d.dial(b)
	lines := originates(b, number)
	each := 3 // events
	if number == answerNumber {
		each = 4
	}
	if _, err := io.WriteString(events, "filter variable_outdial_tag outdial\n\nfilter Event-Name BACKGROUND_JOB\n\n"+
		"event json BACKGROUND_JOB CHANNEL_CREATE CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE\n\n"); err != nil {
		b.Fatal(err)
	}
	skipFrames(b, events, 3)
	cpu, start := cpuTime(b), time.Now()
	go func() {
		for _, line := range lines {
			if _, err := commands.Write(line); err != nil {
				b.Error(err)
			}
		}
	}()
	replies := make(chan struct{})
	go func() {
		defer close(replies)
		skipFrames(b, commands, b.N)
	}()
	skipFrames(b, events, b.N*each)
	<-replies
	f.elapsed, f.cpu = time.Since(start), cpuTime(b)-cpu
	f.double = d.stop(b)
	return f
}

// originates are the commands of b.N calls, in writes of 16 kB or so each.
func originates(b *testing.B, number string) (lines [][]byte) {
	site := freeswitch.Site{Gateways: []string{"trunk"}, Profile: "external", Tag: "outdial", Owner: "bare", ParkTimeout: time.Minute}
	if err := site.Check(); err != nil {
		b.Fatal(err)
	}
	var line []byte
	for n := range b.N {
		d := benchDial(n, number)
		args, err := site.Originate(d)
		if err != nil {
			b.Fatal(err)
		}
		line = fmt.Appendf(line, "bgapi originate %s\nJob-UUID: %s\n\n", args, d.Call)
		if len(line) > 16<<10 || n == b.N-1 {
			lines, line = append(lines, line), nil
		}
	}
	return lines
}

// skipFrames reads so many frames.
func skipFrames(b *testing.B, c *benchConn, n int) {
	for n > 0 {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			b.Error(err)
			return
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			c.body, _ = strconv.Atoi(string(bytes.TrimSpace(value))) // the double's own
		}
		if len(line) > 1 {
			continue
		}
		if _, err := c.r.Discard(c.body); err != nil {
			b.Error(err)
			return
		}
		c.body = 0
		n--
	}
}

// benchConn is a bare connection to the double.
type benchConn struct {
	net.Conn
	r    *bufio.Reader
	body int // of the frame being read
}

const (
	benchPassword = "a-password-of-the-benchmarks"
	// doubleEnv asks this test binary to be the double, at that pace.
	doubleEnv = "OUTDIAL_BENCHMARK_DOUBLE"
)

// benchDouble is a double in a process of its own.
type benchDouble struct {
	cmd  *exec.Cmd
	in   io.Closer
	addr string
}

// startDouble starts the test binary anew, as a double.
func startDouble(b *testing.B, pace int) *benchDouble {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run", "^TestBenchmarksDoubleServes$")
	cmd.Env = append(os.Environ(), doubleEnv+"="+strconv.Itoa(pace), "GOGC=400")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = in.Close() })
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal("the double did not say where it listens: ", err)
	}
	return &benchDouble{cmd, in, strings.TrimSpace(addr)}
}

// stop ends the double and returns the CPU time of its life.
func (d *benchDouble) stop(b *testing.B) time.Duration {
	_ = d.in.Close()
	if err := d.cmd.Wait(); err != nil {
		b.Fatal("the double: ", err)
	}
	return d.cmd.ProcessState.UserTime() + d.cmd.ProcessState.SystemTime()
}

// dial logs in.
func (d *benchDouble) dial(b *testing.B) *benchConn {
	nc, err := net.Dial("tcp", d.addr)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = nc.Close() })
	if _, err := io.WriteString(nc, "auth "+benchPassword+"\n\n"); err != nil {
		b.Fatal(err)
	}
	c := &benchConn{Conn: nc, r: bufio.NewReaderSize(nc, 64<<10)}
	skipFrames(b, c, 2) // the greeting, and the welcome
	return c
}

// TestBenchmarksDoubleServes is the other process of the benchmarks: there it
// serves until its input ends. In a run of the tests it does nothing.
func TestBenchmarksDoubleServes(t *testing.T) {
	pace, asked := os.LookupEnv(doubleEnv)
	if !asked {
		return
	}
	n, err := strconv.Atoi(pace)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := fakeswitch.New(fakeswitch.Config{
		Password: benchPassword, Far: benchFar, Pace: n,
		MaxSessions: 1 << 30, PerSecond: 1 << 30, Backlog: 1 << 30,
	})
	served := make(chan error, 1)
	go func() { served <- s.ServeESL(l) }()
	fmt.Println(l.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := errors.Join(s.Close(), <-served); err != nil {
		t.Error(err)
	}
}
