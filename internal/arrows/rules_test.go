package arrows_test

import "slices"

// Packages of this module are written from its top: "." is the root, "./attempt"
// a folder. Foreign ones are written as they are imported. A pattern is such a
// path; a "/..." at its end takes in what lies below it.
const (
	everything = "..."
	std        = "(the standard library)"
	foreign    = "(any other module)"
	kin        = "(the adapter it belongs to)"
	uuid       = "github.com/google/uuid"
)

// rule is one arrow, and why it points the way it does.
type rule struct {
	from   []string // the packages it binds
	except []string // but not these
	only   []string // if set, they import nothing else
	never  []string // they never import these
	why    string
}

var (
	core   = []string{".", "./attempt/...", "./pacing/...", "./campaign/...", "./ports", "./internal/engine/..."}
	pure   = []string{"./attempt/...", "./pacing/...", "./campaign/...", "./internal/engine/..."}
	suites = []string{"./ports/storetest/...", "./ports/telephonytest/..."}
	// labs are for tests alone, and are imported by them alone.
	labs = []string{"./internal/fakeswitch/lab", "./internal/pgtest", "./internal/pgbench", "./internal/killtest/stage", "./internal/leaks"}
)

// arrows bind the direct imports of every non-test package of the module.
var arrows = []rule{
	// Who stands on whom.
	{
		from: []string{"./attempt/..."},
		only: []string{std, uuid, "./attempt/..."},
		why:  "an attempt is a table at the bottom of the house; everyone reads it, it reads no one",
	},
	{
		from: []string{"./pacing/..."},
		only: []string{std, uuid, "./pacing/..."},
		why:  "a pacer is arithmetic on a snapshot, to be tried without the rest of the house",
	},
	{
		from: []string{"./campaign/..."},
		only: []string{std, uuid, "./campaign/...", "./attempt/...", "./pacing/..."},
		why:  "a campaign is settings over attempts and pacing; it knows no port and no engine",
	},
	{
		from: []string{"./ports/..."},
		only: []string{std, uuid, "./ports/...", "./attempt/...", "./campaign/...", "./pacing/..."},
		why:  "an adapter author compiles the ports and their suites, and nothing that stands above them",
	},
	{
		from: []string{"./internal/engine/..."},
		only: []string{std, uuid, "./internal/engine/...", "./ports", "./attempt/...", "./campaign/...", "./pacing/..."},
		why:  "the engine speaks to the world through ports alone",
	},
	{
		from: []string{"."},
		only: []string{std, uuid, "./internal/...", "./ports", "./attempt/...", "./campaign/...", "./pacing/..."},
		why:  "the root is what a host compiles: the engine in its shell, and no adapter",
	},
	{
		from: []string{"./adapters/..."},
		only: []string{std, foreign, kin, "./internal/freeswitch/...", "./ports", "./attempt/...", "./campaign/...", "./pacing/..."},
		why:  "an adapter serves the ports; one that knew the engine or another adapter could not be swapped for a stranger's",
	},
	{
		from: []string{"./internal/freeswitch/..."},
		only: []string{std, uuid, "./internal/freeswitch/...", "./ports", "./attempt/...", "./campaign/...", "./pacing/..."},
		why:  "what both FreeSWITCH adapters share is words, not a client: each brings its own",
	},
	{
		from:   []string{"./..."},
		except: []string{"./adapters/esl/...", "./adapters/xmlrpc/...", "./internal/freeswitch/..."},
		never:  []string{"./internal/freeswitch/..."},
		why:    "what two adapters know of FreeSWITCH is no business of anyone else",
	},

	// What a room must do without.
	{
		from: core,
		never: []string{
			"database/sql/...", "net/...", "os/exec", "encoding/xml",
			"github.com/jmoiron/sqlx/...", "github.com/benbjohnson/clock/...", "github.com/fiorix/go-eventsocket/...",
			"github.com/kolo/xmlrpc/...", "github.com/prometheus/...",
		},
		why: "the core reaches databases, switches, clocks and metrics through ports; the adapters bring the clients",
	},
	{
		from: pure,
		never: []string{
			"context", "crypto/rand", "log/...", "math/rand/...", "os/...", "sync/...", "syscall",
		},
		why: "in and below the engine the same inputs give the same outputs: no I/O, chance or concurrency",
	},
	{
		from:   []string{"./..."},
		except: slices.Concat(suites, labs),
		never: []string{
			"testing/...", "github.com/google/go-cmp/...", "github.com/cockroachdb/datadriven/...",
			"go.uber.org/goleak/...", "pgregory.net/rapid/...",
		},
		why: "test helpers never reach a production import",
	},
	{
		from:   []string{"./..."},
		except: slices.Concat(suites, labs),
		never:  slices.Concat(suites, labs),
		why:    "the suites import testing, which a host must not link",
	},
}

// hostBuild binds every package, foreign ones too, that importing the root compiles.
var hostBuild = []rule{
	{
		from: []string{"./..."},
		only: []string{std, uuid, "./..."},
		why:  "the library stands on the standard library, google/uuid excepted",
	},
	{
		from:  []string{everything},
		never: []string{"./adapters/...", "./examples/..."},
		why:   "a host chooses its adapters; the core chooses none",
	},
	{
		from:  []string{everything},
		never: []string{"github.com/jmoiron/sqlx/...", "github.com/jackc/pgx/...", "github.com/pressly/goose/..."},
		why:   "a host that keeps its campaigns elsewhere does not compile PostgreSQL",
	},
	{
		from:  []string{everything},
		never: []string{"github.com/kolo/xmlrpc/...", "github.com/fiorix/go-eventsocket/..."},
		why:   "a host with another switch does not compile FreeSWITCH's clients",
	},
	{
		from:  []string{everything},
		never: []string{"github.com/prometheus/..."},
		why:   "how figures are exported is the host's choice",
	},
	{
		from:  []string{everything},
		never: []string{"github.com/alecthomas/kong/...", "github.com/vbauerster/mpb/..."},
		why:   "command lines belong to the examples",
	},
	{
		from:  []string{everything},
		never: []string{"github.com/nyaruka/phonenumbers/..."},
		why:   "phone-number tables cost a host 6 MB it may not want",
	},
	{
		from:  []string{everything},
		never: []string{"testing/..."},
		why:   "testing in a host's binary adds its flags and its weight",
	},
}
