package pgtest_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/internal/pgtest"
)

func TestNewestVersionIsFirst(t *testing.T) {
	top := t.TempDir()
	for _, version := range []string{"9.6", "15", "18.4.0-beta.9", "18.4.0-beta.17"} {
		programs(t, filepath.Join(top, version, "bin"))
	}
	var got []string
	for _, bin := range pgtest.NewestFirst(top + "/*/bin") {
		got = append(got, filepath.Base(filepath.Dir(bin)))
	}
	if diff := cmp.Diff([]string{"18.4.0-beta.17", "18.4.0-beta.9", "15", "9.6"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFolderWithoutServerIsPassedOver(t *testing.T) {
	client, server := t.TempDir(), filepath.Join(t.TempDir(), "bin")
	programs(t, server)
	if got, err := pgtest.FirstWithPrograms([]string{client, server}); err != nil || got != server {
		t.Errorf("found %q, %v", got, err)
	}
	if _, err := pgtest.FirstWithPrograms([]string{client}); !errors.Is(err, pgtest.ErrNothingFound) {
		t.Errorf("got %v", err)
	}
}

func TestNamedFolderWithoutServerIsAFailure(t *testing.T) {
	t.Setenv("CI", "")
	t.Setenv("OUTDIAL_PG_BIN", t.TempDir())
	end := run(t, func(t testing.TB) { pgtest.NewServer(t) })
	if !strings.Contains(end.failed, "OUTDIAL_PG_BIN") || end.skipped != "" {
		t.Errorf("failed with %q, skipped with %q", end.failed, end.skipped)
	}
}

func TestWithoutServerLaptopSkipsAndCIFails(t *testing.T) {
	for _, c := range []struct {
		name, ci string
		err      error
		skips    bool
	}{
		{"nothing found on a laptop", "", pgtest.ErrNothingFound, true},
		{"nothing found in CI", "true", pgtest.ErrNothingFound, false},
		{"other trouble on a laptop", "", errors.New("disk full"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("CI", c.ci)
			end := run(t, func(t testing.TB) { pgtest.GiveUp(t, c.err) })
			if skips, fails := end.skipped != "", end.failed != ""; skips != c.skips || fails == c.skips {
				t.Errorf("skipped with %q, failed with %q", end.skipped, end.failed)
			}
		})
	}
}

func TestProgramsInAClosedFolderAreCopied(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root starts the server as someone else")
	}
	closed := t.TempDir()
	programs(t, filepath.Join(closed, "bin"))
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "outdial-pg-") // t.TempDir is closed too
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()

	bin, err := pgtest.Reach(filepath.Join(closed, "bin"), folder)
	if err != nil || filepath.Dir(filepath.Dir(bin)) != folder {
		t.Fatalf("reached %q, %v", bin, err)
	}
	if again, err := pgtest.Reach(bin, folder); err != nil || again != bin {
		t.Errorf("the copy can't be run: %q, %v", again, err)
	}
}

// programs puts what looks like a server's into a new folder.
func programs(t *testing.T, bin string) {
	t.Helper()
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
