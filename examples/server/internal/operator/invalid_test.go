package operator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/outdial/outdial/campaign"
)

const nobody = "01a1ff48-cdba-7190-a351-21956a45f9f0" // an id of nothing

func TestBadInputIsRefusedWithItsPlaceAndNothingIsStored(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	for name, c := range map[string]struct {
		status int
		body   string
		says   []string
		header string
	}{
		"no body":                  {400, "", []string{"request body is required"}, "Content-Type: application/json"},
		"an empty object":          {422, "{}", []string{"body.name", "1 to 255"}, ""},
		"malformed JSON":           {400, `{"name":`, []string{"unexpected end of JSON"}, ""},
		"two documents":            {400, `{"name":"x"} {}`, nil, ""},
		"a text":                   {422, `"x"`, []string{"expected object"}, ""},
		"null":                     {422, `null`, nil, ""},
		"an array":                 {422, `[]`, []string{"expected object"}, ""},
		"UTF-16":                   {400, "\xff\xfe{\x00", []string{"invalid character"}, ""},
		"deep nesting":             {400, `{"name":` + strings.Repeat("[", 20_000), []string{"depth"}, ""},
		"deep nesting that ends":   {422, `{"name":` + strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000) + "}", []string{"body.name", "expected string"}, ""},
		"a name of 10 MB":          {413, `{"name":"` + long + `"}`, []string{"too large"}, ""},
		"a name of 500 kB":         {422, `{"name":"` + long[:500_000] + `"}`, []string{"body.name", "1 to 255"}, ""},
		"an unknown field":         {422, `{"name":"x","colour":"red"}`, []string{"body.colour", "unexpected property"}, ""},
		"a field of 500 kB":        {422, `{"` + long[:500_000] + `":1}`, []string{"unexpected property"}, ""},
		"a number for a text":      {422, `{"name":7}`, []string{"body.name", "expected string"}, ""},
		"a text for a number":      {422, `{"name":"x","retries":"3"}`, []string{"body.retries", "expected integer"}, ""},
		"null for hours":           {422, `{"name":"x","windows":null}`, []string{"body.windows"}, ""},
		"null for a number":        {422, `{"name":"x","retries":null}`, []string{"body.retries"}, ""},
		"half a retry":             {422, `{"name":"x","retries":1.5}`, []string{"body.retries", "expected integer"}, ""},
		"a huge number":            {422, `{"name":"x","retries":1e300}`, []string{"body.retries", "= 1000000000\""}, ""},
		"a number of 23 digits":    {422, `{"name":"x","calls_per_second":10000000000000000000000}`, []string{"body.calls_per_second", "= 1000000000\""}, ""},
		"a number past all floats": {422, `{"name":"x","retries":1e400}`, []string{"body.retries", "= 1000000000\""}, ""},
		"a rule's huge number":     {422, `{"name":"x","retry_rules":{"busy":{"max":1e19}}}`, []string{"body.retry_rules.busy.max"}, ""},
		"a span past all floats":   {422, `{"name":"x","ring_timeout":1e400,"zone":"Mars/Base"}`, []string{"body.ring_timeout", "= 2592000\"", "body.zone"}, ""},
		"a huge number for a text": {422, `{"name":-1e400}`, []string{"body.name", "expected string"}, ""},
		"a name of blanks":         {422, `{"name":"  ","destination":"1"}`, []string{"body.name", "want a character that can be seen"}, ""},
		"a number past its kind":   {422, `{"name":"x","retries":9223372036854775807}`, []string{"body.retries"}, ""},
		"a huge span":              {422, `{"name":"x","ring_timeout":1e300}`, []string{"body.ring_timeout", "= 2592000\""}, ""},
		"bytes that are no text":   {400, "{\"name\":\"\xff\",\"destination\":\"1\"}", []string{"UTF-8"}, ""},
		"half a character":         {400, `{"name":"a\ud800b","destination":"1"}`, []string{"both halves"}, ""},
		"another encoding":         {415, `{"name":"x","destination":"1"}`, []string{"header.Content-Type", "UTF-8"}, "Content-Type: application/json; charset=utf-16"},
		"a span out of bounds":     {422, `{"name":"x","destination":"1","ring_timeout":301}`, []string{"body.ring_timeout", "want 1 to 300 seconds", `"value":301`}, ""},
		"lines over the ceiling":   {422, `{"name":"x","destination":"1","max_concurrent":101}`, []string{"body.max_concurrent", "100"}, ""},
		"a shape that is none":     {422, `{"name":"x","shape":"round"}`, []string{"body.shape"}, ""},
		"an outcome that is none":  {422, `{"name":"x","retry_rules":{"sleeping":{}}}`, []string{"body.retry_rules", "sleeping"}, ""},
		"an outcome never retried": {422, `{"name":"x","destination":"1","retry_rules":{"answered":{"never":true}}}`, []string{"body.retry_rules.answered"}, ""},
		"a rule out of bounds":     {422, `{"name":"x","destination":"1","retry_rules":{"busy":{"delay":1}}}`, []string{"body.retry_rules.busy.delay", "want 60 to 2592000 seconds"}, ""},
		"a weekday that is none":   {422, `{"name":"x","windows":[{"days":"someday","from":"9","to":"25:00"}]}`, []string{"body.windows[0].days", "body.windows[0].from", "body.windows[0].to"}, ""},
		"a window turned round":    {422, `{"name":"x","destination":"1","windows":[{"from":"17:00","to":"09:00"}]}`, []string{"body.windows[0]"}, ""},
		"a zone that is none":      {422, `{"name":"x","destination":"1","zone":"Mars/Base"}`, []string{"body.zone", "Mars/Base"}, ""},
		"a date that is none":      {422, `{"name":"x","destination":"1","date":"tomorrow"}`, []string{"body.date"}, ""},
		"a control character":      {422, `{"name":"a\u0000b","destination":"1"}`, []string{"body.name"}, ""},
		"nobody to take calls":     {422, `{"name":"x"}`, []string{"body.destination"}, ""},
		"a trunk nobody knows":     {422, `{"name":"x","destination":"1","trunk":"evil"}`, []string{"body.trunk"}, ""},
		"a caller that is none":    {422, `{"name":"x","destination":"1","caller_id":"me"}`, []string{"body.caller_id"}, ""},
		"all faults at once":       {422, `{"name":"","destination":"1","retries":11,"agent_wait":99}`, []string{"body.name", "body.retries", "body.agent_wait"}, ""},
		"faults of every kind":     {422, `{"name":"a\u0000b","destination":"1","retries":"3","colour":"red","agent_wait":99,"zone":"Mars/Base"}`, []string{"body.name", "expected integer", "body.colour", "want 1 to 60 seconds", "body.zone"}, ""},
		"faults beside a window's": {422, `{"name":"x","destination":"1","wrap_up":7200,"windows":[{"FROM":"09:00","to":"25:00"}],"retry_rules":{"sleeping":{}}}`, []string{"body.windows[0].FROM", "want 0 to 3600 seconds", "body.retry_rules"}, ""},
		"gateways in capitals":     {422, `{"name":"x","destination":"1","GATEWAYS":["evil"]}`, []string{"body.GATEWAYS", "unexpected property"}, ""},
		"rules in capitals":        {422, `{"name":"x","destination":"1","Retry_Rules":{"busy":{"never":true}}}`, []string{"body.Retry_Rules", "unexpected property"}, ""},
		"a window in capitals":     {422, `{"name":"x","destination":"1","windows":[{"FROM":"09:00","to":"10:00"}]}`, []string{"body.windows[0].FROM", "unexpected property"}, ""},
		"a field twice":            {400, `{"name":"x","destination":"1","retries":1,"retries":2}`, []string{"retries comes twice"}, ""},
		"a rule twice":             {400, `{"name":"x","destination":"1","retry_rules":{"busy":{},"busy":{"never":true}}}`, []string{"retry_rules.busy comes twice"}, ""},
		"another's gateway":        {422, `{"name":"x","destination":"1","shape":"agent_first","agent":"sofia/gateway/evil/+15551234567"}`, []string{"body.agent", "gateway"}, ""},
		"another's, in capitals":   {422, `{"name":"x","destination":"1","shape":"agent_first","agent":"Sofia/GATEWAY/evil/+15551234567"}`, []string{"body.agent", "gateway"}, ""},
		"a key that is no text":    {422, `{"name":"x","destination":"1"}`, []string{"header.Idempotency-Key", "255 characters of UTF-8"}, "Idempotency-Key: \xff"},
		"a kind that is none":      {415, `{"name":"x"}`, []string{"unknown content type"}, "Content-Type: text/xml"},
		"a long key":               {422, `{"name":"x","destination":"1"}`, []string{"header.Idempotency-Key"}, "Idempotency-Key: " + long[:300]},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			var headers []string
			if c.header != "" {
				headers = []string{c.header}
			}
			s.refused(c.status, s.send("POST", "/v1/campaigns", c.body, headers...), c.says...)
			if got := s.ask(200, "GET", "/v1/campaigns", "").object()["campaigns"]; len(got.([]any)) != 0 {
				t.Errorf("a refused creation has left %v", got)
			}
			id := s.in(campaign.Draft)
			before := s.send("GET", "/v1/campaigns/"+id, "").body
			if name == "an empty object" || name == "nobody to take calls" || name == "a long key" || name == "a key that is no text" {
				return // nothing is wrong with that in an edit
			}
			s.refused(c.status, s.send("PATCH", "/v1/campaigns/"+id, c.body, headers...), c.says...)
			if after := s.send("GET", "/v1/campaigns/"+id, "").body; string(after) != string(before) {
				t.Errorf("a refused edit has left %s", after)
			}
		})
	}
}

func TestABodyMaySayThatItIsUTF8(t *testing.T) {
	s := open(t)
	for _, charset := range []string{"utf-8", `"UTF-8"`, "us-ascii"} {
		s.ask(201, "POST", "/v1/campaigns", `{"name":"Zo\ud83d\ude00é","destination":"1"}`, "Content-Type: application/json; charset="+charset)
		s.ask(200, "POST", "/v1/campaigns/"+s.draft()+"/contacts", "number\n1\n", "Content-Type: text/csv; charset="+charset)
	}
	s.refused(415, s.send("POST", "/v1/campaigns/"+s.draft()+"/contacts", "number\n1\n", "Content-Type: text/csv; charset=utf-16"), "header.Content-Type", "UTF-8")
}

func TestBadQuestionsAreRefusedWithTheirPlace(t *testing.T) {
	badQuestionsAreRefused(t, open(t))
}

func badQuestionsAreRefused(t *testing.T, s *site) {
	id := s.in(campaign.Draft)
	at := "/v1/campaigns/" + id
	for path, says := range map[string]string{
		"/v1/campaigns?status=asleep":                       "query.status",
		"/v1/campaigns?limit=0":                             "query.limit",
		"/v1/campaigns?limit=501":                           "query.limit",
		"/v1/campaigns?limit=many":                          "query.limit",
		"/v1/campaigns?cursor=x":                            "query.cursor",
		"/v1/campaigns?cursor=" + strings.Repeat("A", 22):   "query.cursor",
		"/v1/campaigns?cursor=AaH_SM26cZCjUSGValRfn8A":      "query.cursor",
		"/v1/campaigns?cursor=AaH_SM26cZCjUSGVakX58A":       "query.cursor", // of nothing
		"/v1/campaigns?colour=red":                          "query.colour",
		at + "/attempts?state=asleep":                       "query.state",
		at + "/attempts?outcome=lovely":                     "query.outcome",
		at + "/attempts?sip_status=7":                       "query.sip_status",
		at + "/attempts?dials_min=-1":                       "query.dials_min",
		at + "/attempts?dials_max=x":                        "query.dials_max",
		at + "/attempts?cursor=AaH_SM26cZCjUSGVakX58A":      "query.cursor",
		at + "/attempts?number=" + strings.Repeat("1", 300): "query.number",
		at + "/attempts?number=%00":                         "query.number",
		at + "/attempts?number=%2B33%0A":                    "query.number",
		at + "/attempts?number=%ff":                         "query.number",
		at + "/attempts?dials_min=1000001":                  "query.dials_min",
		at + "/attempts?dials_min=99999999999":              "query.dials_min",
		at + "/attempts?dials_min=99999999999999999999":     "query.dials_min",
		at + "/attempts?dials_max=1000001":                  "query.dials_max",
		at + "/attempts?dials_max=99999999999":              "query.dials_max",
		at + "/attempts?dials_max=-1":                       "query.dials_max",
		at + "/callbacks?cursor=AaH_SM26cZCjUSGVakX58A":     "query.cursor",
		at + "/metrics?run=-1":                              "query.run",
		at + "/report?run=x":                                "query.run",
	} {
		t.Run(path[:min(len(path), 120)], func(t *testing.T) { s.TB = t; s.refused(422, s.send("GET", path, ""), says) })
	}
}

func TestOnlyWhatAnEditGivesIsWrongWithIt(t *testing.T) {
	s := open(t)
	id := s.draft()
	for body, want := range map[string][]string{
		`{"retries":"3","agent_wait":99}`:                      {"body.retries", "body.agent_wait"},
		`{"retries":-1,"agent_wait":99}`:                       {"body.retries", "body.agent_wait"},
		`{"retries":-1,"windows":[{"from":"9","to":"25:00"}]}`: {"body.retries", "body.windows[0].from", "body.windows[0].to"},
	} {
		a := s.send("PATCH", "/v1/campaigns/"+id, body)
		s.refused(422, a, want...)
		if faults := a.object()["errors"].([]any); len(faults) != len(want) {
			t.Errorf("it says %s", a.body)
		}
	}
	s.refused(422, s.send("PATCH", "/v1/campaigns/"+id, `{"retries":"3","name":""}`), "body.retries", "body.name")
}

func TestBodiesOfActionsAreCheckedAsThoseOfCampaigns(t *testing.T) {
	s := open(t)
	at := "/v1/campaigns/" + s.in(campaign.Running)
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{at + "/stop", `{"Drain":true}`, 422, "body.Drain"},
		{at + "/stop", `{"drain":false,"drain":true}`, 400, "drain comes twice"},
		{at + "/clone", `{"Name":"Two"}`, 422, "body.Name"},
		{at + "/clone", `{"name":" "}`, 422, "body.name"},
		{at + "/clone", `{"name":"Two","name":"Three"}`, 400, "name comes twice"},
		{at + "/restart", `{"SCOPE":"all"}`, 422, "body.SCOPE"},
		{at + "/restart", `{"scope":"all","scope":"not_completed"}`, 400, "scope comes twice"},
		{"/v1/calls/" + nobody + "/disposition", `{"code":"sold","DO_NOT_CALL":true}`, 422, "body.DO_NOT_CALL"},
		{"/v1/calls/" + nobody + "/disposition", `{"code":"sold","code":"lost"}`, 400, "code comes twice"},
		{at + "/contacts", `[{"number":"1","Name":"Ada"}]`, 422, `"column":"Name"`},
		{at + "/contacts", `[{"number":"1","number":"2"}]`, 422, `"column":"number","message":"it comes twice"`},
	} {
		s.refused(c.status, s.send("POST", c.path, c.body), c.says)
	}
	if all := s.ask(200, "GET", "/v1/campaigns", "").object()["campaigns"].([]any); len(all) != 1 || all[0].(object)["status"] != "running" {
		t.Errorf("there are %v", all)
	}
}

func TestAKeyThatIsNoTextIsRefusedWithItsPlaceAndAddsNothing(t *testing.T) {
	keysAreRefused(t, open(t))
}

func keysAreRefused(t *testing.T, s *site) {
	id := s.draft()
	at := "/v1/campaigns/" + id
	for query, header := range map[string]string{
		"?key=%00": "", "?key=a%0Ab": "", "?key=%ff": "", "?key=" + strings.Repeat("k", 256): "",
		"": "Idempotency-Key: \xff", "?partial=true": "Idempotency-Key: " + strings.Repeat("k", 256),
	} {
		var headers []string
		says := "query.key"
		if header != "" {
			headers, says = []string{header}, "header.Idempotency-Key"
		}
		s.refused(422, s.send("POST", at+"/contacts"+query, `[{"number":"+331"}]`, headers...), says)
	}
	for path, body := range map[string]string{"/v1/campaigns": springOffer, at + "/clone": "", at + "/restart": ""} {
		s.refused(422, s.send("POST", path, body, "Idempotency-Key: \xff"), "header.Idempotency-Key")
	}
	if n, all := len(s.stored(id)), len(s.pages("/v1/campaigns", "", "campaigns", "id")); n != 0 || all != 1 {
		t.Errorf("there are %d campaigns, and %d contacts", all, n)
	}
	s.ask(http.StatusOK, "POST", at+"/contacts?key="+strings.Repeat("%C3%BC", 255), `[{"number":"+331"}]`)
}

func TestALongValueIsNotRepeated(t *testing.T) {
	s := open(t)
	a := s.send("GET", "/v1/campaigns/"+s.draft()+"/attempts?state="+strings.Repeat("x", 50_000), "")
	if s.refused(422, a, "query.state"); len(a.body) > 3000 {
		t.Errorf("the refusal has %d bytes", len(a.body))
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Draft)
	other := s.in(campaign.Draft)
	contact := s.firstContact(other)
	requests := []string{"GET /nothing", "GET /v1/campaigns/", "GET /v1/campaigns/" + id + "/nothing", "GET /v1/campaigns/" + id + "/metrics?run=2",
		"GET /v1/campaigns/" + id + "/attempts?run=2", "GET /v1/campaigns/" + id + "/attempts?run=2&cursor=AaH_SM26cZCjUSGVakX58A",
		"GET /v1/campaigns/" + id + "/report?run=2", "DELETE /v1/campaigns/" + id + "/callbacks/" + contact}
	for _, who := range []string{nobody, "nobody", strings.ToUpper(id) + "0", "urn:uuid:" + id, "{" + id + "}", strings.Repeat("9", 36)} {
		at := "/v1/campaigns/" + who
		for _, r := range []string{
			"GET ", "GET /metrics", "GET /runs", "GET /attempts", "GET /report", "GET /callbacks", "GET /explanation", "GET /events",
			"PATCH ", "POST /start", "POST /pause", "POST /resume", "POST /stop", "POST /restart", "POST /clone", "POST /contacts",
			"DELETE /callbacks/" + contact,
		} {
			method, rest, _ := strings.Cut(r, " ")
			requests = append(requests, method+" "+at+rest)
		}
		requests = append(requests, "GET /v1/contacts/"+who+"/explanation", "POST /v1/calls/"+who+"/disposition", "DELETE /v1/campaigns/"+id+"/callbacks/"+who)
	}
	for _, r := range requests {
		t.Run(r, func(t *testing.T) {
			s.TB = t
			method, path, _ := strings.Cut(r, " ")
			body := map[string]string{"PATCH": `{"name":"x"}`}[method]
			if strings.HasSuffix(path, "/contacts") {
				body = "[]"
			}
			if strings.HasSuffix(path, "/disposition") {
				body = `{"code":"sold"}`
			}
			s.refused(http.StatusNotFound, s.send(method, path, body))
		})
	}
}

func TestAnotherMethodIsRefusedWithThoseThatThereAre(t *testing.T) {
	s := open(t)
	a := s.send("DELETE", "/v1/campaigns", "")
	s.refused(http.StatusMethodNotAllowed, a, "GET, HEAD, POST")
	if got := a.header.Get("Allow"); got != "GET, HEAD, POST" {
		t.Errorf("it allows %q", got)
	}
}
