package main

import (
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/campaign"
)

// reading is all that a reader says of a file.
type reading struct {
	Good       []campaign.Contact
	Bad        []string
	Duplicates []string
	Tally      tally
}

func read(t *testing.T, file string, flags ...string) (reading, error) {
	t.Helper()
	o, err := parse(flags)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newReader(strings.NewReader(file), o)
	if err != nil {
		return reading{}, err
	}
	return drain(r)
}

func drain(r *reader) (got reading, err error) {
	r.badRow = func(faults []fault) {
		for _, f := range faults {
			got.Bad = append(got.Bad, f.String())
		}
	}
	r.duplicate = func(line, first int, address string) {
		got.Duplicates = append(got.Duplicates, address)
	}
	got.Good, err = collect(r.contacts())
	got.Tally = r.tally
	return got, err
}

func collect[T any](all iter.Seq2[T, error]) (got []T, err error) {
	for v, err := range all {
		if err != nil {
			return got, err
		}
		got = append(got, v)
	}
	return got, nil
}

func addresses(cs []campaign.Contact) string {
	all := make([]string, len(cs))
	for i, c := range cs {
		all[i] = c.Address
	}
	return strings.Join(all, " ")
}

func TestGoodRows(t *testing.T) {
	noon := time.Date(2024, time.March, 4, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, file string
		flags      []string
		want       []campaign.Contact
	}{
		{"a number alone", "number\n+15550100\n", nil, []campaign.Contact{{Address: "+15550100"}}},
		{"the four forms of the guide", "number\n+15551234567\n5551234567\nsip:user@domain.com\nsofia/gateway/trunk/5551234567\n", nil, []campaign.Contact{
			{Address: "+15551234567"}, {Address: "5551234567"}, {Address: "sip:user@domain.com"}, {Address: "sofia/gateway/trunk/5551234567"},
		}},
		{"every column that has a meaning", "id,name,number,priority,not_before\n7,Ann,123,-2,2024-03-04T12:00:00Z\n", nil, []campaign.Contact{
			{Key: "7", Name: "Ann", Address: "123", Priority: -2, NotBefore: noon},
		}},
		{"other columns as variables, empty ones left out", "number,Preferred  language,2nd_Line\n1,es,\n2,,x\n", nil, []campaign.Contact{
			{Address: "1", Variables: map[string]string{"preferred_language": "es"}},
			{Address: "2", Variables: map[string]string{"_2nd_line": "x"}},
		}},
		{"headers in any case, with space around", " NUMBER , Name\n1,A\n", nil, []campaign.Contact{{Address: "1", Name: "A"}}},
		{"cells with space around", "number,name\n 1\t,  A B \n", nil, []campaign.Contact{{Address: "1", Name: "A B"}}},
		{"a byte order mark", "\ufeffnumber\n1\n", nil, []campaign.Contact{{Address: "1"}}},
		{"lines that end in CR and LF", "number,name\r\n1,A\r\n2,B\r\n", nil, []campaign.Contact{{Address: "1", Name: "A"}, {Address: "2", Name: "B"}}},
		{"no newline at the end", "number\n1", nil, []campaign.Contact{{Address: "1"}}},
		{"empty lines", "number\n\n1\n\n", nil, []campaign.Contact{{Address: "1"}}},
		{"quotes, commas and line breaks in quotes", "number,name,note\n1,\"O\"\"Hara, D.\",\"two\nlines\"\n", nil, []campaign.Contact{
			{Address: "1", Name: `O"Hara, D.`, Variables: map[string]string{"note": "two\nlines"}},
		}},
		{"a civil time in the campaign's zone", "number,not_before\n1,2024-03-04 13:00\n", []string{"-zone", "Europe/Paris"}, []campaign.Contact{{Address: "1", NotBefore: noon}}},
		{"a gateway that is allowed", "number\nsofia/gateway/b/1\n", []string{"-gateway", "a", "-gateway", "b"}, []campaign.Contact{{Address: "sofia/gateway/b/1"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(t, c.file, c.flags...)
			if err != nil || got.Bad != nil || got.Duplicates != nil {
				t.Errorf("read %q: error %v, bad %q, duplicates %q", c.file, err, got.Bad, got.Duplicates)
			}
			if d := cmp.Diff(c.want, got.Good); d != "" {
				t.Errorf("read %q (-want +got):\n%s", c.file, d)
			}
		})
	}
}

func TestBadRows(t *testing.T) {
	const good = "number,name,priority,not_before,note\n1,A,,,\n"
	for _, c := range []struct {
		name, row string
		want      []string
	}{
		{"no number", ",B,,,", []string{"line 3, column number: is empty"}},
		{"letters for a number", "CALL-ME,B,,,", []string{`line 3, column number: "CALL-ME": want ` + campaign.ErrAddress.Error()}},
		{"more than 20 digits", "123456789012345678901,B,,,", []string{`line 3, column number: "123456789012345678901": want ` + campaign.ErrAddress.Error()}},
		{"spaces and brackets", "+1 (202) 555-0100,B,,,", []string{`line 3, column number: "+1 (202) 555-0100": write the number without spaces, dots, dashes and brackets`}},
		{"a number that a spreadsheet spoilt", "1.55E+10,B,,,", []string{`line 3, column number: "1.55E+10": a spreadsheet has rounded the number; format its column as text and export it again`}},
		{"an apostrophe", "'+1555,B,,,", []string{`line 3, column number: "'+1555": take out the apostrophe in front`}},
		{"a SIP URI without sip:", "a@example.com,B,,,", []string{`line 3, column number: "a@example.com": write sip: in front of a SIP URI`}},
		{"a SIP URI with parameters", "sip:a@example.com;x=y,B,,,", []string{`line 3, column number: "sip:a@example.com;x=y": not a plain SIP URI`}},
		{"a gateway that is not allowed", "sofia/gateway/other/1,B,,,", []string{`line 3, column number: "sofia/gateway/other/1": the campaign does not allow gateway "other"`}},
		{"another kind of dial string", "user/1000,B,,,", []string{`line 3, column number: "user/1000": the dial string is not sofia/gateway/NAME/NUMBER`}},
		{"a priority in words", "2,B,high,,", []string{`line 3, column priority: "high": want a whole number, higher is earlier, within ±2147483647`}},
		{"a priority that is too big", "2,B,2147483648,,", []string{`line 3, column priority: "2147483648": want a whole number, higher is earlier, within ±2147483647`}},
		{"a date in another order", "2,B,,04/03/2024,", []string{`line 3, column not_before: "04/03/2024": want RFC 3339, as 2006-01-02T15:04:05Z, or "2006-01-02 15:04" in zone America/New_York`}},
		{"a time that the clocks skip", "2,B,,2024-03-10 02:30,", []string{`line 3, column not_before: "2024-03-10 02:30": the clocks of America/New_York skip this time`}},
		{"a year that was mistyped", "2,B,,2204-03-04 12:00,", []string{`line 3, column not_before: "2204-03-04 12:00": lies more than a year after the campaign's start, 2024-03-04T09:00:00Z`}},
		{"a name with a control character", "2,B\x07,,,", []string{`line 3, column name: "B\a": want UTF-8 without control characters`}},
		{"a value that is too long", "2,B,,," + strings.Repeat("x", 1001), []string{`line 3, column note: "` + strings.Repeat("x", 60) + `…": want UTF-8 of at most 1000 characters`}},
		{"a cell that is not UTF-8", "2,Jos\xe9,,,", []string{`line 3, column name: "Jos\xe9" is not UTF-8`}},
		{"a number that is not UTF-8", "\xff2,B,,,", []string{`line 3, column number: "\xff2" is not UTF-8`}},
		{"too few values", "2,B", []string{"line 3: 2 values under 5 columns"}},
		{"too many values", "2,B,,,x,y", []string{"line 3: 6 values under 5 columns"}},
		{"a quote within a value", `2,Ann "A" Lee,,,`, []string{"line 3, column name: a quote within the value, at position 7; quote the whole value and write the quote twice"}},
		{"something after a closing quote", `2,"Ann" Lee,,,`, []string{"line 3, column name: the quoted value is not closed, or something follows its closing quote"}},
		{"a cell on a second line", "2,\"two\nlines\",x,,", []string{
			`line 3, column name: "two\nlines": want UTF-8 without control characters`,
			`line 4, column priority: "x": want a whole number, higher is earlier, within ±2147483647`,
		}},
		{"several faults at once", "x,B\x07,y,z", []string{
			"line 3: 4 values under 5 columns",
			`line 3, column number: "x": want ` + campaign.ErrAddress.Error(),
			`line 3, column name: "B\a": want UTF-8 without control characters`,
			`line 3, column priority: "y": want a whole number, higher is earlier, within ±2147483647`,
			`line 3, column not_before: "z": want RFC 3339, as 2006-01-02T15:04:05Z, or "2006-01-02 15:04" in zone America/New_York`,
		}},
		{"a fault before a broken quote", `x,"B" C,,,`, []string{
			`line 3, column number: "x": want ` + campaign.ErrAddress.Error(),
			"line 3, column name: the quoted value is not closed, or something follows its closing quote",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(t, good+c.row+"\n9,Z,,,\n", "-zone", "America/New_York")
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got.Bad); d != "" {
				t.Errorf("row %q is told (-want +got):\n%s", c.row, d)
			}
			if addresses(got.Good) != "1 9" {
				t.Errorf("row %q leaves %q, want the rows around it", c.row, addresses(got.Good))
			}
		})
	}
}

func TestAQuoteThatIsNotClosedTakesTheRestWithIt(t *testing.T) {
	got, err := read(t, "number,name\n1,A\n2,\"B\n3,C\n4,D\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"line 3, column name: the quoted value is not closed, or something follows its closing quote (lines 3 to 5 were read as this row)"}
	if d := cmp.Diff(want, got.Bad); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"nothing at all", "", "the file is empty"},
		{"no number", "phone,name\n1,A\n", `header row: there is no column number, only ["phone" "name"]`},
		{"semicolons", "number;name\n1;A\n", `header row: there is no column number, only ["number;name"]; values are to be separated by commas, not by ";"`},
		{"a name twice", "number,Number\n1,2\n", `header row: column 2: "number" and "Number" both become number; rename one`},
		{"two names of one variable", "number,Zip code,zip-code\n", `header row: column 3: "Zip code" and "zip-code" both become zip_code; rename one`},
		{"no name", "number,,name\n", `header row: column 2: "" has no letter or digit to name it by`},
		{"a name that is not UTF-8", "number,caf\xe9\n", `header row: column 2: "caf\xe9" is not UTF-8`},
		{"a name that is too long", "number," + strings.Repeat("x", 65) + "\n", "header row: column 2: the name is longer than 64 characters"},
		{"too many variables", "number" + manyColumns(65) + "\n", "header row: 65 columns become variables, a contact has at most 64"},
		{"UTF-16", "\xff\xfen\x00", "the file is UTF-16; save it as CSV in UTF-8"},
		{"a broken quote", "number,\"na\"me\n", `header row: parse error on line 1, column 11: extraneous or missing " in quoted-field`},
		{"several faults", "a,a,\n", "header row: column 2: \"a\" and \"a\" both become a; rename one\n" +
			"column 3: \"\" has no letter or digit to name it by\nthere is no column number, only [\"a\" \"a\" \"\"]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := read(t, c.file); err == nil || err.Error() != c.want {
				t.Errorf("header %.40q is refused with\n%v\nwant\n%s", c.file, err, c.want)
			}
		})
	}
}

func manyColumns(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(",v" + strings.Repeat("x", i))
	}
	return strings.ReplaceAll(b.String(), strings.Repeat("x", 64), "y")
}

func TestDuplicatesAreDialledUnlessDeduped(t *testing.T) {
	const file = "number,name\n+1,A\n+2,B\n+1,C\nsip:a@Example.com,D\nsip:a@example.COM,E\n1,F\n"
	for _, c := range []struct {
		flags      []string
		good, dups string
		tally      tally
	}{
		{nil, "+1 +2 +1 sip:a@Example.com sip:a@example.COM 1", "+1 sip:a@example.COM", tally{Rows: 6, Good: 6, Duplicates: 2}},
		{[]string{"-dedupe"}, "+1 +2 sip:a@Example.com 1", "+1 sip:a@example.COM", tally{Rows: 6, Good: 6, Duplicates: 2, LeftOut: 2}},
	} {
		got, err := read(t, file, c.flags...)
		if err != nil || addresses(got.Good) != c.good || strings.Join(got.Duplicates, " ") != c.dups || got.Tally != c.tally {
			t.Errorf("with %q: dials %q, duplicates %q, %+v, error %v; want %q, %q, %+v",
				c.flags, addresses(got.Good), got.Duplicates, got.Tally, err, c.good, c.dups, c.tally)
		}
	}
}

func TestABadRowIsNoDuplicate(t *testing.T) {
	got, err := read(t, "number,priority\n+1,x\n+1,2\n")
	if err != nil || got.Duplicates != nil || addresses(got.Good) != "+1" {
		t.Errorf("dials %q, duplicates %q, error %v", addresses(got.Good), got.Duplicates, err)
	}
}

func TestStrictRefusesAFileWithABadRow(t *testing.T) {
	got, err := read(t, "number\n1\nx\n2\ny\n", "-strict")
	if !errors.Is(err, errStrict) || len(got.Bad) != 2 {
		t.Errorf("told %q and %v, want both bad rows and %v", got.Bad, err, errStrict)
	}
	if _, err := read(t, "number\n1\n1\n", "-strict"); err != nil {
		t.Errorf("a duplicate is refused: %v", err)
	}
}

func TestAFileThatCannotBeReadOnEndsWithItsError(t *testing.T) {
	o, _ := parse(nil)
	r, err := newReader(io.MultiReader(strings.NewReader("number\n1\n2\n"), iotest.ErrReader(io.ErrNoProgress)), o)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := drain(r); !errors.Is(err, io.ErrNoProgress) || addresses(got.Good) != "1 2" {
		t.Errorf("read %q, %v; want 1 2 and %v", addresses(got.Good), err, io.ErrNoProgress)
	}
}

// Every row is good or bad, and what is good is valid.
func FuzzReader(f *testing.F) {
	f.Add(sample[:2000], false)
	f.Add("number,note\n1,\"a\nb\"\n2,x\"y\n3\n\n,,,\n\xff,\n", true)
	f.Add("\ufeffNUMBER,a b,a-c\r\n sip:a@b ,1,2\r\n", false)
	f.Add("number\n\"1", true)
	f.Fuzz(func(t *testing.T, file string, dedupe bool) {
		o, err := parse([]string{"-dedupe=" + map[bool]string{true: "true", false: "false"}[dedupe]})
		if err != nil {
			t.Fatal(err)
		}
		r, err := newReader(strings.NewReader(file), o)
		if err != nil {
			return
		}
		got, err := drain(r)
		if err != nil {
			t.Fatalf("reading ends with %v", err)
		}
		n := got.Tally
		if rows := dataRows(file); n.Rows != rows || n.Good+n.Bad != rows || len(got.Good) != n.Good-n.LeftOut || len(got.Duplicates) != n.Duplicates {
			t.Errorf("%d rows are read as %+v, %d contacts and %d duplicates", rows, n, len(got.Good), len(got.Duplicates))
		}
		for _, c := range got.Good {
			if err := c.Validate(o.spec.Allow()); err != nil {
				t.Errorf("%+v passes for good: %v", c, err)
			}
		}
	})
}

// dataRows counts the rows under the header as encoding/csv sees them.
func dataRows(file string) int {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	r.FieldsPerRecord = -1
	rows := -1
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return rows
		}
		rows++
	}
}
