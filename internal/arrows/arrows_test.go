package arrows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestImportsFollowTheArrows(t *testing.T) {
	for _, v := range check(arrows, ownPackages(t)) {
		t.Error(v)
	}
}

func TestHostCompilesOnlyTheCore(t *testing.T) {
	for _, v := range check(hostBuild, hostPackages(t)) {
		t.Errorf("in every host's build: %v", v)
	}
}

// violation is an import that goes against an arrow.
type violation struct {
	pkg, imported, why string
}

func (v violation) String() string {
	return fmt.Sprintf("%s imports %s, but %s", v.pkg, v.imported, v.why)
}

func check(rules []rule, pkgs []pkg) []violation {
	var found []violation
	for _, p := range pkgs {
		for _, r := range rules {
			for _, imported := range p.imports {
				if r.binds(p.path) && !r.allows(p.path, imported) {
					found = append(found, violation{p.path, imported, r.why})
				}
			}
		}
	}
	return found
}

func (r rule) binds(path string) bool {
	return matchesAny(r.from, "", path) && !matchesAny(r.except, "", path)
}

func (r rule) allows(from, imported string) bool {
	if matchesAny(r.never, from, imported) {
		return false
	}
	return r.only == nil || matchesAny(r.only, from, imported)
}

func matchesAny(patterns []string, from, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, from, path) })
}

// matches says whether path is under the pattern, as seen by the package that imports it.
func matches(pattern, from, path string) bool {
	switch pattern {
	case everything:
		return true
	case std:
		return isStd(path)
	case foreign:
		return !isStd(path) && !isOwn(path)
	case kin:
		return areKin(from, path)
	}
	folder, deep := strings.CutSuffix(pattern, "/...")
	return path == folder || deep && strings.HasPrefix(path, folder+"/")
}

func isOwn(path string) bool { return path == "." || strings.HasPrefix(path, "./") }

// isStd knows the standard library as the go command does: no dot in the first element.
func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// areKin lets a folder of an adapter import those it hangs from, and the whole
// adapter its internal rooms; what hangs below is optional, and stays so.
func areKin(from, path string) bool {
	adapter := adapterOf(from)
	if adapter == "" || adapter != adapterOf(path) {
		return false
	}
	return strings.HasPrefix(from, path+"/") || strings.Contains(path+"/", "/internal/")
}

func adapterOf(path string) string {
	below, _ := strings.CutPrefix(path, "./adapters/")
	if below == path {
		return ""
	}
	name, _, _ := strings.Cut(below, "/")
	return name
}
