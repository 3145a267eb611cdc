//go:build !unix

package pgtest

import (
	"fmt"
	"os/exec"
	"runtime"
)

// account is nobody: a private server wants Unix sockets, signals and sh.
type account struct{}

func unprivileged() (*account, error) {
	return nil, fmt.Errorf("%w (%s can't have a private server)", errNothingFound, runtime.GOOS)
}

func (*account) run(*exec.Cmd) {}

func (*account) own(string) error { return nil }

func (*account) reach(bin, _ string) (string, error) { return bin, nil }
