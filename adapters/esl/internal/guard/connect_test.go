package guard

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// dialled runs Connect against a peer that does what the test says.
func dialled(t *testing.T, cfg Config, p *peer, script func(*peer) error) (*Link, error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- script(p) }()
	l, err := Connect(context.Background(), cfg)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return l, err
}

func TestPasswordOrUserIsSent(t *testing.T) {
	for user, want := range map[string]string{
		"":           "auth secret",
		"dialler@pb": "userauth dialler@pb:secret",
	} {
		leakless(t)
		cfg, p := config()
		cfg.User = user
		var got string
		l, err := dialled(t, cfg, p, func(p *peer) (err error) {
			if _, err = io.WriteString(p, greeting); err != nil {
				return err
			}
			if got, err = p.command(); err != nil {
				return err
			}
			_, err = io.WriteString(p, accepted)
			return err
		})
		if err != nil || got != want {
			t.Errorf("sent %q, want %q; %v", got, want, err)
		}
		_ = l.Close()
	}
}

func TestWhatIsNoWelcomeFailsConnect(t *testing.T) {
	rude := "Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"
	cases := map[string]struct {
		first, second string
		want          error
	}{
		"wrong password":       {greeting, replyFrame("-ERR invalid"), ErrAuth},
		"access list":          {rude, "", ErrRejected},
		"access list later":    {greeting, rude, ErrRejected},
		"strange reply":        {greeting, replyFrame("maybe"), ErrHandshake},
		"empty reply":          {greeting, "Content-Type: command/reply\n\n", ErrHandshake},
		"reply first":          {accepted, "", ErrHandshake},
		"event first":          {greeting, beat(1), ErrHandshake},
		"nothing":              {"", "", io.ErrUnexpectedEOF},
		"end after the first":  {greeting, "", io.ErrUnexpectedEOF},
		"end within the reply": {greeting, accepted[:20], io.ErrUnexpectedEOF},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			leakless(t)
			cfg, p := config()
			_, err := dialled(t, cfg, p, func(p *peer) error {
				defer func() { _ = p.Close() }()
				if _, err := io.WriteString(p, c.first); err != nil {
					return err
				}
				if c.first != greeting {
					return nil
				}
				if _, err := p.command(); err != nil {
					return err
				}
				_, err := io.WriteString(p, c.second)
				return err
			})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestConnectTimesOutByItsClock(t *testing.T) {
	for name, said := range map[string]string{"silent": "", "half a greeting": greeting[:9], "no reply": greeting} {
		t.Run(name, func(t *testing.T) {
			leakless(t)
			cfg, p := config()
			clock := cfg.Clock.(*manual)
			failed := make(chan error, 1)
			go func() {
				_, err := Connect(context.Background(), cfg)
				failed <- err
			}()
			p.say(t, said)
			eventually(t, "the timer", func() bool { return clock.pending() == 1 })
			clock.advance(10 * time.Second)
			if err := <-failed; !errors.Is(err, ErrTimeout) {
				t.Errorf("got %v", err)
			}
			if _, err := io.ReadAll(p); err != nil {
				t.Errorf("the connection was left open: %v", err)
			}
		})
	}
}

func TestCancelledContextEndsConnect(t *testing.T) {
	leakless(t)
	cfg, p := config()
	ctx, cancel := context.WithCancelCause(context.Background())
	failed := make(chan error, 1)
	go func() {
		_, err := Connect(ctx, cfg)
		failed <- err
	}()
	p.say(t, greeting)
	why := errors.New("shutting down")
	cancel(why)
	if err := <-failed; !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
}

func TestDialErrorIsReturned(t *testing.T) {
	leakless(t)
	cfg, _ := config()
	refused := errors.New("refused")
	cfg.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, refused }
	if _, err := Connect(context.Background(), cfg); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
}

func TestDefaultDialIsTCP(t *testing.T) {
	leakless(t)
	l, p := overTCP(t)
	p.say(t, beat(0))
	beats(t, l, 1)
	_ = p.Close()
	if _, err := l.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

func TestBadConfigIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"no address":       func(c *Config) { c.Addr = "" },
		"no clock":         func(c *Config) { c.Clock = nil },
		"line end":         func(c *Config) { c.Password = "a\n\napi status" },
		"carriage return":  func(c *Config) { c.User = "a\r" },
		"colon in user":    func(c *Config) { c.User = "a:b" },
		"negative limit":   func(c *Config) { c.MaxFrame = -1 },
		"negative timeout": func(c *Config) { c.Timeout = -1 },
	} {
		cfg, _ := config()
		change(&cfg)
		if _, err := Connect(context.Background(), cfg); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
