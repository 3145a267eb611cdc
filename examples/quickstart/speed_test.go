package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/attempt"
)

func numbers(n int) string {
	var b strings.Builder
	b.WriteString("number,id\n")
	for i := range n {
		fmt.Fprintf(&b, "+1202555%05d,c%d\n", i, i)
	}
	return b.String()
}

// states counts the report's rows by the state of their contact.
func states(t *testing.T, report string) (terminal, waiting, line int) {
	t.Helper()
	for _, row := range rows(t, report) {
		s, err := attempt.ParseState(row["state"])
		switch {
		case err != nil:
			t.Fatal(err)
		case s.Terminal():
			terminal++
		case s.Waiting():
			waiting++
		default:
			line++
		}
	}
	return terminal, waiting, line
}

func TestByTheClockItRunsToTheEnd(t *testing.T) {
	file := contactsFile(t, numbers(40))
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		got := start(t, nil, "-contacts", file, "-speed", "real")
		if got.code != exitOK || !strings.Contains(got.stdout, "completed (finished)") {
			t.Fatalf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
		}
		if took := time.Since(began); took < 5*time.Minute {
			t.Errorf("40 contacts with retries took %v", took)
		}
		if _, waiting, line := states(t, got.report); waiting+line > 0 {
			t.Errorf("%d calls of contacts that wait and %d of contacts in hand are in the report of a finished run", waiting, line)
		}
	})
}

func TestByTheClockAnInterruptLetsCallsFinish(t *testing.T) {
	file := contactsFile(t, numbers(400))
	synctest.Test(t, func(t *testing.T) {
		interrupts := make(chan os.Signal, 2)
		began := time.Now()
		time.AfterFunc(5*time.Minute, func() { interrupts <- os.Interrupt })
		got := start(t, interrupts, "-contacts", file, "-speed", "real")
		if got.code != exitError || !strings.Contains(got.stderr, "dialling no more") || !strings.Contains(got.stderr, errUnfinished.Error()) {
			t.Errorf("exit code %d\n%s", got.code, got.stderr)
		}
		if took := time.Since(began); took <= 5*time.Minute {
			t.Errorf("it left %v after it began: at once", took)
		}
		terminal, waiting, line := states(t, got.report)
		if terminal == 0 || waiting == 0 || line > 0 {
			t.Errorf("in the report %d rows are over, %d wait, %d are in hand; want none in hand", terminal, waiting, line)
		}
	})
}

func TestByTheClockASecondInterruptHandsOver(t *testing.T) {
	file := contactsFile(t, numbers(400))
	synctest.Test(t, func(t *testing.T) {
		interrupts := make(chan os.Signal, 2)
		began := time.Now()
		for _, at := range []time.Duration{5 * time.Minute, 5*time.Minute + time.Second} {
			time.AfterFunc(at, func() { interrupts <- os.Interrupt })
		}
		got := start(t, interrupts, "-contacts", file, "-speed", "real")
		if got.code != exitError || !strings.Contains(got.stderr, "handing over") {
			t.Errorf("exit code %d\n%s", got.code, got.stderr)
		}
		if took := time.Since(began); took != 5*time.Minute+time.Second {
			t.Errorf("it left %v after it began: not at once", took)
		}
		if _, _, line := states(t, got.report); line == 0 {
			t.Error("no call was up to be handed over")
		}
	})
}

func TestInVirtualTimeAnInterruptLetsCallsFinish(t *testing.T) {
	interrupts := make(chan os.Signal)
	stderr := &terminal{interrupt: func() { interrupts <- os.Interrupt }}
	got := startOn(t, stderr, interrupts, "-contacts", contactsFile(t, numbers(4_000)))
	if got.code != exitError || !strings.Contains(got.stderr, "dialling no more") {
		t.Errorf("exit code %d\n%s", got.code, got.stderr)
	}
	terminal, waiting, line := states(t, got.report)
	if terminal == 0 || waiting == 0 || line > 0 {
		t.Errorf("in the report %d rows are over, %d wait, %d are in hand; want none in hand", terminal, waiting, line)
	}
}

func TestInVirtualTimeASecondInterruptHandsOver(t *testing.T) {
	interrupts := make(chan os.Signal)
	stderr := &terminal{interrupt: func() { interrupts <- os.Interrupt; interrupts <- os.Interrupt }}
	got := startOn(t, stderr, interrupts, "-contacts", contactsFile(t, numbers(4_000)))
	if got.code != exitError || !strings.Contains(got.stderr, "handing over") || got.report == "" {
		t.Errorf("exit code %d, %d bytes of report\n%s", got.code, len(got.report), got.stderr)
	}
}
