package telephonytest_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/ports/telephonytest"
)

// breakEnv names the broken switch that a child of this test binary runs the
// suite on.
const breakEnv = "OUTDIAL_BROKEN_SWITCH"

// TestSuiteFailsABrokenSwitch runs the suite on each broken switch, in a child
// process, because a suite that fails as it should fails the process it runs in.
func TestSuiteFailsABrokenSwitch(t *testing.T) {
	for _, b := range broken {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			failed, output := runBroken(t, b.name)
			if !slices.Contains(failed, b.fails) {
				t.Errorf("the suite did not fail in %q; it failed in %q\n%s", b.fails, failed, output)
			}
		})
	}
}

// TestInChildOnly is what the child processes run.
func TestInChildOnly(t *testing.T) {
	for _, b := range broken {
		if b.name == os.Getenv(breakEnv) {
			telephonytest.Run(t, harness(b.spoil))
			return
		}
	}
}

// runBroken returns the names of the checks that failed.
func runBroken(t *testing.T, name string) (failed []string, output string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestInChildOnly$", "-test.timeout=10m")
	cmd.Env = append(os.Environ(), breakEnv+"="+name)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("the suite passed it\n%s", out)
	}
	for line := range strings.Lines(string(out)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: TestInChildOnly/")
		if !ok {
			continue
		}
		check, _, _ := strings.Cut(rest, " (")
		failed = append(failed, strings.ReplaceAll(check, "_", " "))
	}
	return failed, string(out)
}
