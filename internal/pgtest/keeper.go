package pgtest

import (
	"bufio"
	"cmp"
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
const patience = 2 * time.Minute

//go:embed keeper.sh
var keeperScript string

// keeperErrors is where the keeper itself complains, nowhere unless a test says.
var keeperErrors *os.File

// keeper is the process between the tests and their server, a few lines of sh.
// It lives while its standard input is open, and the kernel closes that when the
// test binary ends in whatever way: only a process that outlives the tests can
// stop the server and remove its folders after a kill -9.
type keeper struct {
	folder  string // of the socket and the log; short: a socket's path has at most 107 bytes
	data    string // the cluster, in memory if there is room
	process *exec.Cmd
	input   *os.File
	output  *os.File
	answers *bufio.Reader

	mu sync.Mutex // one command at a time
	up bool
	at int // the length of the log when the server last started
}

// newKeeper makes the folders and a keeper for them, with the programs in bin and
// options for postgres.
func newKeeper(bin string, options []string) (_ *keeper, err error) {
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	k := &keeper{}
	defer func() {
		if err != nil { // which says more than these would
			_, _ = os.RemoveAll(k.folder), os.RemoveAll(k.data)
		}
	}()
	if k.folder, err = who.newFolder(shortFolder(who)); err != nil {
		return nil, err
	}
	if k.data, err = who.newFolder(cmp.Or(memoryFolder(), k.folder)); err != nil {
		return nil, err
	}
	if bin, err = who.reach(bin, k.folder); err != nil {
		return nil, err
	}
	return k, k.launch(who, bin, options)
}

// newFolder is a new folder in another, the account's alone.
func (a *account) newFolder(in string) (string, error) {
	folder, err := os.MkdirTemp(in, "outdial-pg-")
	if err != nil {
		return "", err
	}
	return folder, a.own(folder)
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
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeperScript, "keeper", bin, k.folder, k.data}, options...)...)
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
	if command == "start" {
		k.at = len(k.log())
	}
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

// log is what initdb and the server have said.
func (k *keeper) log() string {
	text, err := os.ReadFile(filepath.Join(k.folder, "log"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err.Error()
	}
	return string(text)
}

// hasRefused says whether the server, since it was told to start, has said that
// it will not. What it tells clients who come too early is FATAL too.
func (k *keeper) hasRefused() bool {
	k.mu.Lock()
	at := k.at
	k.mu.Unlock()
	text := k.log()
	for line := range strings.Lines(text[min(at, len(text)):]) {
		if strings.Contains(line, "FATAL:") && !strings.Contains(line, "the database system is") {
			return true
		}
	}
	return false
}

// close stops the server and removes its folders, as the end of the test binary would.
func (k *keeper) close() error {
	return errors.Join(k.input.Close(), k.process.Wait(), k.output.Close())
}
