package outdial

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

// handOver bounds the last word to the store when calls are handed over.
const handOver = 5 * time.Second

// Run steps the dialler until [Dialler.Shutdown] has let it finish, and then
// returns nil. When ctx is done first, it stops at once, hands what it holds
// to other workers, and returns the context's error. It may be called once.
func (d *Dialler) Run(ctx context.Context) error {
	if d.cfg.Telephony == nil {
		return ErrNoTelephony
	}
	d.mu.Lock()
	if d.started {
		d.mu.Unlock()
		return ErrRunning
	}
	d.started = true
	d.mu.Unlock()
	defer close(d.done)
	defer d.hub.close()

	loop := newLoop(ctx, d)
	defer loop.end()
	return loop.run(ctx)
}

// Shutdown lets a running dialler finish: it leases and dials no more, waits
// for its calls to end, and returns nil once [Dialler.Run] has. When ctx is
// done first, the calls that are still up are handed to other workers, which
// adopt them at once, and the context's error is returned, wrapped. Where there
// are none, as on a store of one process, nobody attends to those calls. It may be
// called again, by several goroutines, and before Run.
func (d *Dialler) Shutdown(ctx context.Context) error {
	d.stopOnce.Do(func() { close(d.stop) })
	d.mu.Lock()
	started := d.started
	d.mu.Unlock()
	if !started {
		return nil
	}
	select {
	case <-d.done:
		return nil
	case <-ctx.Done():
	}
	select {
	case <-d.done: // whatever has become of the context
		return nil
	default:
	}
	d.mu.Lock()
	held := d.engine.Held()
	d.mu.Unlock()
	d.cutOnce.Do(func() { close(d.cut) })
	<-d.done
	return fmt.Errorf("outdial: shutdown left %d attempts to other workers on the store, if there are any: %w", held, context.Cause(ctx))
}

// loop is the goroutine shell around the engine.
type loop struct {
	d       *Dialler
	ctx     context.Context // of the store operations in flight
	cancel  context.CancelFunc
	results chan engine.Result
	flying  sync.WaitGroup
	ops     []engine.Op
	wake    time.Time

	events    <-chan []ports.Event
	storeNews <-chan struct{}
}

func newLoop(ctx context.Context, d *Dialler) *loop {
	l := &loop{d: d, results: make(chan engine.Result, 16)}
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.events = d.cfg.Telephony.Events()
	l.storeNews = news(d.cfg.Store)
	return l
}

// news is the channel of a port that tells of changes, or one that never does.
func news(port any) <-chan struct{} {
	if n, ok := port.(ports.Notifier); ok {
		return n.Notify()
	}
	return nil
}

func (l *loop) run(ctx context.Context) error {
	stop := l.d.stop
	in := engine.Input{}
	for {
		l.turn(in)
		if l.d.left() {
			return nil
		}
		in = engine.Input{}
		timer, fired := l.timer()
		select {
		case <-fired:
		case evs, open := <-l.events:
			in.Events = l.heard(evs, open)
		case r := <-l.results:
			in.Results = append(in.Results, r)
		case <-l.d.kicked:
		case <-l.storeNews:
			in.Kick = true
		case <-l.d.agentNews:
			l.d.freed = true
		case <-stop:
			stop = nil // turn tells the engine; do not wake for it again
		case <-l.d.cut:
			return l.leave(ctx)
		case <-ctx.Done():
			_ = l.leave(ctx)
			return ctx.Err()
		}
		timer.Stop()
		if ctx.Err() != nil { // and what failed meanwhile has failed by that
			_ = l.leave(ctx)
			return ctx.Err()
		}
		l.gather(&in)
	}
}

// turn steps, and sets off the store operations, each on its own goroutine.
func (l *loop) turn(in engine.Input) {
	in.Now = l.d.cfg.Clock.Now().UTC()
	l.ops, l.wake = l.d.turn(in, l.ops[:0])
	for _, op := range l.ops {
		l.flying.Go(func() {
			l.results <- carryOut(l.ctx, l.d.cfg.Store, l.d.worker, &op)
		})
	}
}

// gather adds what else has come, so that one step takes it all.
func (l *loop) gather(in *engine.Input) {
	for {
		select {
		case evs, open := <-l.events:
			in.Events = append(in.Events, l.heard(evs, open)...)
		case r := <-l.results:
			in.Results = append(in.Results, r)
		default:
			return
		}
	}
}

// heard takes events of the switch. An adapter that has closed its channel is a
// switch that is lost.
func (l *loop) heard(evs []ports.Event, open bool) []ports.Event {
	if !open {
		l.events = nil
		return []ports.Event{{Kind: ports.Down, At: l.d.now(), Cause: "the adapter has closed its events"}}
	}
	return evs
}

func (l *loop) timer() (ports.Timer, <-chan time.Time) {
	if l.wake.IsZero() {
		return noTimer{}, nil
	}
	return l.d.cfg.Clock.NewTimer(max(0, l.wake.Sub(l.d.cfg.Clock.Now())))
}

type noTimer struct{}

func (noTimer) Stop() bool { return false }

// leave says good-bye to the store, so that others adopt at once.
func (l *loop) leave(ctx context.Context) error {
	l.end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handOver)
	defer cancel()
	_, err := l.d.cfg.Store.Beat(ctx, ports.Worker{ID: l.d.worker, Leaving: true})
	if err != nil {
		return fmt.Errorf("outdial: leaving without a word, others wait for the time-out: %w", err)
	}
	return nil
}

// end waits for the operations in flight. Their results are of no use any more.
func (l *loop) end() {
	l.cancel()
	over := make(chan struct{})
	go func() {
		l.flying.Wait()
		close(over)
	}()
	for {
		select {
		case <-l.results:
		case <-over:
			return
		}
	}
}

func (d *Dialler) left() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.engine.Left()
}
