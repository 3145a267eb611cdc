package arrows_test

import (
	"slices"
	"strings"
	"testing"
)

type edge struct{ from, to string }

func (e edge) against(rules []rule) []violation {
	return check(rules, []pkg{{path: e.from, imports: []string{e.to}}})
}

// Each of these must be reported; together they break every rule.
var broken = []edge{
	{"./attempt", "./pacing"},
	{"./attempt", "./campaign"},
	{"./attempt", "./ports"},
	{"./attempt", "."},
	{"./attempt", "github.com/other/thing"},
	{"./pacing", "./attempt"},
	{"./pacing/predictive", "./internal/engine"},
	{"./campaign", "./ports"},
	{"./campaign", "./internal/engine"},
	{"./ports", "./internal/engine"},
	{"./ports", "./adapters/memory"},
	{"./ports", "./ports/storetest"},
	{"./ports/storetest", "./internal/engine"},
	{"./ports/telephonytest", "pgregory.net/rapid"},
	{"./internal/engine", "."},
	{"./internal/engine", "./ports/telephonytest"},
	{"./internal/engine", "./internal/freeswitch"},
	{".", "./adapters/memory"},
	{".", "./internal/freeswitch"},
	{".", "github.com/other/thing"},
	{"./adapters/esl", "./adapters/xmlrpc"},
	{"./adapters/esl", "./internal/engine"},
	{"./adapters/esl", "."},
	{"./adapters/memory", "./internal/freeswitch"},
	{"./adapters/memory", "./ports/storetest"},
	{"./adapters/postgres", "./adapters/postgres/pgxcopy"},
	{"./adapters/postgres/pgxcopy", "./adapters/memory"},
	{"./internal/freeswitch", "./adapters/esl"},
	{"./internal/freeswitch", "github.com/kolo/xmlrpc"},
	{"./campaign", "database/sql/driver"},
	{".", "net/http"},
	{"./internal/engine", "context"},
	{"./adapters/memory", "testing"},
}

// These are as they should be; a matcher that reads too much would report them.
var sound = []edge{
	{"./attempt", "time"},
	{"./attempt", uuid},
	{"./campaign", "./attempt"},
	{"./campaign", "./pacing"},
	{"./ports", "context"},
	{"./ports", "./campaign"},
	{"./ports/storetest", "testing"},
	{"./ports/storetest", "./ports"},
	{"./internal/engine", "./ports"},
	{".", "./internal/engine"},
	{".", "./ports"},
	{".", "sync"},
	{".", "log/slog"},
	{"./adapters/memory", "./ports"},
	{"./adapters/memory", "./attempt"},
	{"./adapters/esl", "net"},
	{"./adapters/esl", "./internal/freeswitch"},
	{"./adapters/esl", "./adapters/esl/internal/guard"},
	{"./adapters/postgres/pgxcopy", "./adapters/postgres"},
	{"./adapters/postgres/pgxcopy", "github.com/jackc/pgx/v5"},
	{"./attempts", "./ports"}, // a neighbour by name only
}

func TestBrokenArrowsAreReported(t *testing.T) {
	for _, e := range broken {
		if len(e.against(arrows)) == 0 {
			t.Errorf("%s imports %s and nothing is said", e.from, e.to)
		}
	}
}

func TestSoundArrowsAreNot(t *testing.T) {
	for _, e := range sound {
		for _, v := range e.against(arrows) {
			t.Error(v)
		}
	}
}

func TestEveryArrowCanBeBroken(t *testing.T) {
	for _, r := range arrows {
		if !slices.ContainsFunc(broken, func(e edge) bool { return len(e.against([]rule{r})) > 0 }) {
			t.Errorf("no example breaks the rule %q", r.why)
		}
	}
}

// Every forbidden import of every rule, tried from every package the rule binds.
func TestEveryForbiddenImportIsReported(t *testing.T) {
	for _, r := range slices.Concat(arrows, hostBuild) {
		for _, from := range r.from {
			for _, to := range r.never {
				e := edge{example(from), example(to)}
				if r.binds(e.from) && len(e.against([]rule{r})) == 0 {
					t.Errorf("%s imports %s and %q is not said", e.from, e.to, r.why)
				}
			}
		}
	}
}

// example is a package that the pattern covers.
func example(pattern string) string {
	if pattern == everything {
		return "github.com/any/module"
	}
	if folder, deep := strings.CutSuffix(pattern, "/..."); deep {
		return folder + "/below"
	}
	return pattern
}

func TestHostBuildTakesNothingForeign(t *testing.T) {
	host := []pkg{
		{path: ".", imports: []string{"context", uuid, "./internal/engine"}},
		{path: uuid, imports: []string{"net"}},
	}
	for _, v := range check(hostBuild, host) {
		t.Error(v)
	}
	if len(edge{"./internal/engine", "github.com/other/thing"}.against(hostBuild)) == 0 {
		t.Error("a foreign module in the host's build and nothing is said")
	}
}

func TestAViolationNamesPackageImportAndReason(t *testing.T) {
	rules := []rule{{from: []string{"./a"}, never: []string{"./b"}, why: "it is a test"}}
	found := edge{"./a", "./b"}.against(rules)
	if len(found) != 1 || found[0].String() != "./a imports ./b, but it is a test" {
		t.Errorf("got %v", found)
	}
	for _, r := range slices.Concat(arrows, hostBuild) {
		if r.why == "" {
			t.Errorf("the rule for %v has no reason", r.from)
		}
	}
}

func TestImportPathsAreWrittenShort(t *testing.T) {
	for long, want := range map[string]string{
		module: ".", module + "/ports": "./ports", module + "er": module + "er", "time": "time",
	} {
		if got := short(long); got != want {
			t.Errorf("short(%q) = %q, want %q", long, got, want)
		}
	}
}
