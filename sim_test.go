package outdial_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/outdial/outdial/adapters/memory"
)

// The simulation tests run small campaigns in random worlds, on several
// workers that crash, stand still and lose touch with their store and their
// switch, under an operator who does random things. Whatever happens, the
// promises of the package are kept; who watches is the carrier, and a second
// set of books made from the store's rows.
//
//	OUTDIAL_SEED=17 go test -run TestPromises .    one world again, with its story
//	OUTDIAL_SEEDS=5000 go test -run TestPromises . that many

const defaultSeeds = 100

// storyTail is how much of its story a world tells when it fails.
const storyTail = 60

func TestPromisesAreKeptInRandomWorlds(t *testing.T) {
	first, n := seedsToRun(t)
	for seed := first; seed < first+n; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := play(seed, memory.New())
			s.tell(t)
			if again := seed%10 == 0 || n == 1; again && !t.Failed() {
				same := play(seed, memory.New())
				if a, b := s.everything(), same.everything(); a != b {
					t.Errorf("the same seed gives another story: %s", firstDifference(a, b))
				}
			}
		})
	}
}

// seedsToRun reads the environment.
func seedsToRun(t *testing.T) (first, n uint64) {
	first, n = 1, defaultSeeds
	if one := os.Getenv("OUTDIAL_SEED"); one != "" {
		first, n = simNumber(t, "OUTDIAL_SEED", one), 1
	}
	if many := os.Getenv("OUTDIAL_SEEDS"); many != "" {
		n = simNumber(t, "OUTDIAL_SEEDS", many)
	}
	return first, n
}

func simNumber(t *testing.T, name, s string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// tell reports what went wrong, how to see it again, and the end of the story.
func (s *sim) tell(t *testing.T) {
	t.Helper()
	if len(s.wrongs) == 0 {
		return
	}
	for i, w := range s.wrongs {
		if i == 10 {
			t.Errorf("and %d more", len(s.wrongs)-i)
			break
		}
		t.Error(w)
	}
	story := s.story
	if (os.Getenv("OUTDIAL_SEED") == "" || os.Getenv("OUTDIAL_SEEDS") != "") && len(story) > storyTail {
		story = story[len(story)-storyTail:]
	}
	t.Logf("%v\n%s", &s.plan, strings.Join(story, "\n"))
	t.Logf("rerun: OUTDIAL_SEED=%d go test -run %s .", s.plan.seed, "TestPromises")
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			other := ""
			if i < len(y) {
				other = y[i]
			}
			return fmt.Sprintf("line %d:\n%s\n%s", i+1, x[i], other)
		}
	}
	return fmt.Sprintf("%d lines and %d", len(x), len(y))
}
