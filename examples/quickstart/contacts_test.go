package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// read reads a file as the program does: the addresses that would be dialled, and
// what is told of the others, line by line.
func read(t *testing.T, file io.Reader, flags ...string) (addresses string, told []string, err error) {
	t.Helper()
	o, err := parse(flags)
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	r, err := newReader(file, o, &stderr)
	if err != nil {
		return "", nil, err
	}
	var all []string
	for c, failed := range r.contacts {
		if err = failed; err == nil {
			all = append(all, c.Address)
		}
	}
	if n := r.file.Tally(); n.Good != len(all)+r.leftOut || r.leftOut > 0 && n.Duplicates != r.leftOut {
		t.Errorf("%d contacts are counted as %+v, %d left out", len(all), n, r.leftOut)
	}
	return strings.Join(all, " "), strings.FieldsFunc(stderr.String(), func(c rune) bool { return c == '\n' }), err
}

func TestBadRowsAreToldByLineAndColumnAndTheOthersDialled(t *testing.T) {
	const good = "number,name,priority,not_before,note\n1,A,,,\n"
	for _, c := range []struct {
		name, row string
		want      []string
	}{
		{"a spoilt number", "1.55E+10,B,,,", []string{`line 3, column number: "1.55E+10": a spreadsheet has rounded the number; format its column as text and export it again`}},
		{"a gateway that is not allowed", "sofia/gateway/other/1,B,,,", []string{`line 3, column number: "sofia/gateway/other/1": the campaign does not allow gateway "other"`}},
		{"a time in the campaign's zone", "2,B,,2024-03-10 02:30,", []string{`line 3, column not_before: "2024-03-10 02:30": the clocks of America/New_York skip this time`}},
		{"a year that was mistyped", "2,B,,2204-03-04 12:00,", []string{`line 3, column not_before: "2204-03-04 12:00": want a time from 1970 to 2025-03-05T09:00:00Z`}},
		{"too few values", "2,B", []string{"line 3: 2 values under 5 columns"}},
		{"a cell on a second line", "2,\"two\nlines\",x,,", []string{
			`line 3, column name: "two\nlines": want UTF-8 without control characters`,
			`line 4, column priority: "x": want a whole number, higher is earlier, within ±2147483647`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dialled, told, err := read(t, strings.NewReader(good+c.row+"\n9,Z,,,\n"), "-zone", "America/New_York")
			if d := cmp.Diff(c.want, told); d != "" || err != nil {
				t.Errorf("row %q is told with error %v (-want +got):\n%s", c.row, err, d)
			}
			if dialled != "1 9" {
				t.Errorf("row %q leaves %q, want the rows around it", c.row, dialled)
			}
		})
	}
}

func TestAGatewayThatIsAllowedIsDialled(t *testing.T) {
	dialled, told, err := read(t, strings.NewReader("number\nsofia/gateway/b/1\n"), "-gateway", "a", "-gateway", "b")
	if dialled != "sofia/gateway/b/1" || len(told) > 0 || err != nil {
		t.Errorf("dials %q, tells %q, %v", dialled, told, err)
	}
}

func TestDuplicatesAreDialledUnlessDeduped(t *testing.T) {
	const file = "name,Number\nA,+1\nB,+2\nC,+1\nD,sip:a@Example.com\nE,sip:a@example.COM\nF,1\nG,+1\n"
	for _, c := range []struct{ flag, dialled, also string }{
		{"-dedupe=false", "+1 +2 +1 sip:a@Example.com sip:a@example.COM 1 +1", "dialled too"},
		{"-dedupe", "+1 +2 sip:a@Example.com 1", "left out"},
	} {
		dialled, told, err := read(t, strings.NewReader(file), c.flag)
		want := []string{
			"line 4, column Number: +1 is on line 2 already; " + c.also,
			"line 6, column Number: sip:a@example.COM is on line 5 already; " + c.also,
			"line 8, column Number: +1 is on line 2 already; " + c.also,
		}
		if d := cmp.Diff(want, told); d != "" || dialled != c.dialled || err != nil {
			t.Errorf("with %s: dials %q, want %q; error %v\n%s", c.flag, dialled, c.dialled, err, d)
		}
	}
}

func TestStrictRefusesAFileWithABadRow(t *testing.T) {
	if _, told, err := read(t, strings.NewReader("number\n1\nx\n2\ny\n"), "-strict"); !errors.Is(err, errStrict) || len(told) != 2 {
		t.Errorf("told %q and %v, want both bad rows and %v", told, err, errStrict)
	}
	if _, _, err := read(t, strings.NewReader("number\n1\n1\n"), "-strict"); err != nil {
		t.Errorf("a duplicate is refused: %v", err)
	}
}

func TestAFileThatCannotBeReadOnEndsWithItsError(t *testing.T) {
	const rows = 100_000
	file := io.MultiReader(strings.NewReader("number\n"+strings.Repeat("1\n", rows)), iotest.ErrReader(io.ErrNoProgress))
	if dialled, _, err := read(t, file); !errors.Is(err, io.ErrNoProgress) || strings.Count(dialled, "1") != rows {
		t.Errorf("%d numbers are read, and then %v; want all and %v", strings.Count(dialled, "1"), err, io.ErrNoProgress)
	}
	if _, _, err := read(t, strings.NewReader("colour\nred\n")); err == nil || !strings.Contains(err.Error(), "no column address (or number, or phone)") {
		t.Errorf("without a column of numbers: %v", err)
	}
}
