package outdial_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// text is a command's argument, or what it is without.
func (s *scene) text(key, without string) string {
	if arg, ok := s.line.Arg(key); ok && len(arg.Vals) > 0 {
		return strings.Join(arg.Vals, ",")
	}
	return without
}

func (s *scene) count(key string, without int) int {
	n, err := strconv.Atoi(s.text(key, strconv.Itoa(without)))
	if err != nil {
		s.line.Fatalf(s.t, "%s: %v", key, err)
	}
	return n
}

// lines are what stands below a command.
func (s *scene) lines() []string {
	return strings.FieldsFunc(s.line.Input, func(r rune) bool { return r == '\n' })
}

// moment reads 10:00, 10:00:00 (the next such time) or 2024-03-05T10:00:00.
func (s *scene) moment(text string) time.Time {
	if t, err := time.ParseInLocation("2006-01-02T15:04:05", text, s.zone); err == nil {
		return t
	}
	if len(text) == len("10:00") {
		text += ":00"
	}
	c, err := time.Parse(time.TimeOnly, text)
	if err != nil {
		s.line.Fatalf(s.t, "%v", err)
	}
	now := s.world.Now().In(s.zone)
	day := now.Day()
	if c.Format(time.TimeOnly) < now.Format(time.TimeOnly) {
		day++
	}
	return time.Date(now.Year(), now.Month(), day, c.Hour(), c.Minute(), c.Second(), 0, s.zone)
}

// clock shows a time of day; date says the day where it is another than before.
func (s *scene) clock(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(s.zone).Format("15:04:05.999")
}

// when shows a time, with its day where that is another than today.
func (s *scene) when(t time.Time) string {
	if t.IsZero() || t.In(s.zone).Format(time.DateOnly) == s.world.Now().In(s.zone).Format(time.DateOnly) {
		return s.clock(t)
	}
	return t.In(s.zone).Format("Mon ") + s.clock(t)
}

func (s *scene) date(t time.Time) string {
	day := t.In(s.zone).Format("-- Mon 2006-01-02\n")
	first := s.day == ""
	same := day == s.day
	s.day = day
	if same || first && s.world.Now().Sub(t) < 12*time.Hour && !s.line.HasArg("days") {
		return ""
	}
	return day
}

// id is the campaign that a command is about.
func (s *scene) id() outdial.ID {
	name := s.text("of", s.current)
	id, ok := s.camps[name]
	if !ok {
		s.line.Fatalf(s.t, "no campaign %q", name)
	}
	return id
}

func (s *scene) now() campaign.Campaign {
	c, err := s.asked().Campaign(s.ctx, s.id())
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// contact is the one that a command is about.
func (s *scene) contact() outdial.ID {
	for c, err := range s.asked().Contacts(s.ctx, s.id()) {
		if err != nil {
			s.t.Fatal(err)
		}
		if c.Address == s.text("number", "") {
			return c.ID
		}
	}
	s.line.Fatalf(s.t, "no contact %q", s.text("number", ""))
	return outdial.ID{}
}

// settings reads a campaign's settings.
func (s *scene) settings(spec *campaign.Spec) (err error) {
	spans := map[string]*time.Duration{
		"ring-timeout": &spec.RingTimeout, "retry-delay": &spec.RetryDelay, "callback-delay": &spec.CallbackDelay,
		"disposition-wait": &spec.DispositionWait, "wrap-up": &spec.WrapUp, "screening-timeout": &spec.ScreeningTimeout,
		"agent-wait": &spec.AgentWait, "fail-after": &spec.FailAfter, "backoff": &spec.RefusedBackoff,
	}
	counts := map[string]*int{
		"max": &spec.MaxConcurrent, "per-second": &spec.CallsPerSecond, "retries": &spec.Retries,
		"callbacks": &spec.Callbacks, "callback-tries": &spec.CallbackTries,
	}
	texts := map[string]*string{"name": &spec.Name, "zone": &spec.Zone, "date": &spec.Date, "trunk": &spec.Trunk}
	for _, arg := range s.line.CmdArgs {
		value := strings.Join(arg.Vals, ",")
		switch key := arg.Key; {
		case spans[key] != nil:
			*spans[key], err = time.ParseDuration(value)
		case counts[key] != nil:
			*counts[key], err = strconv.Atoi(value)
		case texts[key] != nil:
			*texts[key] = value
		case key == "shape":
			spec.Shape, err = attempt.ParseShape(value)
		case key == "screening":
			spec.Screening = true
		case key == "window":
			spec.Windows, err = windowsFrom(arg.Vals)
		case key == "rule":
			spec.RetryRules, err = rulesFrom(arg.Vals)
		case key == "of":
		default:
			err = fmt.Errorf("unknown setting")
		}
		if err != nil {
			s.line.Fatalf(s.t, "%s: %v", arg.Key, err)
		}
	}
	return nil
}

// windowsFrom reads (mon-fri 09:00-17:00, sat 10:00-12:00, 20:00-21:00).
func windowsFrom(texts []string) (windows []campaign.Window, err error) {
	for _, text := range texts {
		var w campaign.Window
		words := strings.Fields(text)
		if len(words) == 2 {
			days := strings.Replace(words[0], "mon-fri", "mon,tue,wed,thu,fri", 1)
			if w.Days, err = campaign.ParseDays(days); err != nil {
				return nil, err
			}
		}
		from, to, _ := strings.Cut(words[len(words)-1], "-")
		if w.From, err = campaign.ParseClock(from); err != nil {
			return nil, err
		}
		if w.To, err = campaign.ParseClock(to); err != nil {
			return nil, err
		}
		windows = append(windows, w)
	}
	return windows, nil
}

// rulesFrom reads (busy delay=60s max=1, no_answer never, machine).
func rulesFrom(texts []string) (map[attempt.Outcome]campaign.RetryRule, error) {
	rules := map[attempt.Outcome]campaign.RetryRule{}
	for _, text := range texts {
		words := strings.Fields(text)
		o, err := attempt.ParseOutcome(words[0])
		if err != nil {
			return nil, err
		}
		var rule campaign.RetryRule
		for _, w := range words[1:] {
			key, value, _ := strings.Cut(w, "=")
			switch key {
			case "never":
				rule.Never = true
			case "delay":
				rule.Delay, err = time.ParseDuration(value)
			case "max":
				rule.Max, err = strconv.Atoi(value)
			default:
				err = fmt.Errorf("unknown word %q", w)
			}
			if err != nil {
				return nil, err
			}
		}
		rules[o] = rule
	}
	return rules, nil
}

// planFrom reads a call's fate: answered talk=60s, busy, refused cause=...
func planFrom(words []string) (p simulated.Plan, err error) {
	if p.Outcome, err = attempt.ParseOutcome(words[0]); err != nil {
		return p, err
	}
	spans := map[string]*time.Duration{
		"post": &p.Post, "ring": &p.Ring, "screening": &p.Screening, "patience": &p.Patience, "attach": &p.Attach,
		"talk": &p.Talk, "wrap-up": &p.WrapUp, "agent-ring": &p.AgentRing, "surface": &p.Surface,
	}
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		switch {
		case spans[key] != nil:
			*spans[key], err = time.ParseDuration(value)
		case slices.Contains([]string{"vanish", "ghost"}, key):
			p.Vanish, p.Ghost = p.Vanish || key == "vanish", p.Ghost || key == "ghost"
		case key == "cause":
			p.Cause = value
		case key == "agent-cause":
			p.AgentCause = value
		default:
			err = fmt.Errorf("carrier: unknown word %q", w)
		}
		if err != nil {
			return p, err
		}
	}
	return p, nil
}
