package outdial_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// What README.md shows of other files is written into it.
//
//go:generate go run ./internal/readme

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// block is what stands in README.md between the two comments of that name, and
// in the fences of that language.
func block(t *testing.T, name, language string) string {
	t.Helper()
	form := "(?s)<!-- " + name + " -->\n```" + language + "\n(.*?)```\n<!-- /" + name + " -->"
	found := regexp.MustCompile(form).FindStringSubmatch(readme(t))
	if found == nil {
		t.Fatalf("there is no block %q", name)
	}
	return found[1]
}

func TestReadmeShowsTheMachinesAsTheyAre(t *testing.T) {
	for name, want := range map[string]string{
		"attempt diagram":  attempt.Diagram(),
		"campaign diagram": campaign.Diagram(),
	} {
		if diff := cmp.Diff(want, block(t, name, "mermaid")); diff != "" {
			t.Errorf("make generate writes the %s anew:\n%s", name, diff)
		}
	}
}

func TestReadmeShowsTheExampleThatIsTested(t *testing.T) {
	source, err := os.ReadFile("example_run_test.go")
	if err != nil {
		t.Fatal(err)
	}
	body := ""
	for line := range strings.Lines(block(t, "example", "go")) {
		if line != "\n" {
			body += "\t"
		}
		body += line
	}
	if !strings.Contains(string(source), "func Example() {\n"+body+"\t// Output: ") {
		t.Error("make generate copies the example anew: it differs from the one that is tested")
	}
}

func TestReadmeListsEveryState(t *testing.T) {
	for _, s := range attempt.States() {
		if !strings.Contains(readme(t), "\n| `"+s.String()+"` | ") {
			t.Errorf("the table of states lacks %s", s)
		}
	}
}

func TestReadmeSaysWhatEveryFigureIs(t *testing.T) {
	figures := reflect.TypeFor[campaign.Metrics]()
	for i := range figures.NumField() {
		if name := figures.Field(i).Tag.Get("json"); !regexp.MustCompile("(?m)^\\|[^|]*`" + name + "`[^|]*\\|").MatchString(readme(t)) {
			t.Errorf("the table of figures lacks %s", name)
		}
	}
}

func TestReadmeLinksToFilesThatAreThere(t *testing.T) {
	links := regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(readme(t), -1)
	if len(links) < 20 {
		t.Fatalf("found only %d links", len(links))
	}
	for _, l := range links {
		if _, err := os.Stat(filepath.FromSlash(l[1])); err != nil {
			t.Errorf("it links to %s: %v", l[1], err)
		}
	}
}

func TestReadmeNamesEveryAdapter(t *testing.T) {
	folders, err := filepath.Glob("adapters/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if name := filepath.ToSlash(f); !strings.Contains(readme(t), "["+name+"]") {
			t.Errorf("it says nothing of %s", name)
		}
	}
}
