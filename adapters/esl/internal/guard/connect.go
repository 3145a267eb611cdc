package guard

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/outdial/outdial/ports"
)

// Connect dials the switch, authenticates and opens the inner connection, all
// within cfg.Timeout and as long as ctx lives. Errors: [ErrConfig], [ErrAuth],
// [ErrRejected], [ErrHandshake], [ErrTimeout], a [FrameError], ctx's, or the
// dialler's. Nothing is left behind when it fails.
func Connect(ctx context.Context, cfg Config) (*Link, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	ctx, cancel := within(ctx, cfg.Clock, cfg.Timeout)
	defer cancel()
	raw, err := cfg.Dial(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("guard: dial %s: %w", cfg.Addr, because(ctx, err))
	}
	undo := context.AfterFunc(ctx, func() { _ = raw.Close() })
	l := newLink(&cfg, raw)
	if err := l.open(ctx, &cfg); err != nil {
		_ = raw.Close()
		return nil, err
	}
	l.start()
	if !undo() { // raw is being closed
		_ = l.Close()
		return nil, context.Cause(ctx)
	}
	return l, nil
}

// open authenticates, then opens the inner connection.
func (l *Link) open(ctx context.Context, cfg *Config) error {
	if err := l.login(cfg.login()); err != nil {
		return because(ctx, err)
	}
	d, err := newDoor()
	if err != nil {
		return err
	}
	l.inner, l.es, err = d.enter(ctx)
	return err
}

// login answers the switch's greeting with the password.
func (l *Link) login(line string) error {
	if _, err := l.expect(kindAuth); err != nil {
		return err
	}
	if _, err := io.WriteString(l.raw, line+"\n\n"); err != nil {
		return fmt.Errorf("guard: authentication: %w", err)
	}
	reply, err := l.expect(kindReply)
	if err != nil {
		return err
	}
	l.watch.whole(l.frames.more())
	switch {
	case strings.HasPrefix(reply, "+OK"):
		return nil
	case strings.HasPrefix(reply, "-ERR"):
		return fmt.Errorf("%w: %s", ErrAuth, clip(reply))
	}
	return fmt.Errorf("%w: reply %q", ErrHandshake, clip(reply))
}

// expect reads a frame that must be of this kind, and returns its Reply-Text.
func (l *Link) expect(kind string) (string, error) {
	f, err := l.frames.next()
	switch {
	case err != nil:
		return "", fmt.Errorf("guard: waiting for %s: %w", kind, cut(err))
	case f.kind == kindRude:
		return "", ErrRejected
	case f.kind != kind:
		return "", fmt.Errorf("%w: %q instead of %s", ErrHandshake, clip(f.kind), kind)
	}
	return f.reply, nil
}

// within is ctx with a deadline of the clock's.
func within(ctx context.Context, clock ports.Clock, d time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer, late := clock.NewTimer(d)
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer timer.Stop()
		select {
		case <-late:
			cancel(fmt.Errorf("%w: not connected within %v", ErrTimeout, d))
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil); <-over }
}

// because puts the reason for which we broke something off in the place of the
// error that this caused.
func because(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return context.Cause(ctx)
}
