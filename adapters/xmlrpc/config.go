package xmlrpc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"time"

	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

// Config says where the switch is and what may be asked of it.
type Config struct {
	// URL is where mod_xml_rpc answers, http://10.0.0.5:8080/RPC2. No default.
	// A user and a password in it are used unless the fields below are set;
	// they are never logged.
	URL string
	// Username and Password are mod_xml_rpc's auth-user and auth-pass.
	Username, Password string

	// Gateways are the sofia gateways that may be dialled through; the first
	// one is the default. At least one.
	Gateways []string
	// Agents are the forms that an agent's endpoint may have: "user/" for
	// directory users, "sofia/gateway/NAME/" for numbers through a gateway.
	// Default: "user/", and numbers through each of Gateways.
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
	// Default 60 s; at most a day.
	ParkTimeout time.Duration

	// PerSecond is how many calls may start in any second. Default: no limit.
	PerSecond int
	// GhostHorizon is how long a call whose reply was lost may still surface: a
	// request waits in the switch while others hold its 16 connections, each
	// for as long as it rings. Default 6 min: the longest ring time-out, 5 min,
	// and a minute more.
	GhostHorizon time.Duration

	// Timeout is how long a command may take, and an originate longer than it
	// may ring. Default 10 s.
	Timeout time.Duration
	// Poll is how often the switch's channels are listed while there are calls.
	// Long lists are fetched less often, down to one in 5 s. Default 1 s.
	Poll time.Duration
	// Clock is the time. Default: the machine's.
	Clock ports.Clock
	// Logger hears when the switch is reached and lost. Default: silence.
	Logger *slog.Logger
	// Dial makes the TCP connections. Default: net.Dialer; a TLS tunnel fits.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// ErrConfig is what a bad configuration wraps.
var ErrConfig = errors.New("xmlrpc: bad configuration")

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
		c.GhostHorizon = 6 * time.Minute
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	if c.Clock == nil {
		c.Clock = freeswitch.SystemClock()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Dial == nil {
		c.Dial = new(net.Dialer).DialContext
	}
	return c
}

// site checks everything but the URL.
func (c *Config) site(owner string) (*freeswitch.Site, error) {
	s := &freeswitch.Site{
		Gateways: c.Gateways, Agents: c.Agents, Profile: c.Profile, Tag: c.Tag, Owner: owner,
		ParkTimeout: c.ParkTimeout, Symbols: c.Symbols, CallerName: c.CallerName,
	}
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if len(c.Gateways) == 0 {
		return nil, fmt.Errorf("%w: Gateways is empty: at least one", ErrConfig)
	}
	for _, f := range []struct {
		name       string
		value, min time.Duration
	}{
		{"GhostHorizon", c.GhostHorizon, time.Second},
		{"Timeout", c.Timeout, 100 * time.Millisecond},
		{"Poll", c.Poll, 10 * time.Millisecond},
	} {
		if f.value < f.min || f.value > time.Hour {
			return nil, fmt.Errorf("%w: %s is %s: %s to %s", ErrConfig, f.name, f.value, f.min, time.Hour)
		}
	}
	if c.PerSecond < 0 {
		return nil, fmt.Errorf("%w: PerSecond is %d: 0 or more", ErrConfig, c.PerSecond)
	}
	return s, nil
}

// door returns the URL without its user, and the credentials. Its errors do
// not repeat the URL, which may hold a password.
func (c *Config) door() (door, error) {
	u, err := url.Parse(c.URL)
	if err != nil {
		return door{}, fmt.Errorf("%w: URL cannot be read: http://host:port/RPC2", ErrConfig)
	}
	d := door{user: c.Username, password: c.Password}
	if d.user == "" && d.password == "" && u.User != nil {
		d.user = u.User.Username()
		d.password, _ = u.User.Password()
	}
	u.User = nil
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return door{}, fmt.Errorf("%w: URL is %q: http://host:port/RPC2", ErrConfig, u.String())
	}
	d.url = u.String()
	return d, nil
}
