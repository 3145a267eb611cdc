package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

func TestFlagsSetTheCampaign(t *testing.T) {
	o, err := parse(strings.Fields(`-name Spring -shape agent_first -max-concurrent 20 -cps 5 -ring-timeout 20 -retries 2
		-retry-delay 10m -screening=false -disposition-wait 30s -gateway a -gateway b -trunk main -trunk-lines 8 -trunk-cps 3
		-zone Europe/Berlin -agents 4 -callbacks 0.5 -seed 9 -strict -dedupe`))
	if err != nil {
		t.Fatal(err)
	}
	want := campaign.Defaults()
	want.Name, want.Shape, want.MaxConcurrent, want.CallsPerSecond = "Spring", attempt.AgentFirst, 20, 5
	want.RingTimeout, want.Retries, want.RetryDelay = 20*time.Second, 2, 10*time.Minute
	want.DispositionWait, want.Gateways, want.Trunk, want.Zone = 30*time.Second, []string{"a", "b"}, "main", "Europe/Berlin"
	if d := cmp.Diff(want, o.spec); d != "" {
		t.Errorf("the spec is (-want +got):\n%s", d)
	}
	if o.trunk != (outdial.Trunk{Name: "main", Lines: 8, CallsPerSecond: 3}) || o.agents != 4 || o.callbacks != 0.5 || o.seed != 9 || !o.strict || !o.dedupe {
		t.Errorf("the options are %+v", o)
	}
}

func TestDefaultsAreTheLibrarysButForWhatIsThereToShow(t *testing.T) {
	o, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := campaign.Defaults()
	want.Name, want.Screening, want.DispositionWait, want.Gateways = "Quickstart", true, 2*time.Minute, []string{"trunk"}
	if d := cmp.Diff(want, o.spec); d != "" {
		t.Errorf("the spec is (-want +got):\n%s", d)
	}
}

func TestWithoutAgentsNoDispositionIsWaitedFor(t *testing.T) {
	for args, want := range map[string]time.Duration{
		"-agents 0":                      0,
		"-agents 0 -disposition-wait 5s": 5 * time.Second,
	} {
		if o, err := parse(strings.Fields(args)); err != nil || o.spec.DispositionWait != want || o.spec.Destination == "" {
			t.Errorf("%s: the spec waits %v for dispositions, error %v; want %v", args, o.spec.DispositionWait, err, want)
		}
	}
}

func TestAnEmptyGatewayAllowsNone(t *testing.T) {
	if o, err := parse([]string{"-gateway="}); err != nil || len(o.spec.Gateways) != 0 {
		t.Errorf("gateways %q, error %v", o.spec.Gateways, err)
	}
}

func TestWrongCommandLines(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"contacts.csv", `what is "contacts.csv"? The file is given as -contacts FILE`},
		{"-frequency 3", "flag provided but not defined: -frequency"},
		{"-speed fast", `invalid value "fast" for flag -speed: want max or real`},
		{"-shape both", `invalid value "both" for flag -shape: want contact_first or agent_first`},
		{"-seed -1", `invalid value "-1" for flag -seed: parse error`},
		{"-retries many", `invalid value "many" for flag -retries: want 0 to 10`},
		{"-callbacks 2", `invalid value "2" for flag -callbacks: want a share from 0 to 1, as 0.05`},
		{"-callbacks NaN", `invalid value "NaN" for flag -callbacks: want a share from 0 to 1, as 0.05`},
		{"-ring-timeout soon", `invalid value "soon" for flag -ring-timeout: want 1s to 5m0s, as 90s or 5m, or a number of seconds`},
		{"-start today", `invalid value "today" for flag -start: want RFC 3339, as 2006-01-02T15:04:05Z`},
		{"-zone Mars", `-zone: "Mars": want a name of the IANA time zone database, as Europe/Paris`},
		{"-gateway a/b", `-gateway: "a/b": want letters, digits, dot, dash or underscore, at most 64`},
		{"-trunk a/b", `-trunk: "a/b": want letters, digits, dot, dash or underscore, at most 64`},
		{"-name=", `-name: "": want 1 to 255 characters, it has 0`},
		{"-window 17:00-09:00", `-window: "17:00 to 09:00": want 00:00 to 24:00, the end after the start (two windows to cross midnight)`},
		{"-window 25:00-26:00", "invalid value \"25:00-26:00\" for flag -window: time of day \"25:00\": want HH:MM, 00:00 to 24:00\ntime of day \"26:00\": want HH:MM, 00:00 to 24:00"},
		{"-trunk-lines 5", "-trunk-lines wants a -trunk"},
		{"-agents 0 -callbacks 0.1", "-callbacks wants -agents, who are asked, and a -disposition-wait, in which they say so"},
		{"-disposition-wait 0 -callbacks 0.1", "-callbacks wants -agents, who are asked, and a -disposition-wait, in which they say so"},
		{"-speed real -start 2024-03-04T09:00:00Z", "-start is for virtual time; -speed real starts now"},
	} {
		_, err := parse(strings.Fields(c.args))
		if wrong := (usageError{}); !errors.As(err, &wrong) || err.Error() != c.want {
			t.Errorf("%s is refused with\n%v\nwant\n%s", c.args, err, c.want)
		}
	}
}

// The bounds that flags document are those that the library checks.
func TestBoundsAreTheLibrarys(t *testing.T) {
	_, flags := newOptions()
	for _, r := range flags.rows {
		if r.most == 0 || r.field == "" {
			continue
		}
		for v, good := range map[int64]bool{r.least: true, r.most: true, r.least - 1: false, r.most + 1: false} {
			spec := campaign.Defaults()
			spec.Name = "x"
			setField(t, &spec, r.field, v)
			if err := spec.Validate(campaign.DefaultCeiling); (err == nil) != good {
				t.Errorf("-%s is bounded by %d and %d, the library says of %d: %v", r.name, r.least, r.most, v, err)
			}
		}
	}
}

func setField(t *testing.T, s *campaign.Spec, field string, v int64) {
	t.Helper()
	switch field {
	case "MaxConcurrent":
		s.MaxConcurrent = int(v)
	case "CallsPerSecond":
		s.CallsPerSecond = int(v)
	case "Retries":
		s.Retries = int(v)
	case "RingTimeout":
		s.RingTimeout = time.Duration(v)
	case "RetryDelay":
		s.RetryDelay = time.Duration(v)
	case "DispositionWait":
		s.DispositionWait = time.Duration(v)
	default:
		t.Fatalf("no test sets %s", field)
	}
}

func TestBoundsHoldOnTheCommandLine(t *testing.T) {
	_, flags := newOptions()
	for _, r := range flags.rows {
		if r.most == 0 {
			continue
		}
		for v, good := range map[int64]bool{r.least: true, r.most: true, r.least - 1: false, r.most + 1: false} {
			arg := strconv.FormatInt(v, 10)
			if r.arg == "DURATION" {
				arg = time.Duration(v).String()
			}
			_, err := parse([]string{"-trunk=t", "-" + r.name + "=" + arg})
			if (err == nil) != good {
				t.Errorf("-%s %s: error %v, want one: %v", r.name, arg, err, !good)
			}
		}
	}
}

func TestHelpDocumentsEveryFlag(t *testing.T) {
	if _, err := parse([]string{"-help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-help is %v", err)
	}
	var help bytes.Buffer
	usage(&help)
	_, flags := newOptions()
	flags.set.VisitAll(func(f *flag.Flag) {
		if !strings.Contains(help.String(), fmt.Sprintf("\n  -%s", f.Name)) {
			t.Errorf("-help says nothing of -%s", f.Name)
		}
	})
	for _, want := range []string{
		"-max-concurrent N\n        lines at once; 1 to 100; default 10\n",
		"-retry-delay DURATION\n        from the end of a call to its retry; 1m0s to 1h0m0s; default 5m0s\n",
		"-speed max|real\n",
	} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("-help lacks %q:\n%s", want, &help)
		}
	}
}

func TestWindows(t *testing.T) {
	workday := campaign.Window{Days: campaign.Weekdays, From: campaign.At(9, 0), To: campaign.At(17, 30)}
	for s, want := range map[string]campaign.Window{
		"mon-fri 09:00-17:30":             workday,
		"  Mon-Fri   09:00-17:30 ":        workday,
		"mon,tue,wed,thu,fri 09:00-17:30": workday,
		"09:00-24:00":                     {From: campaign.At(9, 0), To: campaign.At(24, 0)},
		"fri-mon 10:00-14:00":             {Days: campaign.On(time.Friday, time.Saturday, time.Sunday, time.Monday), From: campaign.At(10, 0), To: campaign.At(14, 0)},
		"mon-tue,sat 10:00-14:00":         {Days: campaign.On(time.Monday, time.Tuesday, time.Saturday), From: campaign.At(10, 0), To: campaign.At(14, 0)},
	} {
		if got, err := readWindow(s); err != nil || got != want {
			t.Errorf("window %q is %+v, error %v; want %+v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "mon-fri", "9-17", "09:00", "someday 09:00-17:00", "mon- 09:00-17:00", "mon,, 09:00-17:00", "mon fri 09:00-17:00"} {
		if got, err := readWindow(s); err == nil {
			t.Errorf("window %q is taken for %+v", s, got)
		}
	}
}
