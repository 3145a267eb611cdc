package campaign_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

func TestDefaultsAreValidOnceNamed(t *testing.T) {
	s := campaign.Defaults()
	faults(t, s.Validate(campaign.DefaultCeiling), "Name")
	s = named()
	faults(t, s.Validate(campaign.DefaultCeiling))
}

func TestDefaultsAreTheGuides(t *testing.T) {
	s := campaign.Defaults()
	got := []any{s.Dialplan, s.Context, s.RingTimeout, s.MaxConcurrent, s.Retries, s.RetryDelay, s.CallsPerSecond}
	same(t, "dialplan, context, timeout, max_concurrent, retry_attempts, retry_delay, calls per second", got,
		[]any{"XML", "default", 30 * time.Second, 10, 3, 300 * time.Second, 10})
}

// bound is a value of a field, and whether it will do.
type bound struct {
	field string // of Spec
	value any
	fault string // the field that is found broken; empty: none
}

// good and bad are values of a field that will do, and will not.
func good(field string, values ...any) []bound { return bounds(field, "", values) }
func bad(field string, values ...any) []bound  { return bounds(field, field, values) }

func bounds(field, fault string, values []any) []bound {
	var all []bound
	for _, v := range values {
		all = append(all, bound{field, v, fault})
	}
	return all
}

// text are the bounds of a text of 0 or 1 to 255 printable characters, one of them
// to be seen.
func text(field string, emptyWillDo bool) []bound {
	all := slices.Concat(
		good(field, "x", strings.Repeat("ü", 255), "Frühling & <b>\"100 %\"</b> =1+1", " 1 ", "?", "☎", "春"),
		bad(field, strings.Repeat("ü", 256), "two\nlines", "a\x00b", "\x1b[31m", "\u0085", "\xff"),
		bad(field, " ", "  \u00a0\u3000", "\u200b\u00ad", "\u3164", "\u0301\ufe0f"),
	)
	if emptyWillDo {
		return append(all, good(field, "")...)
	}
	return append(all, bad(field, "")...)
}

// from are the bounds of a number or a duration.
func from[T int | time.Duration](field string, least, most, step T) []bound {
	return slices.Concat(good(field, least, most), bad(field, least-step, most+step, -step))
}

func windows(ws ...campaign.Window) []campaign.Window { return ws }

func rule(o attempt.Outcome, r campaign.RetryRule) map[attempt.Outcome]campaign.RetryRule {
	return map[attempt.Outcome]campaign.RetryRule{o: r}
}

var everyBound = slices.Concat(
	text("Name", false), text("Agent", true), text("Destination", true), text("Dialplan", false), text("Context", false),
	good("CallerID", "", "1", "+1", "+15551234567", strings.Repeat("1", 20), "+"+strings.Repeat("1", 20)),
	bad("CallerID", "+", strings.Repeat("1", 21), "+1 555", "1;2", "++1", "anonymous", "1\n", "１"),
	good("Shape", attempt.ContactFirst, attempt.AgentFirst), bad("Shape", attempt.AgentFirst+1),
	good("Trunk", "", "t", "trunk_1.example-net", strings.Repeat("t", 64)),
	bad("Trunk", strings.Repeat("t", 65), "-t", "a b", "a/b", "a,b", "t\n"),
	good("Gateways", []string(nil), []string{"trunk", "b.2"}),
	from("MaxConcurrent", 1, 100, 1), from("CallsPerSecond", 1, 10_000, 1),
	from("Retries", 0, 10, 1), from("Callbacks", 0, 10, 1), from("CallbackTries", 0, 10, 1),
	from("RingTimeout", time.Second, 300*time.Second, 1),
	from("RetryDelay", 60*time.Second, 3600*time.Second, 1),
	from("CallbackDelay", 60*time.Second, 86_400*time.Second, 1),
	from("DispositionWait", 0, 24*time.Hour, 1), from("WrapUp", 0, time.Hour, 1),
	from("ScreeningTimeout", time.Second, 30*time.Second, 1),
	from("AgentWait", time.Second, 60*time.Second, 1),
	from("FailAfter", 10*time.Second, 24*time.Hour, 1),
	from("RefusedBackoff", time.Second, 10*time.Minute, 1),
	good("Screening", true, false),
	good("Symbols", true, false),
	good("RetryRules", map[attempt.Outcome]campaign.RetryRule(nil), rule(attempt.OutcomeBusy, campaign.RetryRule{}),
		rule(attempt.OutcomeBusy, campaign.RetryRule{Delay: 60 * time.Second, Max: 10}),
		rule(attempt.OutcomeMachine, campaign.RetryRule{Delay: 30 * 24 * time.Hour, Never: true})),
	good("Zone", "UTC", "Europe/Berlin", "Australia/Lord_Howe"), bad("Zone", "", "Local", "Mars/Olympus", "../zone", "CEST+2"),
	good("Windows", []campaign.Window(nil), windows(window("", "00:00", "24:00")), windows(window("sat,sun", "23:59", "24:00")),
		windows(window("sun,mon,tue,wed,thu,fri,sat", "09:00", "17:00"))),
	good("Date", "", "2026-03-02", "2028-02-29", "1970-01-01", "9998-12-31"),
	bad("Date", "1969-12-31", "9999-01-01", "0000-01-01", "2026-02-29", "02.03.2026", "2026-3-2", "2026-03-02T00:00:00Z", "tomorrow"),
)

func TestEachFieldsBounds(t *testing.T) {
	for _, b := range everyBound {
		t.Run(fmt.Sprintf("%s %.40v", b.field, b.value), func(t *testing.T) {
			s := named()
			reflect.ValueOf(&s).Elem().FieldByName(b.field).Set(reflect.ValueOf(b.value))
			var want []string
			if b.fault != "" {
				want = []string{b.fault}
			}
			faults(t, s.Validate(100), want...)
		})
	}
}

func TestNoFieldIsWithoutBounds(t *testing.T) {
	spec := reflect.TypeFor[campaign.Spec]()
	for i := range spec.NumField() {
		field := spec.Field(i).Name
		if !slices.ContainsFunc(everyBound, func(b bound) bool { return b.field == field }) {
			t.Errorf("%s has none in the test", field)
		}
	}
}

func TestFaultsWithinListsNameTheirPlace(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*campaign.Spec)
		want []string
	}{
		{"second gateway", func(s *campaign.Spec) { s.Gateways = []string{"a", "b c", "d"} }, []string{"Gateways[1]"}},
		{"empty gateway", func(s *campaign.Spec) { s.Gateways = []string{""} }, []string{"Gateways[0]"}},
		{"window that ends where it starts", func(s *campaign.Spec) {
			s.Windows = windows(window("", "09:00", "10:00"), window("", "12:00", "12:00"))
		}, []string{"Windows[1]"}},
		{"window over midnight", func(s *campaign.Spec) { s.Windows = windows(window("", "22:00", "02:00")) }, []string{"Windows[0]"}},
		{"window before midnight", func(s *campaign.Spec) { s.Windows = windows(campaign.Window{From: -1, To: 60}) }, []string{"Windows[0]"}},
		{"window after 24:00", func(s *campaign.Spec) { s.Windows = windows(campaign.Window{From: 0, To: 1441}) }, []string{"Windows[0]"}},
		{"window on an eighth day", func(s *campaign.Spec) {
			s.Windows = windows(campaign.Window{Days: 1 << 7, From: 0, To: 60})
		}, []string{"Windows[0].Days"}},
		{"a date without a window", func(s *campaign.Spec) {
			s.Date, s.Windows = "2026-03-02", windows(window("tue,sun", "09:00", "17:00"))
		}, []string{"Date"}},
		{"a date with a window", func(s *campaign.Spec) {
			s.Date, s.Windows = "2026-03-02", windows(window("tue", "09:00", "17:00"), window("mon", "09:00", "17:00"))
		}, nil},
		{"outcome that is not retried", func(s *campaign.Spec) {
			s.RetryRules = rule(attempt.OutcomeAnswered, campaign.RetryRule{})
		}, []string{"RetryRules[answered]"}},
		{"rule's delay too short", func(s *campaign.Spec) {
			s.RetryRules = rule(attempt.OutcomeBusy, campaign.RetryRule{Delay: 60*time.Second - 1})
		}, []string{"RetryRules[busy].Delay"}},
		{"rule's delay too long", func(s *campaign.Spec) {
			s.RetryRules = rule(attempt.OutcomeBusy, campaign.RetryRule{Delay: 30*24*time.Hour + 1})
		}, []string{"RetryRules[busy].Delay"}},
		{"rule's maximum negative", func(s *campaign.Spec) {
			s.RetryRules = rule(attempt.OutcomeBusy, campaign.RetryRule{Max: -1})
		}, []string{"RetryRules[busy].Max"}},
		{"rule's maximum too high", func(s *campaign.Spec) {
			s.RetryRules = rule(attempt.OutcomeBusy, campaign.RetryRule{Max: 11})
		}, []string{"RetryRules[busy].Max"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := named()
			c.set(&s)
			faults(t, s.Validate(100), c.want...)
		})
	}
}

func TestTheHostsCeilingBoundsTheLines(t *testing.T) {
	s := named()
	s.MaxConcurrent = 500
	faults(t, s.Validate(499), "MaxConcurrent")
	faults(t, s.Validate(500))
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	long := strings.Repeat("x", 256)
	s := campaign.Spec{
		Name: long, Shape: 9, Agent: long, Destination: long, Dialplan: long, Context: long, CallerID: "x", Trunk: "/",
		Gateways: []string{"/"}, RingTimeout: -1, MaxConcurrent: -1, CallsPerSecond: -1, Retries: -1, RetryDelay: -1,
		RetryRules: rule(attempt.OutcomeGhost, campaign.RetryRule{Delay: 1, Max: -1}), Callbacks: -1, CallbackTries: -1,
		CallbackDelay: -1, DispositionWait: -1, WrapUp: -1, ScreeningTimeout: -1, AgentWait: -1, Zone: "x",
		Windows: windows(campaign.Window{Days: 200, From: 2, To: 1}), Date: "x", FailAfter: -1, RefusedBackoff: -1,
	}
	faults(t, s.Validate(100),
		"Agent", "AgentWait", "CallbackDelay", "CallbackTries", "Callbacks", "CallerID", "CallsPerSecond", "Context", "Date",
		"Destination", "Dialplan", "DispositionWait", "FailAfter", "Gateways[0]", "MaxConcurrent", "Name", "RefusedBackoff",
		"Retries", "RetryDelay", "RetryRules[ghost]", "RetryRules[ghost].Delay", "RetryRules[ghost].Max", "RingTimeout",
		"ScreeningTimeout", "Shape", "Trunk", "Windows[0]", "Windows[0].Days", "WrapUp", "Zone",
	)
}

func TestAFaultSaysFieldValueAndWhatWouldDo(t *testing.T) {
	s := named()
	s.Retries, s.CallerID = 11, "anonymous"
	same(t, "error", s.Validate(100).Error(), `invalid campaign spec: `+
		`CallerID is "anonymous": want an optional + and 1 to 20 digits; Retries is 11: want 0 to 10`)
}

func TestAFaultsValueIsCutShort(t *testing.T) {
	for n, want := range map[int]string{80: strings.Repeat("x", 80), 81: strings.Repeat("x", 80) + "…"} {
		_, err := campaign.ParseDays(strings.Repeat("x", n))
		if !strings.Contains(err.Error(), `"`+want+`"`) {
			t.Errorf("%d characters: %v", n, err)
		}
	}
	s := named()
	s.Name = strings.Repeat("ü", 10_000_000)
	if n := len(s.Validate(100).Error()); n > 300 {
		t.Errorf("the error has %d bytes", n)
	}
}

func TestNamesOfGatewaysAreHeldToTheRuleOfASpec(t *testing.T) {
	for _, names := range [][]string{nil, {}, {"trunk", "b.2"}, {"a", "b c", "d", ""}, {"-a"}, {strings.Repeat("x", 65)}} {
		spec := named()
		spec.Gateways = names
		var of, in *campaign.InvalidError
		bySpec, alone := errors.As(spec.Validate(100), &in), errors.As(campaign.ValidateGateways(names), &of)
		if bySpec != alone || alone && !slices.Equal(of.Faults, in.Faults) {
			t.Errorf("%q: %v, in a spec %v", names, of, in)
		}
	}
}
