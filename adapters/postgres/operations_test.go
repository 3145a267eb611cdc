package postgres_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var sqlBlock = regexp.MustCompile("(?ms)^ *```sql\n(.*?)^ *```$")

func TestWhatOperatorsAreToldToRunRuns(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := sqlBlock.FindAllStringSubmatch(string(text), -1)
	if want := strings.Count(string(text), "```sql"); len(blocks) != want || want == 0 {
		t.Fatalf("%d of %d blocks are found", len(blocks), want)
	}
	db := schema.Open(t)
	for _, b := range blocks {
		if _, err := db.ExecContext(t.Context(), b[1]); err != nil {
			t.Errorf("%v\n%s", err, b[1])
		}
	}
}
