package guide

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// The guide's fields and, where it gives them, bounds. Defaults are those of
// [campaign.Defaults], which are the guide's.
const (
	fieldName     = "campaign_name"
	fieldCaller   = "caller_id"
	fieldDialplan = "dialplan"
	fieldContext  = "context"
	fieldTimeout  = "timeout"
	fieldLines    = "max_concurrent"
	fieldRetries  = "retry_attempts"
	fieldDelay    = "retry_delay"

	maxText = 255 // characters
)

// order reads what a body asks for: a campaign whose agent is called first.
// Every fault is reported at once.
func order(body []byte, ceiling int, gateways []string) (campaign.Spec, error) {
	given, err := object(body)
	if err != nil {
		return campaign.Spec{}, err
	}
	f := fields{given: given}
	spec := campaign.Defaults()
	spec.Shape = attempt.AgentFirst
	spec.Gateways = slices.Clone(gateways)

	f.require(fieldName, fieldCaller)
	f.text(fieldName, &spec.Name)
	f.text(fieldCaller, &spec.Agent)
	f.text(fieldDialplan, &spec.Dialplan)
	f.text(fieldContext, &spec.Context)
	f.seconds(fieldTimeout, &spec.RingTimeout, 1, 300)
	f.number(fieldLines, &spec.MaxConcurrent, 1, ceiling)
	f.number(fieldRetries, &spec.Retries, 0, 10)
	f.seconds(fieldDelay, &spec.RetryDelay, 60, 3600)
	if why := refused(spec.Agent); why != "" && f.sound(fieldCaller) {
		f.add(fieldCaller, kindValue, why)
	}
	if len(f.faults) > 0 {
		return campaign.Spec{}, f.faults
	}
	return spec, nil
}

// refused says why an endpoint has not the form of an agent's leg. Which gateways
// it may name, and what the switch's adapter would not say, is found out when the
// campaign is made.
func refused(endpoint string) string {
	const gated = "sofia/gateway/"
	if len(endpoint) < len(gated) || !strings.EqualFold(endpoint[:len(gated)], gated) { // the switch reads either case
		if strings.HasPrefix(endpoint, "user/") || strings.HasPrefix(endpoint, "sofia/") {
			return ""
		}
		return "want sofia/gateway/NAME/NUMBER, user/NAME or sofia/PROFILE/user@host"
	}
	its, _, _ := strings.Cut(endpoint[len(gated):], "/")
	if _, err := campaign.ParseAddress(endpoint, campaign.Allow{Gateways: []string{its}}); err != nil {
		return "want sofia/gateway/NAME/NUMBER with a number of up to 20 digits"
	}
	return ""
}

// fields reads the fields of a body, and collects what is wrong with them.
type fields struct {
	given  map[string]json.RawMessage
	faults invalid
}

func (f *fields) add(name, kind, msg string) { f.faults = append(f.faults, fault(kind, msg, name)) }

// sound reports whether nothing is wrong with a field so far.
func (f *fields) sound(name string) bool {
	return !slices.ContainsFunc(f.faults, func(d detail) bool { return d.Loc[1] == name })
}

func (f *fields) require(names ...string) {
	for _, name := range names {
		if _, ok := f.given[name]; !ok {
			f.add(name, kindMissing, "field required")
		}
	}
}

// value returns a field that is there and isn't null.
func (f *fields) value(name string) (json.RawMessage, bool) {
	raw, ok := f.given[name]
	if ok && bytes.Equal(raw, []byte("null")) {
		f.add(name, "type_error.none.not_allowed", "none is not an allowed value")
		return nil, false
	}
	return raw, ok
}

func (f *fields) text(name string, into *string) {
	raw, ok := f.value(name)
	if !ok {
		return
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		f.add(name, kindText, "str type expected")
		return
	}
	switch n := utf8.RuneCountInString(text); {
	case n < 1:
		f.add(name, "value_error.any_str.min_length", "ensure this value has at least 1 characters")
	case n > maxText:
		f.add(name, "value_error.any_str.max_length", fmt.Sprintf("ensure this value has at most %d characters", maxText))
	default:
		*into = text
	}
}

func (f *fields) number(name string, into *int, least, most int) {
	raw, ok := f.value(name)
	if !ok {
		return
	}
	n, ok := integer(raw)
	switch {
	case !ok:
		f.add(name, "type_error.integer", "value is not a valid integer")
	case n < float64(least):
		f.add(name, "value_error.number.not_ge", fmt.Sprintf("ensure this value is greater than or equal to %d", least))
	case n > float64(most):
		f.add(name, "value_error.number.not_le", fmt.Sprintf("ensure this value is less than or equal to %d", most))
	default:
		*into = int(n)
	}
}

func (f *fields) seconds(name string, into *time.Duration, least, most int) {
	n := int(*into / time.Second)
	f.number(name, &n, least, most)
	*into = time.Duration(n) * time.Second
}

// integer reads a number without a fraction, however it is written. One that is
// too large for anything is infinite, and so beyond every bound.
func integer(raw json.RawMessage) (float64, bool) {
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return 0, false
	}
	n, _ := strconv.ParseFloat(string(raw), 64) // a JSON number fails by its size alone
	return n, n == math.Trunc(n)
}
