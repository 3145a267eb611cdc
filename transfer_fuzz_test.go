package outdial_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
)

// Whatever stands in a line, a file is either imported, and then exported as
// what is imported again, or refused, and then nothing of its campaign is there.
func FuzzImport(f *testing.F) {
	lines := slices.Collect(strings.Lines(exported(f, aged(f, 1, 2))))
	for n, line := range lines {
		f.Add(n, line)
		f.Add(n, line+line)
		for _, edit := range [][2]string{{"1", "2"}, {"false", "true"}, {"Z\"", "+01:00\""}, {":{", ":null,\"x\":{"}, {"completed", "pending"}} {
			f.Add(n, strings.Replace(line, edit[0], edit[1], 1))
			f.Add(n, strings.ReplaceAll(line, edit[0], edit[1]))
		}
	}
	f.Fuzz(func(t *testing.T, n int, with string) {
		changed := slices.Clone(lines)
		if n >= 0 && n < len(lines) {
			changed[n] = with
		}
		to := memory.New()
		added, err := outdial.Import(t.Context(), to, strings.NewReader(strings.Join(changed, "")))
		if n := len(campaignsOf(t, to)); n != len(added) {
			t.Fatalf("%d campaigns are there, %d were added: %v", n, len(added), err)
		}
		once, again := exported(t, to), memory.New()
		if _, err := outdial.Import(t.Context(), again, strings.NewReader(once)); err != nil {
			t.Fatalf("what was imported is exported as what is refused: %v", err)
		}
		if twice := exported(t, again); twice != once {
			t.Fatalf("a second export differs: %s", firstDifference(once, twice))
		}
	})
}
