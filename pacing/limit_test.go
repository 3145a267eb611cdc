package pacing_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
	"unicode"

	"github.com/outdial/outdial/pacing"
)

// declared reads the limits that limit.go declares.
func declared(t *testing.T) []pacing.Limit {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "limit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []pacing.Limit
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Limit" {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, pacing.Limit(text))
		}
		return true
	})
	return all
}

func TestEveryLimitHasASentence(t *testing.T) {
	limits := declared(t)
	if len(limits) < 20 {
		t.Fatalf("only %d limits were found in the source", len(limits))
	}
	listed := pacing.Limits()
	for _, l := range limits {
		s := l.Sentence()
		if s == "" || s == string(l) || listed[l] != s || unicode.IsUpper([]rune(s)[0]) {
			t.Errorf("%s says %q, listed as %q", l, s, listed[l])
		}
	}
	same(t, "number of limits listed", len(listed), len(limits))
}

func TestNoTwoLimitsSayTheSame(t *testing.T) {
	said := map[string]pacing.Limit{}
	for l, s := range pacing.Limits() {
		if other, taken := said[s]; taken {
			t.Errorf("%s and %s say %q", l, other, s)
		}
		said[s] = l
	}
}

func TestALimitThatIsNewerThanItsReaderSaysItsName(t *testing.T) {
	same(t, "sentence", pacing.Limit("moon_phase").Sentence(), "moon_phase")
}

func TestChangingTheListHandedOutChangesNothing(t *testing.T) {
	pacing.Limits()[pacing.LimitAgents] = "?"
	if pacing.LimitAgents.Sentence() == "?" {
		t.Error("Limits hands out the sentences themselves")
	}
}
