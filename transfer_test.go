package outdial_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// dayOld is a store with campaigns that have been dialling for a while, and are
// paused.
func dayOld(t testing.TB, campaigns int) *memory.Store {
	t.Helper()
	return aged(t, campaigns, 40)
}

func aged(t testing.TB, campaigns, contacts int) *memory.Store {
	t.Helper()
	store := memory.New()
	for n := range campaigns {
		world := simulated.New(simulated.Config{Seed: uint64(n + 1), Agents: simulated.Agents{Count: 2}})
		d, err := outdial.New(outdial.Config{
			Store: store, Telephony: world.Connect(), Agents: world.Agents(), Clock: world.Clock(), NewID: seededIDs(uint64(n + 1)),
		})
		must(t, err)
		spec := campaign.Defaults()
		spec.Name, spec.Screening = fmt.Sprintf("campaign %d", n+1), true
		c, err := d.Create(t.Context(), spec)
		must(t, err)
		_, err = d.Upload(t.Context(), c.ID, "first", moving(contacts))
		must(t, err)
		must(t, d.Start(t.Context(), c.ID))
		must(t, outdial.Drive(t.Context(), d, &pausing{World: world, at: world.Now().Add(8 * time.Minute), pause: func() {
			must(t, d.Pause(t.Context(), c.ID))
		}}))
	}
	return store
}

func moving(n int) iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for i := range n {
			c := campaign.Contact{Key: fmt.Sprint("k", i), Address: fmt.Sprintf("+1555%04d", i), Variables: map[string]string{"n": "<ü>"}}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exported(t testing.TB, s ports.Store, ids ...outdial.ID) string {
	t.Helper()
	var file bytes.Buffer
	must(t, outdial.Export(t.Context(), s, &file, ids...))
	return file.String()
}

func campaignsOf(t testing.TB, s ports.Store) (ids []outdial.ID) {
	t.Helper()
	for c, err := range s.ListCampaigns(t.Context()) {
		must(t, err)
		ids = append(ids, c.ID)
	}
	return ids
}

func TestAllCampaignsMoveInTheOrderOfTheirCreation(t *testing.T) {
	from, to := dayOld(t, 3), memory.New()
	file := exported(t, from)
	added, err := outdial.Import(t.Context(), to, iotest.OneByteReader(strings.NewReader(file)))
	must(t, err)
	if ids := campaignsOf(t, to); len(added) != 3 || !slices.Equal(ids, campaignsOf(t, from)) {
		t.Errorf("%d campaigns arrive as %v, want %v", len(added), ids, campaignsOf(t, from))
	}
	if again := exported(t, to); again != file {
		t.Errorf("they are exported as another file: %s", firstDifference(file, again))
	}
}

// Crashes, outages and an operator's whims leave nothing that cannot be moved.
func TestCampaignsOfRandomWorldsMove(t *testing.T) {
	moved := 0
	for seed := range uint64(20) {
		s := play(seed+1, memory.New())
		for _, c := range s.camps {
			var file bytes.Buffer
			err := outdial.Export(t.Context(), s.store, &file, c.id)
			if errors.Is(err, ports.ErrCampaignRunning) {
				continue // the operator left it so
			}
			must(t, err)
			to := memory.New()
			if _, err := outdial.Import(t.Context(), to, bytes.NewReader(file.Bytes())); err != nil {
				t.Fatalf("world %d: %v", seed+1, err)
			}
			if again := exported(t, to); again != file.String() {
				t.Fatalf("world %d: %s", seed+1, firstDifference(file.String(), again))
			}
			moved++
		}
	}
	if moved < 10 {
		t.Errorf("%d campaigns were moved", moved)
	}
}

func TestASecondImportAddsNothing(t *testing.T) {
	from, to := dayOld(t, 2), memory.New()
	file := exported(t, from)
	_, err := outdial.Import(t.Context(), to, strings.NewReader(file))
	must(t, err)
	added, err := outdial.Import(t.Context(), to, strings.NewReader(file))
	if !errors.Is(err, ports.ErrExists) || len(added) != 0 {
		t.Errorf("the second one adds %d: %v", len(added), err)
	}
	if again := exported(t, to); again != file {
		t.Errorf("the campaigns have changed: %s", firstDifference(file, again))
	}
}

func TestAnImportStopsAtTheFirstCampaignThatFails(t *testing.T) {
	from, to := dayOld(t, 3), memory.New()
	ids := campaignsOf(t, from)
	_, err := outdial.Import(t.Context(), to, strings.NewReader(exported(t, from, ids[1])))
	must(t, err)
	added, err := outdial.Import(t.Context(), to, strings.NewReader(exported(t, from)))
	if !errors.Is(err, ports.ErrExists) || !strings.Contains(err.Error(), "campaigns added before this: 1") {
		t.Errorf("the error is %v", err)
	}
	if len(added) != 1 || added[0].ID != ids[0] {
		t.Errorf("it says that these were added: %v", added)
	}
	if got := campaignsOf(t, to); !slices.Equal(got, []outdial.ID{ids[1], ids[0]}) {
		t.Errorf("the store has %v", got)
	}
}

func TestACutFileIsNoticedWhereverItIsCut(t *testing.T) {
	file := exported(t, dayOld(t, 2))
	lines := slices.Collect(strings.Lines(file))
	for n := range lines {
		whole := 0
		for _, line := range lines[:n] {
			if strings.HasPrefix(line, `{"end"`) {
				whole++
			}
		}
		for _, cut := range []string{"", lines[n][:len(lines[n])/2], lines[n][:len(lines[n])-2]} {
			to := memory.New()
			added, err := outdial.Import(t.Context(), to, strings.NewReader(strings.Join(lines[:n], "")+cut))
			if err == nil || len(added) != whole || len(campaignsOf(t, to)) != whole {
				t.Fatalf("cut in line %d: %d campaigns of %d: %v", n+1, len(added), whole, err)
			}
			if want := fmt.Sprintf("line %d", n+1); !strings.Contains(err.Error(), want) {
				t.Fatalf("cut in line %d: %v", n+1, err)
			}
		}
	}
}

func TestALineThatIsNoneOfTheFormatIsRefusedByItsNumber(t *testing.T) {
	lines := slices.Collect(strings.Lines(exported(t, dayOld(t, 1))))
	last := len(lines)
	for _, c := range []struct {
		name string
		line int // is replaced
		with string
		says string
	}{
		{"another format", 1, `{"name":"outdial"}`, `line 1: it is of the unknown kind "name"`},
		{"another version", 1, `{"outdial":2}`, "line 1: the format has version 2: want 1"},
		{"no header", 1, "", `line 1: want {"outdial":1} first`},
		{"a version that is none", 1, `{"outdial":"one"}`, "line 1: the outdial is malformed"},
		{"an unknown kind", 2, `{"worker":{}}`, `line 2: it is of the unknown kind "worker"`},
		{"a kind in capitals", 2, `{"CAMPAIGN":{}}`, `line 2: it is of the unknown kind "CAMPAIGN"`},
		{"no object", 3, `["run"]`, "line 3: it is not a JSON object"},
		{"no kind", 3, `{}`, "line 3: it has no kind"},
		{"an empty line", 3, ` `, "line 3: it is not a JSON object: it ends too soon"},
		{"two kinds", 3, `{"run":{},"contact":{}}`, "line 3: it has more than its run"},
		{"two objects", 3, `{"end":{}}{"end":{}}`, "line 3: something follows its object"},
		{"an unknown field", 4, `{"contact":{"id":"00000000-0000-0000-0000-000000000001","colour":"red"}}`, `line 4: the contact is malformed: json: unknown field "colour"`},
		{"a wrong type", 4, `{"contact":{"id":17}}`, "line 4: the contact is malformed"},
		{"no value", 4, `{"contact":null}`, "line 4: invalid contact: ID is"},
		{"an unknown state", 45, `{"attempt":{"state":"asleep"}}`, `line 45: the attempt is malformed: attempt state "asleep": want one of pending`},
		{"bytes that are no text", 4, "{\"contact\":{\"name\":\"\xff\"}}", "line 4: it is not UTF-8"},
		{"a line without end", 4, `{"contact":{"name":"` + strings.Repeat("x", 1<<20) + `"}}`, "line 4: it is longer than 1048576 bytes"},
		{"a depth without end", 4, `{"contact":` + strings.Repeat("[", 20_000), "line 4: the contact is malformed"},
		{"a piece that is not valid", 4, `{"contact":{"id":"00000000-0000-0000-0000-000000000001","address":"x"}}`, `line 4: invalid contact: Address is "x": want`},
		{"no end", last - 1, `{"campaigns":1}`, "want a piece of a campaign: the one before has no end"},
		{"another number of campaigns", last, `{"campaigns":2}`, fmt.Sprintf("line %d: the file has 1 campaigns: want 2", last)},
		{"more behind the last line", last, "{\"campaigns\":1}\n{}", fmt.Sprintf("line %d: want nothing behind", last+1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := slices.Clone(lines)
			changed[c.line-1] = c.with + "\n"
			if c.with == "" {
				changed = slices.Delete(changed, c.line-1, c.line)
			}
			to := memory.New()
			_, err := outdial.Import(t.Context(), to, strings.NewReader(strings.Join(changed, "")))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v, want it to say %q", err, c.says)
			}
			if n := len(campaignsOf(t, to)); n != 0 && c.line != last {
				t.Errorf("%d campaigns were added", n)
			}
		})
	}
}

func TestTheLongestLineOfTheFormatIsRead(t *testing.T) {
	lines := slices.Collect(strings.Lines(exported(t, dayOld(t, 1))))
	lines[1] += "" // spaces between a line's object and its end belong to the line
	room := 1<<20 - len(lines[1])
	lines[1] = strings.TrimSuffix(lines[1], "\n") + strings.Repeat(" ", room) + "\n"
	_, err := outdial.Import(t.Context(), memory.New(), strings.NewReader(strings.Join(lines, "")))
	must(t, err)
}

func TestACampaignThatRunsIsNotExported(t *testing.T) {
	store := dayOld(t, 1)
	id := campaignsOf(t, store)[0]
	d, err := outdial.New(outdial.Config{Store: store})
	must(t, err)
	must(t, d.Resume(t.Context(), id))
	var file bytes.Buffer
	if err := outdial.Export(t.Context(), store, &file); !errors.Is(err, ports.ErrCampaignRunning) {
		t.Errorf("the error is %v", err)
	}
	if _, err := outdial.Import(t.Context(), memory.New(), &file); err == nil {
		t.Error("what was written is imported")
	}
}

func TestAnUnknownCampaignIsNotExported(t *testing.T) {
	if err := outdial.Export(t.Context(), dayOld(t, 1), io.Discard, uuid.New()); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}

func TestAWriterThatFailsEndsTheExport(t *testing.T) {
	broke := errors.New("the disk is full")
	w := writerFunc(func([]byte) (int, error) { return 0, broke })
	if err := outdial.Export(t.Context(), dayOld(t, 1), w); !errors.Is(err, broke) {
		t.Errorf("the error is %v", err)
	}
}

func TestAReaderThatFailsEndsTheImport(t *testing.T) {
	broke := errors.New("the line is cut")
	r := io.MultiReader(strings.NewReader(exported(t, dayOld(t, 1))[:2000]), iotest.ErrReader(broke))
	to := memory.New()
	if _, err := outdial.Import(t.Context(), to, r); !errors.Is(err, broke) || len(campaignsOf(t, to)) != 0 {
		t.Errorf("the error is %v", err)
	}
}

func TestAStoreThatMovesNothingSaysSo(t *testing.T) {
	plain := struct{ ports.Store }{memory.New()}
	if err := outdial.Export(t.Context(), plain, io.Discard); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Export: %v", err)
	}
	if _, err := outdial.Import(context.Background(), plain, strings.NewReader("")); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Import: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
