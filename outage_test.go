package outdial_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
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

// hanging is a store whose leases take half a minute to fail.
type hanging struct {
	ports.Store
	leases atomic.Bool
}

func (h *hanging) Lease(ctx context.Context, w ports.ID, rs []ports.LeaseRequest) ([]ports.Leased, error) {
	if !h.leases.Load() {
		return h.Store.Lease(ctx, w, rs)
	}
	select {
	case <-time.After(30 * time.Second):
	case <-ctx.Done():
	}
	return nil, ports.ErrUnavailable
}

func TestAStoreIsNotBackWhileItsTriesHang(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(20 * time.Second))}, func(s *site) {
		log, logger := logged()
		store := &hanging{Store: s.store}
		s.store = store
		w := s.running(func(c *outdial.Config) { c.Logger = logger })
		s.campaign(w.Dialler, 1000, func(sp *campaign.Spec) { sp.MaxConcurrent = 5 })
		time.Sleep(10 * time.Second)
		store.leases.Store(true)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if lines := said(log); len(lines) != 1 || !strings.Contains(lines[0], "is away") {
			t.Errorf("the log: %q", lines)
		}
	})
}

// dozing is a store whose heartbeats take until their context is done.
type dozing struct {
	ports.Store
	beats    atomic.Bool
	began    chan struct{}
	returned atomic.Bool
}

func (z *dozing) Beat(ctx context.Context, w ports.Worker) ([]ports.Worker, error) {
	if !z.beats.Load() || w.Leaving {
		return z.Store.Beat(ctx, w)
	}
	z.began <- struct{}{}
	<-ctx.Done()
	z.returned.Store(true)
	return nil, ctx.Err()
}

// asked is a switch that does something when its limits are asked for, in a turn.
type asked struct {
	*simulated.Switch
	first func()
}

func (a *asked) Limits() ports.Limits {
	a.first()
	return a.Switch.Limits()
}

func TestAnEndIsNotLoggedAsTheStoresAbsence(t *testing.T) {
	for range 10 { // which of two things is seen first is left to chance
		inBubble(t, simulated.Config{Carrier: always(talks(20 * time.Second))}, func(s *site) {
			log, logger := logged()
			store := &dozing{Store: s.store, began: make(chan struct{}, 1)}
			s.store = store
			ctx, end := context.WithCancel(context.Background())
			var now atomic.Bool
			phone := &asked{s.world.Connect(), func() {
				if !now.CompareAndSwap(true, false) {
					return
				}
				end()
				for !store.returned.Load() {
					time.Sleep(time.Millisecond)
				}
				time.Sleep(time.Millisecond) // and the turn goes on for a little
			}}
			d := s.clerk(func(c *outdial.Config) { c.Logger, c.Telephony = logger, phone })
			ended := make(chan error, 1)
			go func() { ended <- d.Run(ctx) }()
			s.campaign(d, 10)
			time.Sleep(10 * time.Second)
			store.beats.Store(true)
			<-store.began
			now.Store(true)
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			if lines := said(log); lines != nil {
				t.Errorf("the log: %q", lines)
			}
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
