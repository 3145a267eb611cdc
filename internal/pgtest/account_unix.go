//go:build unix

package pgtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user who runs the server; nil is who runs the tests.
type account struct{ uid, gid int }

// unprivileged is nil unless root runs the tests, whom PostgreSQL refuses.
func unprivileged() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses root, and there is no user postgres or nobody: %w", err)
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(who.Gid)
	if err != nil {
		return nil, err
	}
	return &account{uid: uid, gid: gid}, nil
}

// run makes a command the account's, in a session of its own: Ctrl-C at the
// tests' terminal goes to the tests alone, and the server ends after them.
func (a *account) run(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}

// own gives a folder to the account.
func (a *account) own(folder string) error {
	if a == nil {
		return nil
	}
	return os.Chown(folder, a.uid, a.gid)
}

// reach is bin, or a copy in folder if the account may not enter bin: npm's
// server is in root's cache, and root's home is closed to others.
func (a *account) reach(bin, folder string) (string, error) {
	if a == nil {
		return bin, nil
	}
	try := exec.Command(filepath.Join(bin, "postgres"), "--version")
	try.Dir = folder
	a.run(try)
	err := try.Run()
	if err == nil {
		return bin, nil
	}
	if !errors.Is(err, fs.ErrPermission) {
		return "", fmt.Errorf("%s: %w", try, err)
	}
	tree := filepath.Join(folder, "programs")
	if err := os.CopyFS(tree, os.DirFS(filepath.Dir(bin))); err != nil {
		return "", fmt.Errorf("copy PostgreSQL to where its user can run it: %w", err)
	}
	// The account's own, or its keeper could not remove them.
	err = filepath.WalkDir(tree, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, a.uid, a.gid))
	})
	return filepath.Join(tree, filepath.Base(bin)), err
}
