package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
)

// ran is what a run of the program leaves.
type ran struct {
	code                   int
	stdout, stderr, report string
}

// terminal is a standard error that several goroutines write to.
type terminal struct {
	mu  sync.Mutex
	out bytes.Buffer
	// interrupt, if set, is called when progress reaches 10 %.
	interrupt func()
}

func (w *terminal) Write(p []byte) (int, error) {
	if w.interrupt != nil && bytes.Contains(p, []byte(" 10 %")) {
		w.interrupt()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

func (w *terminal) String() string { return w.out.String() }

// start runs the program with a report of its own.
func start(t *testing.T, interrupts <-chan os.Signal, args ...string) ran {
	t.Helper()
	return startOn(t, &terminal{}, interrupts, args...)
}

func startOn(t *testing.T, stderr *terminal, interrupts <-chan os.Signal, args ...string) ran {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.csv")
	var stdout bytes.Buffer
	code := run(append([]string{"-report", path}, args...), strings.NewReader(""), &stdout, stderr, interrupts)
	report, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return ran{code, stdout.String(), stderr.String(), string(report)}
}

func startOK(t *testing.T, args ...string) ran {
	t.Helper()
	got := start(t, nil, args...)
	if got.code != exitOK {
		t.Fatalf("exit code %d\n%s", got.code, got.stderr)
	}
	return got
}

// rows reads a report as maps by column.
func rows(t *testing.T, report string) []map[string]string {
	t.Helper()
	table, err := csv.NewReader(strings.NewReader(report)).ReadAll()
	if err != nil || len(table) == 0 {
		t.Fatalf("the report is no CSV: %v\n%s", err, report)
	}
	if d := cmp.Diff(outdial.ReportColumns(), table[0]); d != "" {
		t.Errorf("the report's header (-want +got):\n%s", d)
	}
	var all []map[string]string
	for _, cells := range table[1:] {
		row := map[string]string{}
		for i, c := range cells {
			row[table[0][i]] = c
		}
		all = append(all, row)
	}
	return all
}

func contactsFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheSampleRunsToItsEnd(t *testing.T) {
	got := startOK(t)
	o, _ := parse(nil)
	var told strings.Builder
	r, err := newReader(strings.NewReader(sample), o, &told)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range r.contacts {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := r.file.Tally()
	contacts, outcomes := map[string]string{}, map[string]int{}
	callbacks := 0
	for _, row := range rows(t, got.report) {
		state, err := attempt.ParseState(row["state"])
		if err != nil || !state.Terminal() {
			t.Errorf("contact %s is left in state %q", row["contact_key"], row["state"])
		}
		contacts[row["contact_key"]] = row["state"]
		outcomes[row["outcome"]]++
		if row["callback"] == "yes" {
			callbacks++
		}
	}
	if len(contacts) != want.Good || want.Good < 250 {
		t.Errorf("the report has %d contacts, the file %d good rows", len(contacts), want.Good)
	}
	if want.Bad < 12 || want.Duplicates < 3 {
		t.Errorf("the sample has %d bad rows and %d duplicates: too few to see", want.Bad, want.Duplicates)
	}
	if outcomes["answered"] == 0 || outcomes["no_answer"] == 0 || outcomes["busy"] == 0 || outcomes["machine"] == 0 || callbacks == 0 {
		t.Errorf("the run has outcomes %v and %d callbacks: some are missing", outcomes, callbacks)
	}
	if !strings.Contains(got.stderr, told.String()) {
		t.Errorf("of bad rows is told\n%s\nwant\n%s", got.stderr, &told)
	}
	for _, want := range []string{"reading the sample", "100 %", "4 duplicates, 0 left out"} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("%q is not told in\n%s", want, got.stderr)
		}
	}
	if !strings.Contains(got.stdout, "completed (finished)") {
		t.Errorf("the closing table says\n%s", got.stdout)
	}
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	for _, args := range [][]string{
		{"-seed", "3"},
		{"-seed", "3", "-agents", "0"},
		{"-seed", "3", "-shape", "agent_first", "-trunk", "main", "-trunk-lines", "3"},
	} {
		first, second := startOK(t, args...), startOK(t, args...)
		if first.report != second.report {
			t.Errorf("%q gives two reports:\n%s", args, cmp.Diff(first.report, second.report))
		}
		args[1] = "4"
		if other := startOK(t, args...); other.report == first.report {
			t.Errorf("%q gives the report of seed 3", args)
		}
	}
}

func TestOptionsReachTheCampaign(t *testing.T) {
	file := contactsFile(t, "number,id\n+15550100,a\n+15550101,b\n+15550102,c\n+15550103,d\n")
	got := startOK(t, "-contacts", file, "-retries", "0", "-name", "Spring", "-trunk", "main",
		"-start", "2024-03-09T07:00:00Z", "-zone", "Europe/Paris", "-window", "mon-fri 09:30-17:00")
	all := rows(t, got.report)
	if len(all) != 4 {
		t.Errorf("without retries, 4 contacts have %d calls", len(all))
	}
	for _, row := range all {
		if row["campaign"] != "Spring" || row["trunk"] != "main" || !strings.HasPrefix(row["dialled_at"], "2024-03-11T08:3") {
			t.Errorf("a call is reported as %v", row)
		}
	}
}

func TestAnInterruptInTheUploadCallsNobody(t *testing.T) {
	interrupts := make(chan os.Signal, 1)
	interrupts <- os.Interrupt
	got := start(t, interrupts)
	if got.code != exitError || got.report != "" || !strings.Contains(got.stderr, "nobody was called") {
		t.Errorf("exit code %d, %d bytes of report, and\n%s", got.code, len(got.report), got.stderr)
	}
}

func TestNothingIsOverwrittenBeforeItIsComplete(t *testing.T) {
	dir := t.TempDir()
	report := filepath.Join(dir, "report.csv")
	if err := os.WriteFile(report, []byte("yesterday's"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	file := contactsFile(t, "number\nx\n")
	if code := run([]string{"-contacts", file, "-report", report}, nil, &out, &out, nil); code != exitError {
		t.Errorf("a file without a good row exits with %d\n%s", code, &out)
	}
	if got, _ := os.ReadFile(report); string(got) != "yesterday's" {
		t.Errorf("yesterday's report is now %q", got)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("beside the report is left %v", left)
	}
}

func TestExitCodes(t *testing.T) {
	mixed := contactsFile(t, "number\n1\nx\n")
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"-contacts", mixed}, exitOK},
		{[]string{"-help"}, exitOK},
		{[]string{"-contacts", mixed + ".gone"}, exitError},
		{[]string{"-contacts", contactsFile(t, "colour\n1\n")}, exitError},
		{[]string{"-contacts", mixed, "-strict"}, exitUsage},
		{[]string{"-cps", "0"}, exitUsage},
		{[]string{mixed}, exitUsage},
		{[]string{"-contacts", mixed, "-report", mixed}, exitUsage},
	} {
		if got := start(t, nil, c.args...); got.code != c.want {
			t.Errorf("%q exits with %d, want %d\n%s", c.args, got.code, c.want, got.stderr)
		}
	}
}
