package outdial_test

import (
	"os"
	"strings"
	"testing"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
)

func TestTheDocumentedExportIsImportedAndExportedAsTheSame(t *testing.T) {
	doc, err := os.ReadFile("docs/transfer.md")
	must(t, err)
	_, rest, _ := strings.Cut(string(doc), "```ndjson\n")
	file, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("docs/transfer.md has no export")
	}
	to := memory.New()
	_, err = outdial.Import(t.Context(), to, strings.NewReader(file))
	must(t, err)
	if again := exported(t, to); again != file {
		t.Errorf("it is exported as another file: %s", firstDifference(file, again))
	}
}
