package site

import (
	"log/slog"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/ports"
)

// line is a switch that calls for real.
type line struct {
	ports.Telephony
	up    func() bool
	close func() error
}

// connect begins to reach for the switch, and goes on until it is closed. One
// that is away is no error: campaigns wait for it, and fail after a time of theirs.
func connect(c *config.Config, log *slog.Logger) (*line, error) {
	x := &c.Exchange
	if x.Scheme == "esl" {
		sw, err := esl.New(esl.Config{
			Addr: x.Addr, User: x.User, Password: x.Password,
			Gateways: c.Gateways(), Agents: c.AgentAllowed, Screening: c.Screening, Logger: log,
		})
		if err != nil {
			return nil, err
		}
		return &line{sw, func() bool { return sw.Stats().Connected }, sw.Close}, nil
	}
	sw, err := xmlrpc.New(xmlrpc.Config{
		URL: x.URL, Username: x.User, Password: x.Password,
		Gateways: c.Gateways(), Agents: c.AgentAllowed, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	return &line{sw, func() bool { return sw.Stats().Connected }, sw.Close}, nil
}
