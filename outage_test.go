package outdial_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
)

// logged is a log without times; a dialler writes it from one goroutine.
func logged() (*bytes.Buffer, *slog.Logger) {
	b := &bytes.Buffer{}
	return b, slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// said are the log's lines about the store.
func said(b *bytes.Buffer) (lines []string) {
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, "the store is") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	b.Reset()
	return lines
}

func TestAStoreThatIsAwayIsLoggedOnceAndSoIsItsReturn(t *testing.T) {
	for name, fails := range map[string][]string{
		"all of it":        {"Beat", "Changes", "Save", "Lease"},
		"heartbeats":       {"Beat"},
		"a save":           {"Save"},
		"a lease":          {"Lease"},
		"a lease and more": {"Lease", "Changes"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, simulated.Config{Carrier: always(talks(20 * time.Second))}, func(s *site) {
				log, logger := logged()
				store := s.trouble()
				w := s.running(func(c *outdial.Config) { c.Logger = logger })
				s.campaign(w.Dialler, 100)
				time.Sleep(30 * time.Second)
				synctest.Wait()
				if lines := said(log); lines != nil {
					t.Errorf("before anything failed: %q", lines)
				}
				store.fail(fails...)
				time.Sleep(2 * time.Minute)
				synctest.Wait()
				if lines := said(log); len(lines) != 1 || !strings.Contains(lines[0], "level=WARN") || !strings.Contains(lines[0], "is away") ||
					!strings.Contains(lines[0], "err=") {
					t.Errorf("while it is away: %q", lines)
				}
				store.fail()
				time.Sleep(time.Minute)
				synctest.Wait()
				if lines := said(log); len(lines) != 1 || !strings.Contains(lines[0], "level=INFO") || !strings.Contains(lines[0], "is back") ||
					!strings.Contains(lines[0], "after=2m") && !strings.Contains(lines[0], "after=1m") {
					t.Errorf("when it is back: %q", lines)
				}
			})
		})
	}
}

func TestAStoreIsBackThoughNobodyWantsAnyMoreWhatFailed(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Hour))}, func(s *site) {
		log, logger := logged()
		store := s.trouble()
		w := s.running(func(c *outdial.Config) { c.Logger = logger })
		id := s.draft(w.Dialler, 1)
		_, err := w.AddContacts(s.ctx, id, campaign.Contact{Address: "2", NotBefore: time.Now().Add(time.Minute)})
		s.must(err)
		s.must(w.Start(s.ctx, id))
		s.until("the call", func() bool { return s.world.Stats().Talking == 1 })
		store.fail("Lease")
		time.Sleep(2 * time.Minute)
		s.must(w.Pause(s.ctx, id)) // and nothing is leased any more while the call is up
		time.Sleep(2 * aBeat)
		synctest.Wait()
		if lines := said(log); len(lines) != 2 || !strings.Contains(lines[1], "is back") {
			t.Errorf("the log: %q", lines)
		}
	})
}
