package contactfile_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/internal/contactfile"
)

func TestFilesThatCannotBeReadSayWhy(t *testing.T) {
	deep := strings.Repeat("[", 200_000)
	for name, c := range map[string]struct {
		format contactfile.Format
		text   string
		want   string
	}{
		"an empty csv":                {contactfile.CSV, "", "it is empty"},
		"an empty array file":         {contactfile.JSON, "", "it is empty"},
		"UTF-16":                      {contactfile.CSV, "\xff\xfen\x00u\x00", "it is UTF-16; save it as UTF-8"},
		"UTF-16 the other way round":  {contactfile.NDJSON, "\xfe\xff\x00{", "it is UTF-16; save it as UTF-8"},
		"UTF-16 without a mark":       {contactfile.JSON, "[\x00{\x00", "it is UTF-16 without a byte order mark; save it as UTF-8"},
		"UTF-32":                      {contactfile.CSV, "\xff\xfe\x00\x00n\x00\x00\x00", "it is UTF-32; save it as UTF-8"},
		"lines that end in CR":        {contactfile.CSV, "number\r+331\r", "its lines end in CR alone; save it with LF or CRLF"},
		"no address":                  {contactfile.CSV, "name,id\n", `there is no column address (or number, or phone), only "name, id"`},
		"two addresses":               {contactfile.CSV, "phone,Number\n", `column 2: "phone" and "Number" say the same; leave one out or rename it`},
		"two variables":               {contactfile.CSV, "phone,a b,a-b\n", `column 3: "a b" and "a-b" say the same; leave one out or rename it`},
		"a column without a name":     {contactfile.CSV, "phone,\n", `column 2: "" has no letter or digit to name it by`},
		"a name that is too long":     {contactfile.CSV, "phone," + strings.Repeat("n", 65) + "\n", "column 2: its name is longer than 64 characters"},
		"a header that is not UTF-8":  {contactfile.CSV, "phone,n\xff\n", `column 2: "n\xff" is not UTF-8`},
		"a header with broken quotes": {contactfile.CSV, "phone,\"n\n", "header row: "},
		"too many variables":          {contactfile.CSV, "phone" + manyColumns(65) + "\n", "65 columns become variables, a contact has at most 64"},
		"a row of 2 MB":               {contactfile.CSV, "phone,x\n1,\"" + strings.Repeat("x", 2<<20), "a row is longer than 1048576 bytes"},
		"a line of 2 MB":              {contactfile.NDJSON, `{"a":"` + strings.Repeat("x", 2<<20), "a row is longer than 1048576 bytes"},
		"an element of 2 MB":          {contactfile.JSON, `[{"number":"1"},{"a":"` + strings.Repeat("x", 2<<20), "a row is longer than 1048576 bytes"},
		"an object":                   {contactfile.JSON, `{"contacts":[]}`, "it is JSON, but not an array of contacts"},
		"a text":                      {contactfile.JSON, `hello`, "it is not JSON"},
		"an array that is cut off":    {contactfile.JSON, `[{"number":"1"},`, "element 2 is not JSON: unexpected EOF"},
		"an array without an end":     {contactfile.JSON, `[{"number":"1"}`, "after element 1: unexpected EOF"},
		"something after the array":   {contactfile.JSON, `[] []`, "something follows the array"},
		"deep nesting":                {contactfile.JSON, deep, "element 1 is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, c.text, c.format)
			if !errors.Is(err, contactfile.ErrFile) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if err != nil && len(err.Error()) > 1000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

func manyColumns(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ",v%d", i)
	}
	return b.String()
}

func TestDeepNestingInALineIsABadRow(t *testing.T) {
	_, faults, err := read(t, `{"a":`+strings.Repeat("[", 100_000)+"\n", contactfile.NDJSON)
	if len(faults) != 1 || err != nil {
		t.Errorf("got %v, %v", faults, err)
	}
}

func TestErrorsOfTheUploadAreToldAsTheyAre(t *testing.T) {
	cut := errors.New("the connection is cut")
	for format, text := range map[contactfile.Format]string{
		contactfile.CSV: "number\n1\n2", contactfile.NDJSON: "{\"number\":\"1\"}\n{\"numb", contactfile.JSON: `[{"number":"1"},{"number`,
	} {
		r, err := contactfile.New(io.MultiReader(strings.NewReader(text), iotest.ErrReader(cut)), format, contactfile.Options{})
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, cut) || errors.Is(err, contactfile.ErrFile) {
			t.Errorf("%s: %v, want the reader's own error", format, err)
		}
	}
}

func TestDuplicatesAreCountedByAddress(t *testing.T) {
	text := "phone\n+331\n+332\n+331\nsip:a@Example.com\nsip:a@example.COM\nsip:A@example.com\nno number\nno number\n+331\n"
	r, err := contactfile.New(strings.NewReader(text), contactfile.CSV, contactfile.Options{})
	for err == nil {
		_, err = r.Next()
	}
	if got, want := r.Tally(), (contactfile.Tally{Rows: 9, Good: 7, Bad: 2, Duplicates: 3}); got != want || !errors.Is(err, io.EOF) {
		t.Errorf("got %+v, want %+v; %v", got, want, err)
	}
}

func TestManyRowsTakeLittleMemory(t *testing.T) {
	const n, most = 200_000, 16 << 20 // the addresses' hashes, and one row
	pr, pw := io.Pipe()
	go func() {
		_, err := io.WriteString(pw, "number,name,city\n")
		for i := 0; i < n && err == nil; i++ {
			_, err = fmt.Fprintf(pw, "+1555%07d,Somebody,Springfield\n", i)
		}
		_ = pw.CloseWithError(err)
	}()
	r, err := contactfile.New(pr, contactfile.CSV, contactfile.Options{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for err == nil {
		_, err = r.Next()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if !errors.Is(err, io.EOF) || r.Tally().Good != n {
		t.Fatalf("%d rows, %v", r.Tally().Good, err)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > most {
		t.Errorf("holds %d kB after %d rows, want at most %d kB", grown>>10, n, most>>10)
	}
	runtime.KeepAlive(r)
}

func FuzzReader(f *testing.F) {
	for _, format := range []contactfile.Format{contactfile.CSV, contactfile.NDJSON, contactfile.JSON} {
		for _, text := range []string{
			"number,name\n+331,Ada\n+332,\"B\nob\"\n", "phone;x y\r\n1;2", "\xef\xbb\xbfnumber\n\"1", "\xff\xfen\x00",
			`[{"number":"1","variables":{"a":1}},{}]`, `{"number":"1"}` + "\nnull\n", "[[", `[1,`, "number\r1",
		} {
			f.Add(string(format), text)
		}
	}
	f.Fuzz(func(t *testing.T, format, text string) {
		r, err := contactfile.New(strings.NewReader(text), contactfile.Format(format), contactfile.Options{})
		rows := 0
		for err == nil {
			var row contactfile.Row
			if row, err = r.Next(); err != nil {
				break
			}
			rows++
			if len(row.Faults) == 0 {
				if wrong := row.Contact.Validate(campaign.Allow{}); wrong != nil {
					t.Fatalf("a bad contact is let through: %v", wrong)
				}
			}
			for _, fault := range row.Faults {
				if fault.Row < 1 || fault.Message == "" {
					t.Fatalf("a fault without its place: %+v", fault)
				}
			}
		}
		if r != nil && (r.Tally().Rows != rows || r.Tally().Good+r.Tally().Bad != rows || rows > len(text)) {
			t.Fatalf("%d rows, counted as %+v", rows, r.Tally())
		}
	})
}
