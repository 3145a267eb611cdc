package contactfile_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/internal/contactfile"
)

// read reads a file to its end: contacts, faults, and the error that ended it.
func read(t *testing.T, text string, format contactfile.Format) (contacts []campaign.Contact, faults []string, err error) {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	o := contactfile.Options{Zone: paris, Allow: campaign.Allow{Gateways: []string{"trunk"}}}
	r, err := contactfile.New(strings.NewReader(text), format, o)
	for err == nil {
		var row contactfile.Row
		if row, err = r.Next(); err != nil {
			break
		}
		if len(row.Faults) == 0 {
			contacts = append(contacts, row.Contact)
		}
		for _, f := range row.Faults {
			faults = append(faults, f.Error())
		}
	}
	if r != nil {
		if _, again := r.Next(); again == nil || again.Error() != err.Error() {
			t.Errorf("after %v the next row is %v", err, again)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return contacts, faults, err
}

func TestFilesAreReadWhateverTheyLookLike(t *testing.T) {
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	plain := []campaign.Contact{{Address: "+331", Key: "7", Name: "Ada"}}
	for name, c := range map[string]struct {
		format contactfile.Format
		text   string
		want   []campaign.Contact
	}{
		"csv":                         {contactfile.CSV, "number,id,name\n+331,7,Ada\n", plain},
		"csv with a byte order mark":  {contactfile.CSV, "\xef\xbb\xbfnumber,id,name\n+331,7,Ada\n", plain},
		"csv with CRLF":               {contactfile.CSV, "number,id,name\r\n+331,7,Ada\r\n", plain},
		"csv without a last line end": {contactfile.CSV, "number,id,name\n+331,7,Ada", plain},
		"csv with semicolons":         {contactfile.CSV, "Phone Number;Key;Name\n+331;7;Ada\n", plain},
		"csv with tabs":               {contactfile.CSV, "Telephone\tKEY\tname\n+331\t7\tAda\n", plain},
		"csv with blanks":             {contactfile.CSV, " address , id , name \n +331 , 7 , Ada \n\n", plain},
		"csv with quotes":             {contactfile.CSV, "\"phone\",\"id\",\"name\"\n\"+331\",\"7\",\"Ada\"\n", plain},
		"csv with all columns": {contactfile.CSV, "phone,priority,not_before,Preferred language,variables.Shoe size,2nd\n+331,-4,2026-07-01 14:00,fr,42,x\n+332,,2026-07-01T12:00:00Z,,,\n", []campaign.Contact{
			{Address: "+331", Priority: -4, NotBefore: noon, Variables: map[string]string{"preferred_language": "fr", "shoe_size": "42", "_2nd": "x"}},
			{Address: "+332", NotBefore: noon},
		}},
		"csv with a header alone":  {contactfile.CSV, "number\n", nil},
		"lines":                    {contactfile.NDJSON, `{"number":"+331","id":"7","name":"Ada"}` + "\n", plain},
		"lines with a mark":        {contactfile.NDJSON, "\xef\xbb\xbf" + `{"number":"+331","id":"7","name":"Ada"}`, plain},
		"lines with CRLF and gaps": {contactfile.NDJSON, "\r\n" + `{"phone":"+331","key":7,"name":"Ada","variables":null}` + "\r\n\r\n", plain},
		"lines that are not there": {contactfile.NDJSON, "", nil},
		"an array":                 {contactfile.JSON, ` [ {"address":"+331","key":"7","name":"Ada"} ] `, plain},
		"an empty array":           {contactfile.JSON, "[]", nil},
		"an array with all fields": {contactfile.JSON, `[{"address":"sofia/gateway/trunk/12","priority":5,"not_before":"2026-07-01T14:00:00+02:00","variables":{"a":"x","b":1.50,"c":true,"d":null,"e":""}}]`, []campaign.Contact{
			{Address: "sofia/gateway/trunk/12", Priority: 5, NotBefore: noon, Variables: map[string]string{"a": "x", "b": "1.50", "c": "true"}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, faults, err := read(t, c.text, c.format)
			if diff := cmp.Diff(c.want, got); diff != "" || len(faults) > 0 || err != nil {
				t.Errorf("%v %v\n%s", faults, err, diff)
			}
		})
	}
}

func TestBadRowsAreToldWithTheirPlaceAndTheOthersAreRead(t *testing.T) {
	long := strings.Repeat("x", 300)
	for name, c := range map[string]struct {
		format contactfile.Format
		text   string
		good   int
		faults []string
	}{
		"csv": {contactfile.CSV, "number,name,priority,not_before,x\n+331,Ada,1,,\ncall me,Bob,soon,tomorrow,\n+332,\xff,,,\n,,,,\n+333,Eve,,,\n", 2, []string{
			`row 3, number: "call me": want a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER`,
			`row 3, priority: "soon": want a whole number, higher is earlier, within ±2147483647`,
			`row 3, not_before: "tomorrow": want RFC 3339, as 2006-01-02T15:04:05Z, or "2006-01-02 15:04" in zone Europe/Paris`,
			`row 4, name: "\xff": not UTF-8`,
			`row 5, number: it is empty: want a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER`,
		}},
		"csv with another number of cells": {contactfile.CSV, "number,name\n+331\n+332,Bob,too,many\n+333,Eve\n", 1, []string{
			"row 2: 1 values under 2 columns", "row 3: 4 values under 2 columns",
		}},
		"csv with broken quotes": {contactfile.CSV, "number,name\n+331,\"Ada\" Lovelace\n+332,5\" nails\n+333,Eve\n", 1, []string{
			"row 2, name: a quoted value that does not end where it should: double the quotes in it",
			"row 3, name: a quote in the middle of a value: put the value in quotes and double the quotes in it",
		}},
		"csv with quotes broken before the number": {contactfile.CSV, "name,number\n\"Ada\" Lovelace,+331\n", 0, []string{
			"row 2, name: a quoted value that does not end where it should: double the quotes in it",
		}},
		"csv with a quote that is not closed": {contactfile.CSV, "number,name\n+331,Ada\n+332,\"Bob\n+333,Eve\n", 1, []string{
			"row 3, name: a quoted value that does not end where it should: double the quotes in it (lines 3 to 4 were read as this row)",
		}},
		"csv with cells of two lines": {contactfile.CSV, "number,note\n+331,\"two\nlines\"\n0x1,\n", 1, []string{
			`row 4, number: "0x1": want a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER`,
		}},
		"csv with times that are none": {contactfile.CSV, "number,not_before\n1,2026-03-29 02:30\n1,0001-01-01T00:00:00Z\n", 0, []string{
			`row 2, not_before: "2026-03-29 02:30": the clocks of Europe/Paris skip this time`,
			`row 3, not_before: "0001-01-01T00:00:00Z": want a time from 1970 to 9999-12-31T23:59:59Z`,
		}},
		"csv with a value that is too long": {contactfile.CSV, "number,name\n1," + long + "\n", 0, []string{
			`row 2, name: "` + long[:60] + `"…: want 0 to 255 characters, it has 300`,
		}},
		"a gateway that is not allowed": {contactfile.CSV, "number\nsofia/gateway/other/1\n", 0, []string{
			`row 2, number: "sofia/gateway/other/1": the campaign does not allow gateway "other"`,
		}},
		"lines": {contactfile.NDJSON, `{"number":"+331"}` + "\n\n" + `{"number":15551234}` + "\n" + `{"number":` + "\nnull\n[]\n" + `{"phone":"1","colour":"2"}` + "\n" + `{"number":"1","phone":"2"}` + "\n{}\n", 1, []string{
			"row 3, number: want a text in quotes",
			"row 4: it is not a JSON object: unexpected end of JSON input",
			"row 5: it is null, want an object",
			"row 6: it is an array, want an object",
			"row 7, colour: there is no such field; what a contact has besides goes under variables",
			"row 8, phone: number says the same already",
			"row 9, address: it is empty: want a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER",
		}},
		"an array": {contactfile.JSON, `[{"number":"x"},{"number":"1","priority":"2","name":7},{"number":"1","variables":[]},{"number":"1","variables":{"a":{}, "b c":"1"}},{"number":"1"}, "+331", {"number":"1","name":"` + "\xff" + `"},{"number":"1","not_before":"x","priority":1.5}]`, 1, []string{
			`row 1, number: "x": want a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER`,
			"row 2, name: want a text in quotes",
			"row 2, priority: want a number",
			"row 3, variables: want an object of names and values",
			"row 4, variables.a: want a text, a number, true or false",
			"row 6: it is a text, want an object",
			"row 7: it is not UTF-8",
			`row 8, not_before: want RFC 3339, as 2006-01-02T15:04:05Z, or "2006-01-02 15:04" in zone Europe/Paris`,
			"row 8, priority: want a whole number, higher is earlier, within ±2147483647",
		}},
		"addresses as people write them": {contactfile.CSV, "phone\n+1 (202) 555-0100\n1.55E+10\n'+1555\na@example.com\nsip:a@example.com;x=y\nuser/1000\n123456789012345678901\n", 0, []string{
			`row 2, phone: "+1 (202) 555-0100": write the number without spaces, dots, dashes and brackets`,
			`row 3, phone: "1.55E+10": a spreadsheet has rounded the number; format its column as text and export it again`,
			`row 4, phone: "'+1555": take out the apostrophe in front`,
			`row 5, phone: "a@example.com": write sip: in front of a SIP URI`,
			`row 6, phone: "sip:a@example.com;x=y": not a plain SIP URI`,
			`row 7, phone: "user/1000": the dial string is not sofia/gateway/NAME/NUMBER`,
			`row 8, phone: "123456789012345678901": want a number of up to 20 digits with an optional +, sip:user@host, or sofia/gateway/NAME/NUMBER`,
		}},
		"fields that come twice": {contactfile.NDJSON, `{"number":"1","number":"2"}` + "\n" + `{"number":"1","variables":{"a":1,"b":2,"a":1}}` + "\n", 0, []string{
			"row 1, number: it comes twice",
			"row 2, variables.a: it comes twice",
		}},
		"rows that are no objects": {contactfile.NDJSON, " []\n7\ntrue\n\"x\"\n-1\n", 0, []string{
			"row 1: it is an array, want an object", "row 2: it is a number, want an object", "row 3: it is a truth value, want an object",
			"row 4: it is a text, want an object", "row 5: it is a number, want an object",
		}},
		"texts that are none": {contactfile.NDJSON, `{"number":"1","name":"\ud800"}` + "\n" + `{"number":"1","variables":{"a":"\udc00\ud800"}}` + "\n" + `{"number":"1","name":"\ud83d\ude00"}` + "\n{\"number\":\"1\",\"name\":\"\xff\"}", 1, []string{
			`row 1: it has half a character, as \ud800: want both halves, as \ud83d\ude00`,
			`row 2: it has half a character, as \ud800: want both halves, as \ud83d\ude00`,
			"row 4: it is not UTF-8",
		}},
		"a variable with a name that is none": {contactfile.JSON, `[{"number":"1","variables":{"b c":"1"}}]`, 0, []string{
			`row 1, variables.b c: "b c": want a name of letters, digits and underscores, at most 64`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			good, faults, err := read(t, c.text, c.format)
			if diff := cmp.Diff(c.faults, faults); diff != "" || len(good) != c.good || err != nil {
				t.Errorf("%d are good, want %d; %v\n%s", len(good), c.good, err, diff)
			}
		})
	}
}

func TestRowsSayWhereTheirAddressStandsAndStoodFirst(t *testing.T) {
	for name, c := range map[string]struct {
		format contactfile.Format
		text   string
		want   []contactfile.Row
	}{
		"csv": {contactfile.CSV, "Note, Phone\n\"A\nB\",1\nC,2\nD,x\nE,1\n", []contactfile.Row{
			{Row: 3, Column: "Phone"}, {Row: 4, Column: "Phone"}, {Row: 6, Column: "Phone", First: 3},
		}},
		"lines": {contactfile.NDJSON, `{"phone":"1"}` + "\n\n" + `{"number":"1"}`, []contactfile.Row{
			{Row: 1, Column: "phone"}, {Row: 3, Column: "number", First: 1},
		}},
		"an array": {contactfile.JSON, `[{"address":"sip:a@x"},{"address":"sip:b@x"},{"number":"sip:a@X"}]`, []contactfile.Row{
			{Row: 1, Column: "address"}, {Row: 2, Column: "address"}, {Row: 3, Column: "number", First: 1},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := contactfile.New(strings.NewReader(c.text), c.format, contactfile.Options{})
			var got []contactfile.Row
			for err == nil {
				var row contactfile.Row
				if row, err = r.Next(); err == nil && len(row.Faults) == 0 {
					row.Contact = campaign.Contact{}
					got = append(got, row)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" || !errors.Is(err, io.EOF) {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestTimesPastTheLatestAreRefused(t *testing.T) {
	latest := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const text = "number,not_before\n1,2026-01-01T00:00:00Z\n2,2026-01-01T00:00:01Z\n"
	r, err := contactfile.New(strings.NewReader(text), contactfile.CSV, contactfile.Options{Latest: latest})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := r.Next(); err != nil || !row.Contact.NotBefore.Equal(latest) {
		t.Errorf("the latest itself is read as %+v, %v", row, err)
	}
	row, err := r.Next()
	if want := `row 3, not_before: "2026-01-01T00:00:01Z": want a time from 1970 to 2026-01-01T00:00:00Z`; err != nil || len(row.Faults) != 1 || row.Faults[0].Error() != want {
		t.Errorf("a second later: %+v, %v", row, err)
	}
}

func TestVariablesAreNamedAfterTheirHeaders(t *testing.T) {
	for header, want := range map[string]string{
		"city": "city", "City": "city", "Preferred language": "preferred_language", "a  -- b": "a_b", "_x_": "x",
		"2nd line": "_2nd_line", "2": "_2", "Prénom": "pr_nom", "№ of calls": "of_calls",
	} {
		got, faults, err := read(t, "number,"+header+"\n1,x\n", contactfile.CSV)
		if len(got) != 1 || got[0].Variables[want] != "x" {
			t.Errorf("under %q is read %v, want %s; %v, %v", header, got, want, faults, err)
		}
	}
	for _, header := range []string{"город", ""} {
		if _, _, err := read(t, "number,"+header+"\n1,x\n", contactfile.CSV); err == nil || !strings.Contains(err.Error(), "no letter or digit") {
			t.Errorf("%q is taken for a name: %v", header, err)
		}
	}
}
