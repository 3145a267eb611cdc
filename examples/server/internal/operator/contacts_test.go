package operator_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/campaign"
)

// asCSV is the header that says what the body is.
const asCSV = "Content-Type: text/csv; charset=utf-8"

// stored are the addresses of a campaign's contacts.
func (s *site) stored(id string) (addresses []string) {
	s.Helper()
	for c, err := range s.d.Contacts(s.Context(), s.id(id)) {
		if err != nil {
			s.Fatal(err)
		}
		addresses = append(addresses, c.Address)
	}
	return addresses
}

func TestContactsComeInThreeFormats(t *testing.T) {
	s := open(t)
	for kind, body := range map[string]string{
		"text/csv":                        "\xef\xbb\xbfnumber;name\r\n+331;Ada\r\n+332;Bob\r\n+331;Eve\r\n",
		"application/x-ndjson":            `{"number":"+331"}` + "\n" + `{"number":"+332"}` + "\n" + `{"number":"+331"}`,
		"application/json; charset=utf-8": `[{"number":"+331"},{"number":"+332"},{"number":"+331"}]`,
	} {
		id := s.draft()
		got := s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/contacts", body, "Content-Type: "+kind).object()
		want := object{"added": 3.0, "total": 3.0, "duplicates": 1.0, "rejected": 0.0, "errors": []any{}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
		if diff := cmp.Diff([]string{"+331", "+332", "+331"}, s.stored(id)); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

const twoBad = "number,name\n+331,Ada\nnobody,Bob\n+332,Eve\n+333,\"Cy\" Young\n"

var whatIsBad = []any{
	object{"row": 3.0, "column": "number", "message": `"nobody": want a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER`},
	object{"row": 5.0, "column": "name", "message": "a quoted value that does not end where it should: double the quotes in it"},
}

func TestABadRowRefusesTheWholeUpload(t *testing.T) {
	s := open(t)
	id := s.draft()
	s.contacts(id, "+330")
	a := s.send("POST", "/v1/campaigns/"+id+"/contacts", twoBad, asCSV)
	s.refused(http.StatusUnprocessableEntity, a, "2 of 4 rows are bad")
	want := object{
		"title": "Unprocessable Entity", "status": 422.0, "detail": "2 of 4 rows are bad",
		"added": 0.0, "total": 1.0, "duplicates": 0.0, "rejected": 2.0, "errors": whatIsBad,
	}
	if diff := cmp.Diff(want, a.object()); diff != "" {
		t.Error(diff)
	}
	if got := s.stored(id); len(got) != 1 {
		t.Errorf("a refused upload has left %v", got)
	}
}

func TestAPartialUploadAddsTheGoodRows(t *testing.T) {
	s := open(t)
	id := s.draft()
	got := s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/contacts?partial=true", twoBad, asCSV).object()
	want := object{"added": 2.0, "total": 2.0, "duplicates": 0.0, "rejected": 2.0, "errors": whatIsBad}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAtMostAHundredBadRowsAreListed(t *testing.T) {
	s := open(t)
	id := s.draft()
	body := "number\n" + strings.Repeat("nobody\n", 1000)
	got := s.send("POST", "/v1/campaigns/"+id+"/contacts", body, asCSV).object()
	if n := len(got["errors"].([]any)); n != 100 || got["rejected"] != 1000.0 {
		t.Errorf("%d of %v are listed", n, got["rejected"])
	}
}

func TestAnUploadIsIdempotentByItsKey(t *testing.T) {
	for name, c := range map[string]struct{ query, header, names string }{
		"in the query":  {"?key=k1", "X-None: -", "query.key"},
		"in the header": {"", "Idempotency-Key: k1", "header.Idempotency-Key"},
		"in both":       {"?key=k1", "Idempotency-Key: k1", "query.key"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			id := s.draft()
			path := "/v1/campaigns/" + id + "/contacts" + c.query
			want := s.ask(http.StatusOK, "POST", path, "number\n+331\n+331\n", asCSV, c.header).object()
			s.contacts(id, "+339")
			s.ask(http.StatusOK, "POST", "/v1/campaigns/"+id+"/start", "")
			want["total"] = 3.0 // is what it is now
			again := s.ask(http.StatusOK, "POST", path, "number\n+331\n+331\n", asCSV, c.header).object()
			if diff := cmp.Diff(want, again); diff != "" {
				t.Errorf("the second answer differs (-want +got):\n%s", diff)
			}
			s.refused(422, s.send("POST", path, "number\n+331\n+332\n", asCSV, c.header), "was used for another", c.names)
			s.refused(422, s.send("POST", path, "number\nnobody\n", asCSV, c.header), "1 of 1 rows are bad")
			if got := s.stored(id); len(got) != 3 {
				t.Errorf("there are %v", got)
			}
		})
	}
}

func TestAnUploadIsIdempotentOnAnotherServerToo(t *testing.T) {
	s := open(t)
	id := s.draft()
	path := "/v1/campaigns/" + id + "/contacts?key=k1"
	body := "number\n+331\n+331\n"
	s.ask(http.StatusOK, "POST", path, body, asCSV)
	other := open(t, func(how *setup) { how.store = s.store })
	got := other.ask(http.StatusOK, "POST", path, body, asCSV).object()
	if got["added"] != 2.0 || got["total"] != 2.0 || got["duplicates"] != 1.0 {
		t.Errorf("it says %v", got)
	}
	for _, body := range []string{"number\n+331\n", "number\n+331\n+332\n", "number,name\n+331,\n+331,Ada\n", "number\n"} {
		other.refused(422, other.send("POST", path, body, asCSV), "was used for another", "query.key")
	}
	other.ask(http.StatusOK, "POST", path, `[{"number":"+331"},{"phone":"+331"}]`) // the same contacts in another format
	if got := s.stored(id); len(got) != 2 {
		t.Errorf("there are %v", got)
	}
}

func TestTwoKeysOfOneUploadAreRefused(t *testing.T) {
	s := open(t)
	id := s.draft()
	s.refused(422, s.send("POST", "/v1/campaigns/"+id+"/contacts?key=a", "[]", "Idempotency-Key: b"), "header.Idempotency-Key")
}

func TestUploadsThatCannotBeReadAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		kind   string
		body   string
		says   string
	}{
		"no kind":              {415, "", "number\n", "text/csv"},
		"another kind":         {415, "application/xml", "<a/>", "application/x-ndjson"},
		"nonsense for a kind":  {415, "text/", "number\n", "text/csv"},
		"an empty file":        {422, "text/csv", "", "it is empty"},
		"UTF-16":               {422, "text/csv", "\xff\xfen\x00", "it is UTF-16; save it as UTF-8"},
		"no address":           {422, "text/csv", "name\nAda\n", "there is no column address"},
		"a quote left open":    {422, "text/csv", "number,x\n+331,\"" + strings.Repeat("x", 2<<20), "a row is longer than"},
		"no array":             {422, "application/json", `{"contacts":[]}`, "not an array"},
		"an array cut off":     {422, "application/json", `[{"number":"+331"},`, "unexpected EOF"},
		"deep nesting":         {422, "application/json", "[" + strings.Repeat("[", 100_000), "not JSON"},
		"10 MB in a name":      {422, "application/json", `[{"number":"+331","name":"` + strings.Repeat("x", 10<<20) + `"}]`, "a row is longer than"},
		"an unknown field":     {422, "application/json", `[{"number":"+331","colour":"red"}]`, "colour"},
		"more than may be":     {413, "text/csv", "number\n" + strings.Repeat("+3312345678\n", 1_000_000), "at most 11534336 bytes"},
		"a gateway not listed": {422, "application/json", `[{"number":"sofia/gateway/x/1"}]`, "does not allow gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, func(how *setup) { how.options.MaxBody = 11 << 20 })
			id := s.draft()
			for _, query := range []string{"", "?partial=true"} {
				a := s.send("POST", "/v1/campaigns/"+id+"/contacts"+query, c.body, "Content-Type: "+c.kind)
				if query != "" && a.status == http.StatusOK && a.object()["rejected"] == 1.0 {
					continue // a bad row among none
				}
				s.refused(c.status, a, c.says)
			}
			if got := s.stored(id); len(got) != 0 {
				t.Errorf("a refused upload has left %d", len(got))
			}
		})
	}
}

func TestAManyRowsUploadStreams(t *testing.T) {
	s := open(t)
	id := s.draft()
	const n = 20_000
	body, feed := io.Pipe()
	go func() {
		_, err := io.WriteString(feed, "number\n")
		for i := 0; i < n && err == nil; i++ {
			_, err = fmt.Fprintf(feed, "+1555%07d\n", i)
		}
		_ = feed.CloseWithError(err)
	}()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.web.URL+"/v1/campaigns/"+id+"/contacts", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/csv")
	res, err := s.web.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	said, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusOK || !strings.Contains(string(said), `"added":20000,"total":20000,"duplicates":0`) {
		t.Errorf("status %d: %s", res.StatusCode, said)
	}
}

func TestContactsAreRefusedWhereTheStatusTakesNone(t *testing.T) {
	s := open(t)
	id := s.in(campaign.Completed)
	s.refused(http.StatusConflict, s.send("POST", "/v1/campaigns/"+id+"/contacts", "[]"), "add_contacts is not available in status completed")
}
