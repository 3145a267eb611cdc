package guard

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/outdial/outdial/ports"
)

// Config says how to reach a switch. Addr, Password and Clock are required.
type Config struct {
	// Dial opens the connection and obeys ctx. Default: TCP with keep-alive.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Addr is the event socket's host and port.
	Addr string
	// User, if set, is user@domain of the switch's directory: `userauth`.
	User string
	// Password is the user's, or the event socket's own.
	Password string
	// Clock times every deadline.
	Clock ports.Clock
	// Timeout is how long Connect may take, a command may wait for its reply,
	// and a frame may take from its first byte to its last. Default: 10 s.
	Timeout time.Duration
	// Silence is how long no byte at all may come before the link is given up.
	// A HEARTBEAT comes every 20 s to who subscribes to it. 0: for ever.
	Silence time.Duration
	// MaxFrame is the longest body, in bytes: the list of 10,000 channels takes
	// 11 MB. Default: 16 MiB.
	MaxFrame int
	// MaxEvent is the longest event; longer ones count as malformed. Default: 1 MiB.
	MaxEvent int
	// MaxHeader is the longest block of header lines. Default: 64 KiB.
	MaxHeader int
	// MaxQueue is how many bytes of reduced events wait for Read, about 0.5 kB
	// each, before the guard stops reading the socket. Default: 64 MiB.
	MaxQueue int
	// Keep lists the event headers to keep; Event-Name always is.
	Keep []string
}

// complete checks the configuration and fills in the defaults.
func (c Config) complete() (Config, error) {
	if c.Addr == "" || c.Clock == nil {
		return c, fmt.Errorf("%w: Addr and Clock are required", ErrConfig)
	}
	if control(c.User) || control(c.Password) || strings.Contains(c.User, ":") {
		return c, fmt.Errorf("%w: User or Password has a character that ends it", ErrConfig)
	}
	if c.Timeout < 0 || c.Silence < 0 || min(c.MaxFrame, c.MaxEvent, c.MaxHeader, c.MaxQueue) < 0 {
		return c, fmt.Errorf("%w: a limit is negative", ErrConfig)
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
	}
	c.Timeout = or(c.Timeout, 10*time.Second)
	c.MaxFrame = or(c.MaxFrame, 16<<20)
	c.MaxEvent = or(c.MaxEvent, 1<<20)
	c.MaxHeader = or(c.MaxHeader, 64<<10)
	c.MaxQueue = or(c.MaxQueue, 64<<20)
	return c, nil
}

// or is a value, or its default.
func or[T int | time.Duration](value, standard T) T {
	if value == 0 {
		return standard
	}
	return value
}

// login is the line that authenticates.
func (c *Config) login() string {
	if c.User != "" {
		return "userauth " + c.User + ":" + c.Password
	}
	return "auth " + c.Password
}

// control reports whether text has a control character; CR and LF would end a line.
func control(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}
