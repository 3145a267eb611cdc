package esl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"
	"unicode"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// Config says where the switch is and what may be asked of it.
type Config struct {
	// Addr is the event socket, host:port. No default; FreeSWITCH listens on 8021.
	Addr string
	// User, if set, is user@domain of a directory user: the login is then
	// userauth, which esl-allowed-api can restrict. Otherwise it is auth.
	User string
	// Password of the event socket, or of User.
	Password string

	// Gateways are the sofia gateways that may be dialled through; the first
	// one is the trunk of campaigns that name none. At least one.
	Gateways []string
	// Agents are the endpoints that agents may have, besides numbers through
	// Gateways: a kind by its beginning, such as "user/" for the switch's
	// directory users, "sofia/gateway/NAME/" for numbers through a gateway that
	// contacts may not use, "sofia/PROFILE/" for SIP users anywhere; or one
	// endpoint, "user/1000". Default "user/".
	Agents []string
	// Profile is the sofia profile through which SIP URIs are called. Default "external".
	Profile string
	// CallerName is shown with a campaign's caller id. Default none.
	CallerName string
	// Symbols allows * and # in numbers. Default no.
	Symbols bool

	// Tag is the deployment's name: all workers on one store have the same, and
	// two deployments on one switch different ones. Letters, digits, - and _.
	// Default "outdial".
	Tag string
	// ParkTimeout is how long an answered contact waits for an agent before the
	// switch hangs up by itself; it must be longer than the engine would wait.
	// Default 60 s; 1 s to 1 h.
	ParkTimeout time.Duration
	// Screening lets campaigns ask for answering-machine detection by mod_avmd.
	// It hears the beep only: a machine is told when it beeps, a person never,
	// and it has been recorded to mistake speech-like noise for a beep. Off by
	// default.
	Screening bool

	// PerSecond is how many calls may start in any second, over this
	// connection. Default: the switch's own limit, as its status tells.
	PerSecond int
	// GhostHorizon is how long a call whose command was cut off may still
	// surface. Default 1 min.
	GhostHorizon time.Duration

	// Timeout is how long a command, or a login, may take. Default 10 s.
	Timeout time.Duration
	// Audit is how often the calls are compared with the switch's channels. Default 30 s.
	Audit time.Duration
	// Clock is the time. Default: the machine's.
	Clock ports.Clock
	// Logger hears of connections made and lost. Default: silence.
	Logger *slog.Logger
	// Dial makes the TCP connections. Default: net.Dialer; a TLS tunnel fits.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// ErrConfig is what a bad configuration wraps.
var ErrConfig = errors.New("esl: bad configuration")

func (c Config) withDefaults() Config {
	if c.Tag == "" {
		c.Tag = "outdial"
	}
	if c.Agents == nil {
		c.Agents = []string{"user/"}
	}
	if c.ParkTimeout == 0 {
		c.ParkTimeout = time.Minute
	}
	if c.GhostHorizon == 0 {
		c.GhostHorizon = time.Minute
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Audit == 0 {
		c.Audit = 30 * time.Second
	}
	if c.Clock == nil {
		c.Clock = freeswitch.SystemClock()
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c *Config) site(owner string) (*freeswitch.Site, error) {
	s := &freeswitch.Site{
		Gateways: c.Gateways, Agents: c.Agents, Profile: c.Profile, Tag: c.Tag, Owner: owner,
		ParkTimeout: c.ParkTimeout, Symbols: c.Symbols, Screening: c.Screening, CallerName: c.CallerName,
	}
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return nil, fmt.Errorf("%w: Addr %q is not host:port: %w", ErrConfig, c.Addr, err)
	}
	if len(c.Gateways) == 0 {
		return nil, fmt.Errorf("%w: Gateways is empty: at least one", ErrConfig)
	}
	if c.ParkTimeout < time.Second || c.ParkTimeout > time.Hour {
		return nil, fmt.Errorf("%w: ParkTimeout is %s: 1s to 1h", ErrConfig, c.ParkTimeout)
	}
	if strings.ContainsFunc(c.User, unicode.IsControl) || strings.Contains(c.User, ":") {
		return nil, fmt.Errorf("%w: User %q has a character that ends it", ErrConfig, c.User)
	}
	if strings.ContainsFunc(c.Password, unicode.IsControl) {
		return nil, fmt.Errorf("%w: Password has a control character", ErrConfig)
	}
	for name, d := range map[string]time.Duration{
		"Timeout": c.Timeout, "Audit": c.Audit, "GhostHorizon": c.GhostHorizon,
	} {
		if d < 0 {
			return nil, fmt.Errorf("%w: %s is %s, less than 0", ErrConfig, name, d)
		}
	}
	if c.PerSecond < 0 {
		return nil, fmt.Errorf("%w: PerSecond is %d, less than 0", ErrConfig, c.PerSecond)
	}
	return s, nil
}
