package pgtest

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// patience bounds every wait for the server; nothing healthy comes near it.
const patience = time.Minute

//go:embed keeper.sh
var keeperScript string

// keeperErrors is where the keeper itself complains, nowhere unless a test says.
var keeperErrors *os.File

// keeper is the process between the tests and their server, a few lines of sh.
// It lives while its standard input is open, and the kernel closes that when the
// test binary ends in whatever way: only a process that outlives the tests can
// stop the server and remove the folder after a kill -9.
type keeper struct {
	folder  string // short: a socket's path has at most 107 bytes
	process *exec.Cmd
	input   *os.File
	output  *os.File
	answers *bufio.Reader

	mu sync.Mutex // one command at a time
	up bool
}

// newKeeper makes a folder and a keeper for it, with the programs in bin and
// options for postgres.
func newKeeper(bin string, options []string) (_ *keeper, err error) {
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	k := &keeper{}
	if k.folder, err = os.MkdirTemp(shortFolder(who), "outdial-pg-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(k.folder) // the error that brought us here says more
		}
	}()
	if err := who.own(k.folder); err != nil {
		return nil, err
	}
	if bin, err = who.reach(bin, k.folder); err != nil {
		return nil, err
	}
	return k, k.launch(who, bin, options)
}

// shortFolder is the folder for temporary files, unless a socket's path would
// get too long there or another user can't be expected to enter it.
func shortFolder(who *account) string {
	if folder := os.TempDir(); who == nil && len(folder) < 60 {
		return folder
	}
	return "/tmp"
}

func (k *keeper) launch(who *account, bin string, options []string) error {
	stdin, input, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = stdin.Close() }() // the child has its own
	output, stdout, err := os.Pipe()
	if err != nil {
		_ = input.Close()
		return err
	}
	defer func() { _ = stdout.Close() }() // the child has its own
	options = append([]string{"-c", "unix_socket_directories=" + k.folder}, options...)
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeperScript, "keeper", bin, k.folder}, options...)...)
	cmd.Stdin, cmd.Stdout = stdin, stdout
	if keeperErrors != nil {
		cmd.Stderr = keeperErrors
	}
	cmd.Dir = k.folder
	// No PGPORT, PGDATA or locale of the user's reaches the server.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + k.folder, "LC_ALL=C"}
	who.run(cmd)
	if err := cmd.Start(); err != nil {
		_, _ = input.Close(), output.Close()
		return err
	}
	k.process, k.input, k.output, k.answers = cmd, input, output, bufio.NewReader(output)
	return nil
}

// do has one command of keeper.sh carried out.
func (k *keeper) do(command string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.output.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(k.input, command); err != nil {
		return fmt.Errorf("%s the server: %w", command, err)
	}
	answer, err := k.answers.ReadString('\n')
	if err != nil {
		return fmt.Errorf("%s the server: %w", command, err)
	}
	if answer != "0\n" {
		return fmt.Errorf("%s the server: exit status %s\n%s", command, strings.TrimSpace(answer), k.log())
	}
	k.up = command == "start"
	return nil
}

// running says whether the server was last told to start.
func (k *keeper) running() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.up
}

// log is the end of what initdb and the server said.
func (k *keeper) log() string {
	const end = 4096
	text, err := os.ReadFile(filepath.Join(k.folder, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-end):])
}

// close stops the server and removes the folder, as the end of the test binary would.
func (k *keeper) close() error {
	return errors.Join(k.input.Close(), k.process.Wait(), k.output.Close())
}
