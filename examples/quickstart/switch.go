package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/outdial/outdial/adapters/esl"
	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// simulation is the -switch that calls nobody.
const simulation = "simulated"

// address is where a FreeSWITCH is, and how to get in.
type address struct {
	scheme         string // esl or xmlrpc; empty: the simulation
	host           string // host:port
	user, password string
}

// errAddress refuses a -switch. It does not quote the address, which holds a password.
var errAddress = errors.New("-switch: want " + simulation + ", esl://:PASSWORD@HOST:PORT, esl://USER%40DOMAIN:PASSWORD@HOST:PORT " +
	"or xmlrpc://USER:PASSWORD@HOST:PORT; write a password's /, ?, #, @ and % as %2F, %3F, %23, %40 and %25")

// defaultPorts are FreeSWITCH's own.
var defaultPorts = map[string]string{"esl": "8021", "xmlrpc": "8080"}

// readAddress reads a -switch.
func readAddress(s string) (address, error) {
	if s == simulation {
		return address{}, nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return address{}, errAddress // not err, which quotes the password
	}
	port, known := defaultPorts[u.Scheme]
	password, _ := u.User.Password()
	a := address{u.Scheme, u.Host, u.User.Username(), password}
	bare := u.Path == "" && u.RawQuery == "" && u.Fragment == ""
	if !known || !bare || u.Hostname() == "" || password == "" || a.scheme == "xmlrpc" && a.user == "" {
		return address{}, errAddress
	}
	if u.Port() == "" {
		a.host = net.JoinHostPort(u.Hostname(), port)
	}
	return a, nil
}

// real reports whether somebody is called.
func (a *address) real() bool { return a.scheme != "" }

// credentials are what stands before the host in an address.
var credentials = regexp.MustCompile(`\b(esl|xmlrpc)://\S*@`)

// discreet takes credentials out of a text that is to be shown.
func discreet(s string) string { return credentials.ReplaceAllString(s, "$1://…@") }

// line is what both adapters are.
type line interface {
	ports.Telephony
	// Ready waits until the switch has been reached.
	Ready(ctx context.Context) error
	// Close ends the connection. Calls live on.
	Close() error
}

// adapter makes the one that the address wants.
func (o *options) adapter(logger *slog.Logger) (line, error) {
	a, gateways := &o.exchange, o.spec.Gateways
	if !slices.Contains(gateways, o.trunk.Name) {
		gateways = append([]string{o.trunk.Name}, gateways...)
	}
	var agents []string
	if o.spec.Agent != "" {
		agents = []string{o.spec.Agent}
	}
	if a.scheme == "esl" {
		return esl.New(esl.Config{
			Addr: a.host, User: a.user, Password: a.password,
			Gateways: gateways, Agents: agents, Screening: o.spec.Screening, Logger: logger,
		})
	}
	return xmlrpc.New(xmlrpc.Config{
		URL: "http://" + a.host + "/RPC2", Username: a.user, Password: a.password,
		Gateways: gateways, Agents: agents, Logger: logger,
	})
}

// simulatedOnly are the flags that say something about the simulation.
var simulatedOnly = []string{"seed", "speed", "start", "agents", "callbacks", "disposition-wait"}

// finishReal checks a command line that calls for real, and settles what is
// different then: who takes the calls, and what only the simulation has.
func (o *options) finishReal(given map[string]bool) (faults []error) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for _, name := range simulatedOnly {
		if given[name] {
			fault("-%s is for the simulation; -switch %s is real", name, o.exchange.scheme)
		}
	}
	if o.trunk.Name == "" {
		fault("-switch %s wants a -trunk, the gateway to call through", o.exchange.scheme)
	}
	if given["screening"] && o.spec.Screening && o.exchange.scheme == "xmlrpc" {
		fault("-screening wants -switch esl: over XML-RPC the switch does not tell of beeps")
	}
	o.agents, o.callbacks, o.speed, o.start = 0, 0, realTime, time.Now()
	o.spec.DispositionWait = 0
	o.spec.Screening = o.spec.Screening && given["screening"]
	if !given["gateway"] {
		o.spec.Gateways = nil
		if o.trunk.Name != "" {
			o.spec.Gateways = []string{o.trunk.Name}
		}
	}
	return append(faults, o.taker(given))
}

// taker settles who takes the calls of a real switch, and so who is called first.
func (o *options) taker(given map[string]bool) error {
	s := &o.spec
	if given["agent"] && !given["destination"] && !given["shape"] {
		s.Shape = attempt.AgentFirst
	}
	switch {
	case s.Shape == attempt.AgentFirst && s.Agent == "":
		return errors.New("-shape agent_first wants an -agent, who is called first")
	case s.Shape == attempt.ContactFirst && s.Destination == "":
		return errors.New("who takes the calls? Give a -destination, the extension of contacts that answer, or an -agent, who is called first")
	}
	return nil
}
