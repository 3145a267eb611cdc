package config

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// checkTrial lets the library's own switch say what it would refuse: at the
// start, with the flag's name, and not call by call or request by request.
func (c *Config) checkTrial(f *faults) {
	x, some := c.Exchange, []string{"trunk"} // a gateway that is right, for there must be one
	if err := x.trial(some, nil, ""); err != nil {
		f.add("--switch: %s", unprefixed(err))
		return
	}
	for _, t := range c.Trunk {
		if campaign.ValidateGateways([]string{t}) == nil { // else it is a fault already
			f.refused("--trunk", t, x.trial([]string{t}, nil, ""))
		}
	}
	for _, a := range c.AgentAllowed {
		f.refused("--agent-allowed", a, x.trial(some, []string{a}, ""))
	}
	f.refused("--destination", c.Destination, x.trial(some, nil, c.Destination))
}

// refused adds the library's refusal, if it is one, of a flag's value.
func (f *faults) refused(flag, value string, err error) {
	if err == nil {
		return
	}
	if bad := (*campaign.InvalidError)(nil); errors.As(err, &bad) {
		f.add("%s is %q: want %s", flag, value, bad.Faults[0].Want)
		return
	}
	said := unprefixed(err)
	if at := strings.LastIndex(said, "want "); at >= 0 { // what is before it names the library's field
		said = said[at:]
	}
	f.add("%s is %q: %s", flag, value, said)
}

// unprefixed is what a switch says of a bad configuration, without saying so.
func unprefixed(err error) string {
	said := err.Error()
	for _, prefix := range []string{esl.ErrConfig.Error(), xmlrpc.ErrConfig.Error(), "freeswitch"} {
		said = strings.TrimPrefix(said, prefix+": ")
	}
	return said
}

// trial makes the switch with these gateways and agents' endpoints, and asks it
// about campaigns whose calls go to the destination. It reaches for nobody.
func (x Exchange) trial(gateways, agents []string, destination string) error {
	sw, err := x.idle(gateways, agents)
	if err != nil {
		return err
	}
	return errors.Join(sw.CheckSpec(&campaign.Spec{Destination: destination}), sw.Close())
}

// idle is a switch that waits for its connection until it is closed.
func (x Exchange) idle(gateways, agents []string) (interface {
	ports.SpecChecker
	io.Closer
}, error) {
	never := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if x.Scheme == overXMLRPC {
		return xmlrpc.New(xmlrpc.Config{
			URL: x.URL, Username: x.User, Password: x.Password, Gateways: gateways, Agents: agents, Dial: never,
		})
	}
	return esl.New(esl.Config{
		Addr: x.Addr, User: x.User, Password: x.Password, Gateways: gateways, Agents: agents, Dial: never,
	})
}
