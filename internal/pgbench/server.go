package pgbench

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/outdial/outdial/internal/pgtest"
)

// settings are PostgreSQL's own where pgtest spares itself the disk, and memory
// enough that no checkpoint falls into a measurement.
var settings = []string{
	"fsync=on", "synchronous_commit=on", "full_page_writes=on", "wal_level=replica",
	"shared_buffers=512MB", "max_wal_size=8GB", "checkpoint_timeout=30min",
}

// Server is a server of the benchmark's own with its data on a disk.
func Server(b testing.TB) *pgtest.Server {
	b.Helper()
	disk := folder(b) // before the server, so that it goes after it
	s := pgtest.NewServer(b, settings...)
	move(b, s, disk)
	return s
}

// move takes a server's data to a folder on a disk: pgtest keeps it in memory
// where it can, and there a sync costs nothing. What is left in memory is its
// configuration, which says where the data is.
func move(b testing.TB, s *pgtest.Server, disk string) {
	b.Helper()
	var memory string
	if err := s.Open(b, nil).Get(&memory, `SHOW data_directory`); err != nil {
		b.Fatal(err)
	}
	data := filepath.Join(disk, "data")
	s.Stop(b)
	// cp keeps the owner and the modes, of which PostgreSQL is particular
	if out, err := exec.Command("cp", "-a", memory, data).CombinedOutput(); err != nil {
		b.Fatalf("copy the data to a disk: %v\n%s", err, out)
	}
	extend(b, filepath.Join(memory, "postgresql.conf"), "data_directory = '"+data+"'\n")
	s.Start(b)
}

// extend appends to a file; of a setting given twice PostgreSQL takes the last.
func extend(b testing.TB, path, text string) {
	b.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		b.Fatal(err)
	}
}

// folder is in /var/tmp, which outlives a reboot and so is on a disk. The user
// who runs the server must be able to enter it; the data itself is closed to others.
func folder(b testing.TB) string {
	b.Helper()
	path, err := os.MkdirTemp("/var/tmp", "outdial-bench-")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := os.RemoveAll(path); err != nil {
			b.Error(err)
		}
	})
	if err := os.Chmod(path, 0o711); err != nil {
		b.Fatal(err)
	}
	return path
}
