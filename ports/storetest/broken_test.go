package storetest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/ports"
	"github.com/outdial/outdial/ports/storetest"
)

// A suite that passes everything proves nothing, so here are stores with one
// fault each, and the behaviour that must give it away. The suite is run on
// them in a process of its own, as an adapter's author runs it: by its exit
// code and its output.

// broken says which fault the process has to show; empty in the process that
// asks.
const broken = "OUTDIAL_BROKEN_STORE"

var faults = []struct {
	name    string
	open    func(ports.Store) ports.Store
	givenBy string // group and behaviour
}{
	{"sound", sound, ""},
	{"dials while paused", dialsPaused, "decisions/no dial begins unless the campaign runs"},
	{"grants claims after a pause", dialsPaused, "concurrency/once a pause has returned no claim is granted"},
	{"takes any version", takesAnyVersion, "guards/a write from another version is refused with the present row"},
	{"takes any worker", takesAnyWorker, "guards/a worker that does not own the row is fenced"},
	{"frees no claim", freesNoClaim, "claims/a claim is freed when the line is"},
	{"counts lines without a lock", countsUnlocked, "concurrency/workers never exceed a limit together"},
	{"counts rates by the calendar", calendarRate, "claims/a rate holds in every span, wherever it begins"},
	{"records twice", recordsTwice, "records/a record is inserted once per call"},
	{"loses a counter", losesCounter, "figures/figures follow every write"},
	{"counts live answers by records", countsLiveLate, "figures/a live answer counts once, from the moment it happens"},
	{"ignores priorities", ignoresPriority, "order of work/first attempts come by priority, then arrival"},
	{"leases from behind", leasesBackwards, "order of work/callbacks come by due time, ties by arrival"},
	{"forgets batch keys", forgetsBatches, "contacts/a batch key adds once and answers the same"},
	{"adds half a batch", addsHalf, "contacts/an error from the iterator adds nothing"},
	{"forgets commands", forgetsCommands, "decisions/the same command again changes nothing"},
	{"starts a draft to discard it", discardsByStarting, "discards/a discarded draft has ended as if stopped and was never started"},
	{"forgets what was archived", forgetsArchived, "archives/an archived campaign has a mark and is else as before"},
	{"edits any version", editsAnyVersion, "edits/an edit that is meant for another version is refused"},
	{"restarts with everybody", restartsAll, "restarts/a restart may leave out what is completed"},
	{"takes a second disposition", takesDispositions, "dispositions/a second disposition that differs is refused"},
	{"buries the living", buriesLiving, "workers/a living worker is not adopted from"},
	{"tells everything always", tellsAll, "changes/after the cursor only what has changed is told"},
	{"does not settle what it reads", readsUnsettled, "halts/rows of a stopped run are read as stopped at once"},
	{"ignores its context", ignoresContext, "contexts/a call whose context is done does nothing and says so"},
	{"does not listen while it lists", listsToTheEnd, "iterators/an iterator stops when its context is done"},
	{"answers in local time", answersLocally, "times/times are kept to the microsecond in UTC"},
	{"forgets what was spent", forgetsSpent, "walks/seed 1"},
	{"cannot purge at all", func(s ports.Store) ports.Store { return spoiltFigures{s} }, "purges/an old run is forgotten and its figures are kept"},
	{"purges all at once", purgesAtOnce, "purges/a batch forgets at most Max rows and says whether more are left"},
	{"never ends to purge", purgesEndlessly, "purges/a batch forgets at most Max rows and says whether more are left"},
	{"says too soon that all is purged", purgesOnce, "purges/a batch forgets at most Max rows and says whether more are left"},
	{"keeps records", keepsRecords, "purges/a batch forgets at most Max rows and says whether more are left"},
	{"purges figures", purgesFigures, "purges/an old run is forgotten and its figures are kept"},
	{"marks no run", marksNothing, "purges/an old run is forgotten and its figures are kept"},
	{"marks a run with every batch", marksAnew, "purges/the first batch sets the mark and later ones leave it"},
	{"reads what is left of a run", readsPurged, "purges/a run is refused from its first batch on"},
	{"ends a report without a word", readsPurged, "purges/an iterator that reads a run ends when it is purged"},
	{"purges all runs alike", marksAllBut(1), "purges/runs are purged oldest first"},
	{"purges the present run", marksAllBut(0), "purges/the present run is never purged"},
	{"purges young runs", purgesYoung, "purges/a run that ended no earlier than Before is not purged"},
	{"purges what is held", marksAllBut(1), "purges/a run with rows held is not purged before they are given back"},
	{"purges doubts", purgesDoubts, "purges/a run with a call in doubt is not purged before the doubt is over"},
	{"waits for doubts", marksNothing, "purges/later runs do not wait for one that cannot be purged"},
	{"purges before the next run has its rows", purgesTooSoon, "purges/a new run takes its contacts though the run before is purged"},
	{"sweeps what is purged", sweepsPurged, "purges/rows that still had to follow a decision are purged with their run"},
	{"tells ages of what is purged", agesOfPurged, "purges/a failed run has no ages once it is purged"},
	{"purges contacts", purgesUploads(true), "purges/contacts and upload keys are never purged"},
	{"purges upload keys", purgesUploads(false), "purges/contacts and upload keys are never purged"},
	{"keeps ids of commands", keepsCommands, "purges/ids of old commands are forgotten"},
	{"forgets ids of all commands", forgetsAllCommands, "purges/ids of old commands are forgotten"},
	{"counts ghosts of purged calls", ghostsOfPurged, "purges/a ghost of a purged call is ignored"},
	{"purges at no time", purgesNobodysTime, "purges/a purge that says nonsense is refused"},
	{"purges for strangers", purgesStrangers, "purges/a purge that says nonsense is refused"},
	{"purges though its context is done", purgesWhenDone, "purges/a purge whose context is done does nothing"},
	{"reads nothing of the new run", purgesTooSoon, "purges/a run is purged while two workers lease and save"},
	{"ignores outcomes", filtersLess(func(f *ports.Filter) { f.Outcome = 0 }), "filters/attempts are listed by the outcome of any of their calls"},
	{"ignores SIP statuses", filtersLess(func(f *ports.Filter) { f.SIPStatus = 0 }), "filters/outcome and SIP status are asked of one call"},
	{"ignores cursors", filtersLess(func(f *ports.Filter) { f.After = ports.ID{} }), "filters/attempts are listed from the one after a contact on"},
	{"takes 0 dials for no bound", filtersLess(noBoundOfZero), "filters/attempts are listed by how often they were dialled"},
	{"cannot list figures at all", func(s ports.Store) ports.Store { return s }, "figures of many/the figures of many campaigns are those of each"},
	{"lists ages of one", listsWith(listsAgeless), "figures of many/the figures of many campaigns are those of each"},
	{"lists first runs", listsFirstRuns, "figures of many/they are those of the present run"},
	{"lists ages of another time", listsLate, "figures of many/ages count to the time that is given"},
	{"lists strangers", listsWith(listsStrangers), "figures of many/campaigns that are not known are left out"},
	{"lists doubles wrongly", listsWith(listsDoubled), "figures of many/a campaign that is asked for twice is answered once"},
	{"lists everybody", listsEverybody, "figures of many/nobody's figures are none"},
	{"lists though its context is done", listsWhenDone, "figures of many/a listing whose context is done says so"},
	{"tells no last call", filtersLess(func(f *ports.Filter) { f.LastCall = false }), "filters/attempts come with their last call where it is asked for"},
}

// TestBrokenStore is the suite on a broken store, for the process below.
func TestBrokenStore(t *testing.T) {
	name := os.Getenv(broken)
	if name == "" {
		t.Skip("run by TestTheSuiteFindsFaults")
	}
	for _, f := range faults {
		if f.name == name {
			open := func(*testing.T) ports.Store { return f.open(memory.New()) }
			storetest.Run(t, open, storetest.Features{Purge: true, Transfer: open, Filters: true, MetricsLister: true})
		}
	}
}

func TestTheSuiteFindsFaults(t *testing.T) {
	if os.Getenv(broken) != "" {
		t.Skip("this is the process that shows a fault")
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			group, behaviour, _ := strings.Cut(f.givenBy, "/")
			only := "^TestBrokenStore$/^" + underscored(group) + "$/^" + underscored(behaviour) + "$"
			if f.givenBy == "" {
				only = "^TestBrokenStore$"
			}
			cmd := exec.Command(os.Args[0], "-test.run="+only, "-test.v", "-test.count=1", "-test.timeout=10m")
			cmd.Env = append(os.Environ(), broken+"="+f.name)
			out, err := cmd.CombinedOutput()
			if f.givenBy == "" {
				if err != nil || !strings.Contains(string(out), "--- PASS: TestBrokenStore/walks/seed_0") {
					t.Fatalf("the suite finds a fault in a sound store: %v\n%s", err, out)
				}
				return
			}
			if err == nil || !strings.Contains(string(out), "--- FAIL: TestBrokenStore/"+underscored(f.givenBy)+" ") {
				t.Fatalf("the behaviour %q does not give it away: %v\n%s", f.givenBy, err, out)
			}
		})
	}
}

// underscored is how go test writes a subtest's name.
func underscored(name string) string { return strings.ReplaceAll(name, " ", "_") }
