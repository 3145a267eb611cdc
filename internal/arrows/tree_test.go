package arrows_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/build"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module = "github.com/outdial/outdial"
	top    = "../.." // the module's folder, seen from here
)

// pkg is what the rules need to know of a package, its tests left aside.
type pkg struct {
	path    string // as the rules write it
	imports []string
	files   []string
}

// ownPackages reads the folders itself instead of asking the go command: it works
// while a package does not compile, and the test cache sees each file it depends on.
func ownPackages(t *testing.T) []pkg {
	t.Helper()
	var pkgs []pkg
	err := filepath.WalkDir(top, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if notOurs(dir, d.Name()) {
			return filepath.SkipDir
		}
		p, err := readPackage(dir)
		if len(p.files) > 0 {
			pkgs = append(pkgs, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(pkgs, func(p pkg) bool { return p.path == "./internal/arrows" }) {
		t.Fatal("the walk missed this very package: nothing would be checked")
	}
	return pkgs
}

// notOurs says whether the go command would leave the folder out of "./...".
func notOurs(dir, name string) bool {
	if dir == top {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil || name == "testdata" || name == "vendor" || name[0] == '.' || name[0] == '_'
}

func readPackage(dir string) (pkg, error) {
	found, err := build.ImportDir(dir, 0)
	if none := (*build.NoGoError)(nil); errors.As(err, &none) {
		return pkg{}, nil
	}
	if err != nil {
		return pkg{}, err
	}
	rel, err := filepath.Rel(top, dir)
	p := pkg{path: short(filepath.ToSlash(filepath.Join(module, rel))), imports: shorten(found.Imports)}
	for _, f := range append(found.GoFiles, found.CgoFiles...) {
		p.files = append(p.files, filepath.Join(dir, f))
	}
	return p, err
}

// hostPackages are those a host compiles when it imports the root, the standard
// library left out; none while there is no root package.
func hostPackages(t *testing.T) []pkg {
	t.Helper()
	if root, err := readPackage(top); err != nil || len(root.files) == 0 {
		return nil
	}
	list := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Standard", ".")
	list.Dir = top
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, out)
}

func decode(t *testing.T, list []byte) []pkg {
	t.Helper()
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(list)); ; {
		var p struct {
			ImportPath string
			Imports    []string
			Standard   bool
		}
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		if err != nil {
			t.Fatal(err)
		}
		if !p.Standard {
			pkgs = append(pkgs, pkg{path: short(p.ImportPath), imports: shorten(p.Imports)})
		}
	}
}

// short writes an import path the way the rules do.
func short(path string) string {
	if path == module {
		return "."
	}
	if rest, own := strings.CutPrefix(path, module+"/"); own {
		return "./" + rest
	}
	return path
}

func shorten(paths []string) []string {
	var out []string
	for _, p := range paths {
		out = append(out, short(p))
	}
	return out
}
