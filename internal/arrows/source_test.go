package arrows_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

const (
	noClock     = "time comes in with the event, or a replay gives another answer"
	noScheduler = "the core is called, it does not run: the shell owns goroutines and channels"
	noChance    = "ids are handed in, or the same seed gives other bytes"
)

// impure is what may not be written in and below the engine, and why.
var impure = map[string]string{
	"time.After": noClock, "time.AfterFunc": noClock, "time.NewTicker": noClock, "time.NewTimer": noClock,
	"time.Now": noClock, "time.Since": noClock, "time.Sleep": noClock, "time.Tick": noClock, "time.Until": noClock,

	"a go statement": noScheduler, "a channel type": noScheduler, "a select": noScheduler,
	"a send": noScheduler, "a receive": noScheduler,

	"uuid.New": noChance, "uuid.NewString": noChance, "uuid.NewRandom": noChance, "uuid.NewUUID": noChance,
	"uuid.NewV6": noChance, "uuid.NewV7": noChance, "uuid.NewV7FromReader": noChance,
	"uuid.NewDCEGroup": noChance, "uuid.NewDCEPerson": noChance, "uuid.NewDCESecurity": noChance,

	"a dot import": "it hides the calls this test looks for",
}

func TestSourceOfTheCoreIsPure(t *testing.T) {
	for _, p := range ownPackages(t) {
		if !matchesAny(pure, "", p.path) {
			continue
		}
		for _, file := range p.files {
			for _, found := range scan(t, file, nil) {
				t.Error(found)
			}
		}
	}
}

// scan reports each impurity of a file with its place. A nil source is read from disk.
func scan(t *testing.T, name string, source any) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	imported := importNames(file)
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		what := nameOf(n, imported)
		if why, bad := impure[what]; bad {
			found = append(found, fset.Position(n.Pos()).String()+": "+what+": "+why)
		}
		return true
	})
	return found
}

// nameOf says what a node is in the words of the table, or nothing.
func nameOf(n ast.Node, imported map[string]string) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "a go statement"
	case *ast.SelectStmt:
		return "a select"
	case *ast.ChanType:
		return "a channel type"
	case *ast.SendStmt:
		return "a send"
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "a receive"
		}
	case *ast.ImportSpec:
		if n.Name != nil && n.Name.Name == "." {
			return "a dot import"
		}
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && imported[x.Name] != "" {
			return imported[x.Name] + "." + n.Sel.Name
		}
	}
	return ""
}

// importNames maps the names a file has for the packages of the table to those the
// table uses, so that renaming an import hides nothing.
func importNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		watched := map[string]string{"time": "time", uuid: "uuid"}[path]
		if spec.Name != nil {
			names[spec.Name.Name] = watched
			continue
		}
		names[watched] = watched
	}
	return names
}

func TestImpureSourceIsReported(t *testing.T) {
	for what, source := range map[string]string{
		"a go statement": `func f() { go f() }`,
		"a select":       `func f() { select {} }`,
		"a channel type": `var c chan int`,
		"a send":         `func f[C any](c C) { c <- 1 }`,
		"a receive":      `func f[C any](c C) { <-c }`,
		"a dot import":   `import . "time"`,
		"time.Now":       `import clock "time"; var now = clock.Now`,
		"uuid.NewV7":     `import "github.com/google/uuid"; var id = uuid.Must(uuid.NewV7())`,
	} {
		found := scan(t, "source.go", "package p; "+source)
		if len(found) != 1 || !strings.Contains(found[0], what+": "+impure[what]) {
			t.Errorf("%s: got %q", what, found)
		}
	}
}

func TestPureSourceIsNot(t *testing.T) {
	source := `package p
		import ("time"; "github.com/google/uuid"; clock "example.org/time")
		var space = uuid.NewSHA1(uuid.Nil, nil)
		var later = time.Unix(0, 0).Add(time.Second)
		var other = clock.Now()
		func f(e event) time.Time { return e.Now() }`
	for _, found := range scan(t, "source.go", source) {
		t.Error(found)
	}
}
