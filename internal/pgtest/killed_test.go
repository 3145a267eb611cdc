package pgtest_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/pgtest"
)

func TestEndedTestBinaryLeavesNothing(t *testing.T) {
	if how := os.Getenv(victimEnv); how != "" {
		beVictim(t, how)
	}
	pgtest.Shared(t) // skips where there is none
	for _, how := range []string{"killed", "panics", "exits"} {
		t.Run(how, func(t *testing.T) {
			folders := endVictim(t, how)
			if len(folders) != 2 {
				t.Fatalf("the victim had folders %v", folders)
			}
			for _, folder := range folders {
				if _, err := os.Stat(folder); !os.IsNotExist(err) {
					t.Errorf("%s is left, %v", folder, err)
				}
			}
		})
	}
}

// victimEnv is set in the process that is to end, to how.
const victimEnv = "OUTDIAL_PGTEST_VICTIM"

// beVictim starts a server, says where, and ends in the middle of a test.
func beVictim(t *testing.T, how string) {
	pgtest.KeeperComplainsHere()
	s := pgtest.NewServer(t)
	s.Open(t, lines).MustExec(`DELETE FROM line`)
	for _, folder := range s.Folders() {
		if _, err := os.Stat(folder); err != nil {
			t.Fatal(err)
		}
		fmt.Println("folder", folder)
	}
	fmt.Println("ready")
	switch how {
	case "panics":
		go panic("a goroutine's panic runs no cleanup")
	case "exits":
		os.Exit(3)
	}
	select {} // until killed
}

// endVictim is the folders of a victim that has ended, and its keeper with it.
func endVictim(t *testing.T, how string) (folders []string) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestEndedTestBinaryLeavesNothing$")
	cmd.Env = append(os.Environ(), victimEnv+"="+how)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for said := bufio.NewScanner(stdout); said.Scan() && said.Text() != "ready"; {
		if folder, ok := strings.CutPrefix(said.Text(), "folder "); ok {
			folders = append(folders, folder)
		}
	}
	if how == "killed" {
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.Copy(io.Discard, stderr); err != nil { // its keeper holds this open to its end
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the victim ended in peace")
	}
	return folders
}
