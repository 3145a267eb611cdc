//go:build unix

package stage

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Patience bounds what should take no time, on however busy a machine.
const Patience = 5 * time.Minute

// Process is the test's binary in another role.
type Process struct {
	Cmd  *exec.Cmd
	Said <-chan string   // lines of its output; closed at its end
	Gone <-chan struct{} // closed when it has ended, after Said
	Err  error           // how; read it after Gone

	complaints *Tail
	in         io.Closer
}

// Start starts the test's binary with arguments and what is added to the
// environment, by which its TestMain knows the role. It ends with the test,
// whatever happens: its input does too (see [Wanted]), and a group of its own
// makes the kernel wake and hang up one that is stopped when the test is killed.
func Start(t T, complaints *Tail, args []string, env ...string) *Process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	said, gone := make(chan string, 16), make(chan struct{})
	p := &Process{Cmd: exec.Command(self, args...), Said: said, Gone: gone, complaints: complaints}
	p.Cmd.Env = append(os.Environ(), env...)
	p.Cmd.Stderr = complaints
	p.Cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.in, err = p.Cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.Cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(gone)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said <- lines.Text()
		}
		close(said)
		p.Err = p.Cmd.Wait()
	}()
	t.Cleanup(func() {
		p.Signal(syscall.SIGKILL)
		<-p.Gone
	})
	return p
}

// Signal does nothing to a process that has ended.
func (p *Process) Signal(s syscall.Signal) { _ = p.Cmd.Process.Signal(s) }

// Kill kills it, and complains if it had ended by itself.
func (p *Process) Kill(t T) {
	t.Helper()
	p.Signal(syscall.SIGKILL)
	<-p.Gone
	if status, ok := p.Cmd.ProcessState.Sys().(syscall.WaitStatus); ok && !status.Signaled() {
		t.Errorf("process %d had ended by itself: %v", p.Cmd.Process.Pid, p.Err)
	}
}

// Line is the next line that it says.
func (p *Process) Line(t T) string {
	t.Helper()
	select {
	case line, ok := <-p.Said:
		if ok {
			return line
		}
	case <-time.After(Patience):
	}
	t.Fatalf("process %d says nothing; complaints:\n%s", p.Cmd.Process.Pid, p.complaints)
	return ""
}

// End lets it end by itself.
func (p *Process) End(t T) {
	t.Helper()
	_ = p.in.Close() // gone if it is
	select {
	case <-p.Gone:
		if p.Err != nil {
			t.Errorf("process %d ended with %v", p.Cmd.Process.Pid, p.Err)
		}
	case <-time.After(Patience):
		t.Errorf("process %d does not end", p.Cmd.Process.Pid)
	}
}

// Wanted is, in the other process, done when its input ends: the test closes it
// ([Process.End]), and the kernel does if the test is no more.
func Wanted() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin) // any end will do
	}()
	return ctx
}
