package guide_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/guide"
	"github.com/outdial/outdial/ports"
)

// isRefused fails unless the answer is a validation error with this detail, as
// "loc: msg (type)", one a line.
func (s *site) isRefused(got reply, want ...string) {
	s.Helper()
	var body struct {
		Code, Message string
		Detail        []struct {
			Loc       []any
			Msg, Type string
		}
	}
	s.must(json.Unmarshal([]byte(got.text), &body))
	var lines []string
	for _, d := range body.Detail {
		loc, _ := json.Marshal(d.Loc)
		lines = append(lines, fmt.Sprintf("%s %s (%s)", loc, d.Msg, d.Type))
	}
	if got.code != http.StatusBadRequest || body.Code != "VALIDATION_ERROR" || body.Message == "" {
		s.Errorf("answered %d %.300s", got.code, got.text)
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		s.Error("the detail differs (-want +got):\n" + diff)
	}
}

// noCampaigns fails if one was made.
func (s *site) noCampaigns() {
	s.Helper()
	for c, err := range s.dialler.Campaigns(s.Context()) {
		s.must(err)
		s.Errorf("campaign %.40q was made", c.Spec.Name)
	}
}

func TestTooManyLinesAreRefusedInTheGuidesWords(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	got := s.ask("POST", "", strings.Replace(anOrder, "}", `, "max_concurrent": 101}`, 1))
	var printed, body struct {
		Detail any `json:"detail"`
	}
	s.must(json.Unmarshal(testdata(t, "guide/too-many.json"), &printed))
	s.must(json.Unmarshal([]byte(got.text), &body))
	if diff := cmp.Diff(printed, body); got.code != http.StatusBadRequest || diff != "" {
		t.Errorf("it answered %d (-guide +got):\n%s", got.code, diff)
	}
}

func TestEachFieldHasItsBounds(t *testing.T) {
	const (
		atLeast = "ensure this value is greater than or equal to %d (value_error.number.not_ge)"
		atMost  = "ensure this value is less than or equal to %d (value_error.number.not_le)"
		noInt   = "value is not a valid integer (type_error.integer)"
		noNull  = "none is not an allowed value (type_error.none.not_allowed)"
		noText  = "str type expected (type_error.str)"
		empty   = "ensure this value has at least 1 characters (value_error.any_str.min_length)"
		long    = "ensure this value has at most 255 characters (value_error.any_str.max_length)"
		control = "want UTF-8 without control characters (value_error)"
		number  = "want sofia/gateway/NAME/NUMBER with a number of up to 20 digits (value_error)"
		gateway = `want a gateway that the configuration allows: trunk; it names "other" (value_error)`
		caller  = "want sofia/gateway/NAME/NUMBER, user/NAME or sofia/PROFILE/user@host (value_error)"
	)
	text := func(n int) string { return `"` + strings.Repeat("ä", n) + `"` }
	for _, c := range []struct{ field, value, want string }{
		{"timeout", "1", ""}, {"timeout", "300", ""}, {"timeout", "0", fmt.Sprintf(atLeast, 1)}, {"timeout", "301", fmt.Sprintf(atMost, 300)},
		{"max_concurrent", "1", ""}, {"max_concurrent", "40", ""}, {"max_concurrent", "0", fmt.Sprintf(atLeast, 1)},
		{"max_concurrent", "41", fmt.Sprintf(atMost, 40)}, {"max_concurrent", "1e400", fmt.Sprintf(atMost, 40)},
		{"retry_attempts", "0", ""}, {"retry_attempts", "10", ""}, {"retry_attempts", "-1", fmt.Sprintf(atLeast, 0)},
		{"retry_attempts", "11", fmt.Sprintf(atMost, 10)}, {"retry_attempts", "-99999999999999999999", fmt.Sprintf(atLeast, 0)},
		{"retry_delay", "60", ""}, {"retry_delay", "3600", ""}, {"retry_delay", "59", fmt.Sprintf(atLeast, 60)},
		{"retry_delay", "3601", fmt.Sprintf(atMost, 3600)}, {"retry_delay", "9223372036854775808", fmt.Sprintf(atMost, 3600)},

		{"timeout", "20.0", ""}, {"timeout", "2e1", ""}, {"timeout", "20.5", noInt}, {"timeout", `"20"`, noInt}, {"timeout", "true", noInt},
		{"timeout", "[20]", noInt}, {"timeout", "{}", noInt}, {"timeout", "null", noNull},

		{"campaign_name", text(1), ""}, {"campaign_name", text(255), ""}, {"campaign_name", `""`, empty}, {"campaign_name", text(256), long},
		{"campaign_name", `"a\u0000"`, control}, {"campaign_name", `"a\nb"`, control}, {"campaign_name", "7", noText},
		{"campaign_name", "null", noNull}, {"campaign_name", "[]", noText},
		{"dialplan", `"inline"`, ""}, {"dialplan", `""`, empty}, {"dialplan", text(256), long}, {"dialplan", "1", noText},
		{"context", `"public"`, ""}, {"context", `""`, empty}, {"context", text(256), long}, {"context", "false", noText},

		{"caller_id", `"user/1000"`, ""}, {"caller_id", `"sofia/internal/bot@10.0.0.5"`, ""}, {"caller_id", `"sofia/gateway/trunk/5551234567"`, ""},
		{"caller_id", `""`, empty}, {"caller_id", `"user/` + strings.Repeat("1", 251) + `"`, long}, {"caller_id", "5551234567", noText},
		{"caller_id", `"+15551234567"`, caller}, {"caller_id", `"&park()"`, caller},
		{"caller_id", `"Sofia/GATEWAY/other/+15551234567"`, number},
		{"caller_id", `"sofia/GATEWAY/other/+15551234567"`, number},
		{"caller_id", `"sofia/gateway/other/+15551234567"`, gateway}, {"caller_id", `"sofia/x/sofia/gateway/other/1"`, gateway},
		{"caller_id", `"sofia/gateway/trunk"`, number},
		{"caller_id", `"sofia/gateway/trunk/1,sofia/gateway/other/2"`, number},
	} {
		t.Run(fmt.Sprintf("%s=%.40s", c.field, c.value), func(t *testing.T) {
			s := newSite(t, memory.New(), simulated.Config{}, guide.Options{Ceiling: 40})
			fields := map[string]json.RawMessage{
				"campaign_name": json.RawMessage(`"n"`), "caller_id": json.RawMessage(`"user/1000"`), "max_concurrent": json.RawMessage("10"),
			}
			fields[c.field] = json.RawMessage(c.value)
			body, err := json.Marshal(fields)
			s.must(err)
			got := s.ask("POST", "", string(body))
			if c.want == "" {
				s.want(http.StatusOK, got)
				return
			}
			s.isRefused(got, fmt.Sprintf(`["body",%q] %s`, c.field, c.want))
			s.noCampaigns()
		})
	}
}

func TestAllFaultsOfAnOrderAreReportedAtOnce(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	s.isRefused(s.ask("POST", "", `{"timeout": 0, "retry_delay": "soon"}`),
		`["body","campaign_name"] field required (value_error.missing)`,
		`["body","caller_id"] field required (value_error.missing)`,
		`["body","timeout"] ensure this value is greater than or equal to 1 (value_error.number.not_ge)`,
		`["body","retry_delay"] value is not a valid integer (type_error.integer)`)
}

// picky is a switch that cannot be told of some agents.
type picky struct{ *simulated.Switch }

func (picky) CheckSpec(spec *campaign.Spec) error {
	return &campaign.InvalidError{What: "campaign spec", Faults: []campaign.Fault{{Field: "Agent", Value: spec.Agent, Want: "an endpoint of this house"}}}
}

func TestWhatTheSwitchCannotBeToldIsTheCallersFault(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	s.on(picky{s.world.Connect()}, memory.New(), guide.Options{})
	s.isRefused(s.ask("POST", "", strings.Replace(anOrder, "sofia/gateway/trunk/", "user/", 1)),
		`["body","caller_id"] want an endpoint of this house (value_error)`)
}

// bodies are what neither request is.
var bodies = []struct{ name, body, order, list string }{
	{"empty", "", `["body"] field required (value_error.missing)`, `["body"] field required (value_error.missing)`},
	{"null", "null", `["body"] value is not a valid dict (type_error.dict)`, `["body"] value is not a valid list (type_error.list)`},
	{"a string", `"x"`, `["body"] value is not a valid dict (type_error.dict)`, `["body"] value is not a valid list (type_error.list)`},
	{"no JSON", "x=1", `["body",1] invalid character 'x' looking for beginning of value (value_error.jsondecode)`, `["body",0] invalid character 'x' looking for beginning of value (value_error.jsondecode)`},
	{"cut off", `{"a`, `["body",3] unexpected end of JSON input (value_error.jsondecode)`, `["body"] value is not a valid list (type_error.list)`},
	{"a byte order mark", "\xef\xbb\xbf[]", `["body",1] invalid character 'ï' looking for beginning of value (value_error.jsondecode)`, `["body",0] invalid character 'ï' looking for beginning of value (value_error.jsondecode)`},
	{"UTF-16", "\xff\xfe{\x00", `["body"] not UTF-8 (value_error.jsondecode)`, `["body",0] invalid character 'ÿ' looking for beginning of value (value_error.jsondecode)`},
}

func TestABodyThatIsNoRequestIsRefused(t *testing.T) {
	for _, c := range bodies {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
			s.isRefused(s.ask("POST", "", c.body), c.order)
			s.noCampaigns()
			s.isRefused(s.ask("POST", "/"+s.created()+"/contacts", c.body), c.list)
		})
	}
}

func TestAnOrderOutOfAllProportionIsRefused(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	name := `{"campaign_name": "` + strings.Repeat("x", 10<<20) + `", "caller_id": "user/1000"}`
	if got := s.ask("POST", "", name); got.code != http.StatusRequestEntityTooLarge || got.body["code"] != "TOO_LARGE" {
		t.Errorf("a name of 10 MB answered %d %s", got.code, got.text)
	}
	deep := `{"campaign_name": "n", "caller_id": "user/1000", "x": ` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`
	s.isRefused(s.ask("POST", "", deep), `["body",10054] invalid character '[' exceeded max depth (value_error.jsondecode)`)
	s.isRefused(s.ask("POST", "", "{\"campaign_name\": \"\xff\", \"caller_id\": \"user/1000\"}"), `["body"] not UTF-8 (value_error.jsondecode)`)
	s.noCampaigns()
}

func TestAnEntryThatIsNoContactRefusesTheWholeBatch(t *testing.T) {
	const address = "not a contact: a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER"
	onEachStore(t, func(t *testing.T, store ports.Store) {
		s := newSite(t, store, simulated.Config{}, guide.Options{})
		id := s.created()
		for _, c := range []struct{ entry, want string }{
			{`"list"`, `["body",2] ` + address + ` (value_error)`},
			{`""`, `["body",2] ` + address + ` (value_error)`},
			{`"+1555\u00001"`, `["body",2] ` + address + ` (value_error)`},
			{"\"+1555\xff\"", `["body",2] ` + address + ` (value_error)`},
			{`"sip:user"`, `["body",2] ` + address + `: not a plain SIP URI (value_error)`},
			{`"sofia/gateway/other/5551234567"`, `["body",2] ` + address + `: the campaign does not allow gateway "other" (value_error)`},
			{`15551234567`, `["body",2] str type expected (type_error.str)`},
			{`1e400`, `["body",2] str type expected (type_error.str)`},
			{`null`, `["body",2] str type expected (type_error.str)`},
			{`{"number": "+15551234567"}`, `["body",2] str type expected (type_error.str)`},
			{strings.Repeat("[", 20_000), `["body",2] str type expected (type_error.str)`},
			{`"` + strings.Repeat("1", 1000) + `"`, `["body",2] ` + address + `: it is longer than 255 characters (value_error)`},
			{`"` + strings.Repeat("1", 1<<20) + `"`, `["body",2] longer than any contact (value_error)`},
		} {
			s.isRefused(s.ask("POST", "/"+id+"/contacts", `["+15551234567", "+15551234567", `+c.entry+`, "+15551234567"]`), c.want)
		}
		if got := s.ask("GET", "/"+id+"/status", "").body; got["status"] != "created" || got["remaining_contacts"] != 0.0 {
			t.Errorf("after refused batches it is %v", got)
		}
	})
}

func TestABatchThatDoesNotEndWellAddsNothing(t *testing.T) {
	const good = `["+15551234567"`
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{MaxBody: 1 << 20})
	id := s.created()
	for _, c := range []struct{ body, want string }{
		{good, `["body",15] unexpected end of JSON input (value_error.jsondecode)`},
		{good + `, "+15`, `["body",17] unexpected end of JSON input (value_error.jsondecode)`},
		{good + `}`, `["body",15] invalid character '}' after array element (value_error.jsondecode)`},
		{good + ` "+15551234567"]`, `["body",16] invalid character '"' after array element (value_error.jsondecode)`},
		{good + `] []`, `["body",18] extra data after the list (value_error.jsondecode)`},
		{good + `] x`, `["body",17] invalid character 'x' looking for beginning of value (value_error.jsondecode)`},
		{good + strings.Repeat(" ", 70_000) + `, "+15551234567"]`, `["body",70031] too much space between two entries (value_error.jsondecode)`},
		{good + `,` + strings.Repeat(" ", 500_000) + `"+15551234567"]`, `["body",1] longer than any contact (value_error)`},
	} {
		s.isRefused(s.ask("POST", "/"+id+"/contacts", c.body), c.want)
	}
	large := s.ask("POST", "/"+id+"/contacts", `[`+strings.Repeat(`"+15551234567",`, 100_000)+`"+1"]`)
	if large.code != http.StatusRequestEntityTooLarge || large.body["message"] != "The body is larger than 1048576 bytes" {
		t.Errorf("a batch beyond the limit answered %d %s", large.code, large.text)
	}
	broken := io.MultiReader(strings.NewReader(good), &tornReader{})
	s.isRefused(s.send("POST", "/"+id+"/contacts", broken, "application/json"), `["body"] the body broke off (value_error.jsondecode)`)
	s.isRefused(s.send("POST", "", io.MultiReader(strings.NewReader("{"), &tornReader{}), ""), `["body"] the body broke off (value_error.jsondecode)`)
	if got := s.ask("GET", "/"+id+"/status", "").body; got["status"] != "created" || got["remaining_contacts"] != 0.0 {
		t.Errorf("after refused batches it is %v", got)
	}
}

// tornReader is a connection that goes away.
type tornReader struct{}

func (*tornReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestOnlyJSONIsRead(t *testing.T) {
	s := newSite(t, memory.New(), simulated.Config{}, guide.Options{})
	id := s.created()
	for media, code := range map[string]int{
		"": 200, "application/json": 200, "application/json; charset=UTF-8": 200, "Application/JSON": 200, "application/vnd.list+json": 200,
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "application/json; charset=utf-16": 415, "text/csv": 415, ";": 415,
		"multipart/form-data; boundary=x": 415, "text/x+json": 415,
	} {
		for path, body := range map[string]string{"": anOrder, "/" + id + "/contacts": `["+15551234567"]`} {
			got := s.send("POST", path, bytes.NewBufferString(body), media)
			if got.code != code || code == 415 && got.body["code"] != "UNSUPPORTED_MEDIA_TYPE" {
				t.Errorf("%q at %q answered %d %s, want %d", media, path, got.code, got.text, code)
			}
		}
	}
}
