package outdial_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/ports"
)

const transcripts = "testdata/transcripts"

// TestTranscripts plays the scenarios of testdata/transcripts: commands of an
// operator, and what came of them. With -rewrite it writes down what comes of
// them now; read the difference before you believe it.
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, transcripts, func(t *testing.T, path string) {
		s := &scene{t: t, ctx: context.Background()}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			s.t, s.line = t, d
			s.day = ""
			out, err := s.perform()
			if err != nil {
				out = "refused: " + err.Error()
			}
			return strings.TrimRight(out, "\n") + "\n"
		})
	})
}

// scene is a world with a store, workers, and the campaigns played in it.
type scene struct {
	t    *testing.T
	ctx  context.Context
	line *datadriven.TestData // the command being performed
	day  string               // the date that was printed last

	world    *simulated.World
	zone     *time.Location // in which times are read and shown
	store    *memory.Store
	ids      func() uuid.UUID
	pool     bool
	config   outdial.Config // what all diallers have in common
	plans    map[string][]simulated.Plan
	operator *outdial.Dialler // takes commands where no worker lives
	workers  []*hand

	camps   map[string]outdial.ID
	names   []string // of camps, in order
	current string   // the campaign of commands that name none
	numbers map[outdial.ID]string
}

// hand is a worker: one process stepping campaigns.
type hand struct {
	name string
	d    *outdial.Dialler
	line *simulated.Switch
	sub  *outdial.Subscription
	dead bool
}

// hire starts a worker.
func (s *scene) hire() {
	w := &hand{name: fmt.Sprintf("w%d", len(s.workers)+1), line: s.world.Connect()}
	cfg := s.config
	cfg.Telephony = w.line
	if s.pool {
		cfg.Agents = s.world.Agents().Join()
	}
	w.d = s.dialler(cfg)
	w.sub = w.d.Subscribe(10_000)
	s.workers = append(s.workers, w)
}

func (s *scene) dialler(cfg outdial.Config) *outdial.Dialler {
	d, err := outdial.New(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// alive are the diallers of the workers that live.
func (s *scene) alive() (ds []*outdial.Dialler) {
	for _, w := range s.workers {
		if !w.dead {
			ds = append(ds, w.d)
		}
	}
	return ds
}

// asked is the dialler that commands go to.
func (s *scene) asked() *outdial.Dialler {
	if ds := s.alive(); len(ds) > 0 {
		return ds[0]
	}
	return s.operator
}

// stage is the world up to a time: what is due by then happens, and whatever
// that brings about, and no more.
type stage struct {
	*simulated.World
	until time.Time
	end   context.CancelFunc
}

// Next implements outdial.World.
func (g *stage) Next() time.Time {
	next := g.World.Next()
	if g.until.After(g.Now()) && (next.IsZero() || next.After(g.until)) {
		return g.until
	}
	return next
}

// Advance implements outdial.World.
func (g *stage) Advance(t time.Time) {
	if t.After(g.until) {
		if !g.Now().Before(g.until) {
			g.end()
			return
		}
		t = g.until
	}
	g.World.Advance(t)
}

// longest is how long a scenario that is to play to its end may take.
const longest = 6 * 24 * time.Hour

// run lets time pass until then or, with a zero time, until nothing is left to
// happen.
func (s *scene) run(until time.Time) (stuck bool) {
	var world outdial.World
	ctx, end := context.WithCancel(s.ctx)
	defer end()
	if until.IsZero() {
		until = s.world.Now().Add(longest)
		b := &bounded{World: s.world, until: until, end: end}
		defer func() { stuck = b.stuck }()
		world = b
	} else {
		world = &stage{World: s.world, until: until, end: end}
	}
	ds := s.alive()
	if len(ds) == 0 {
		s.world.Advance(until)
		return false
	}
	if err := outdial.DriveAll(ctx, world, ds...); err != nil && ctx.Err() == nil {
		s.t.Errorf("%s: %v", s.line.Pos, err)
	}
	return stuck
}

// bounded gives up on a world that does not come to its end.
type bounded struct {
	*simulated.World
	until time.Time
	stuck bool
	end   context.CancelFunc
}

// Advance implements outdial.World.
func (b *bounded) Advance(t time.Time) {
	if t.After(b.until) {
		b.stuck = true
		b.end()
		return
	}
	b.World.Advance(t)
}

// attempts are those of the current campaign's present run.
func (s *scene) attempts() (all []ports.Item) {
	for it, err := range s.asked().Attempts(s.ctx, ports.Filter{Campaign: s.id()}) {
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, it)
	}
	return all
}
