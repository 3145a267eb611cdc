//go:build unix

package killtest_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds what should take no time.
const patience = time.Minute

// process is this test binary in another role.
type process struct {
	cmd  *exec.Cmd
	in   io.Closer
	said chan string   // lines of its output; closed at its end
	gone chan struct{} // closed when it has ended, after said
	err  error         // how; read it after gone
}

// start starts the binary in a role. It ends with the test, whatever happens:
// its input does too, and a group of its own makes the kernel wake and hang up
// one that is stopped when the test is killed.
func start(t *testing.T, complaints io.Writer, env ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(self), said: make(chan string, 16), gone: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = complaints
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.gone)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.said <- lines.Text()
		}
		close(p.said)
		p.err = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.signal(syscall.SIGKILL)
		<-p.gone
	})
	return p
}

// signal does nothing to a process that has ended.
func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// line is the next line that it says.
func (p *process) line(t *testing.T, complaints *tail) string {
	t.Helper()
	select {
	case line, ok := <-p.said:
		if ok {
			return line
		}
	case <-time.After(patience):
	}
	t.Fatalf("process %d says nothing; complaints:\n%s", p.cmd.Process.Pid, complaints)
	return ""
}

// end lets it end by itself.
func (p *process) end(t *testing.T) {
	t.Helper()
	_ = p.in.Close() // gone if it is
	select {
	case <-p.gone:
		if p.err != nil {
			t.Errorf("process %d ended with %v", p.cmd.Process.Pid, p.err)
		}
	case <-time.After(patience):
		t.Errorf("process %d does not end", p.cmd.Process.Pid)
	}
}

// tail keeps the end of what processes complain of.
type tail struct {
	mu   sync.Mutex
	text []byte
	race bool
}

func (c *tail) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.race = c.race || strings.Contains(string(p), "DATA RACE")
	c.text = append(c.text, p...)
	if over := len(c.text) - 32<<10; over > 0 {
		c.text = append(c.text[:0], c.text[over:]...)
	}
	return len(p), nil
}

func (c *tail) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.text)
}

// check reports data races of processes that were killed before they could.
func (c *tail) check(t *testing.T) {
	c.mu.Lock()
	raced := c.race
	c.mu.Unlock()
	if raced {
		t.Error("a process has a data race")
	}
	if t.Failed() {
		t.Logf("the processes' last complaints:\n%s", c)
	}
}
