package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/campaign"
)

// faults collects what is wrong, each with flag, value and bound.
type faults []error

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Errorf(format, args...)) }

func (f *faults) whole(flag string, v, least, most int) {
	if v < least || v > most {
		f.add("%s is %d: want %d to %d", flag, v, least, most)
	}
}

func (f *faults) real(flag string, v, least, most float64) {
	if !(v >= least && v <= most) { // so that NaN is none
		f.add("%s is %s: want %s to %s", flag, plain(v), plain(least), plain(most))
	}
}

// finish reads what single flags cannot say and checks the whole.
func (c *Config) finish() error {
	var f faults
	c.checkStore(&f)
	if err := c.readExchange(); err != nil {
		f = append(f, err)
	} else {
		c.checkSwitch(&f)
		c.checkReal(&f)
	}
	c.checkHTTP(&f)
	f.whole("--max-concurrent-ceiling", c.MaxConcurrentCeiling, 1, 100_000)
	f.whole("--agents", c.Agents, 1, 10_000)
	f.real("--demo-speed", c.DemoSpeed, LeastSpeed, c.MostDemoSpeed())
	if c.LogFormat != "text" && c.LogFormat != "json" {
		f.add("--log-format is %q: want text or json", c.LogFormat)
	}
	return errors.Join(f...)
}

// errUnsaid refuses to simulate on a database by default: the simulated carrier
// would "complete" campaigns whose contacts nobody has called.
var errUnsaid = errors.New("--switch (OUTDIAL_SWITCH) is not given, and --store is a database: " +
	"want the switch that places the calls; say simulated to run a demo on this database")

// readExchange settles which switch it is. What was said on purpose comes first:
// --switch before the guide's names.
func (c *Config) readExchange() (err error) {
	switch {
	case c.Switch != "":
		c.Exchange, err = readSwitch(c.Switch)
	case c.CampaignURL != "":
		c.Exchange, err = c.readCampaign()
	case c.database():
		err = errUnsaid
	}
	return err
}

// checkReal wants a key of whoever would call people, on this machine too:
// everybody on it could, and any page that is open in a browser there might try.
func (c *Config) checkReal(f *faults) {
	if c.Exchange.Real() && c.Open() && c.Loopback() { // off loopback that is said of --listen
		f.add("--api-key is empty: want at least one (OUTDIAL_API_KEY), as the real switch %s calls people", c.Exchange)
	}
}

func (c *Config) checkHTTP(f *faults) {
	_, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		f.add("--listen is %q: want HOST:PORT, as 127.0.0.1:8080, or :8080 for every interface", c.Listen)
	} else if !isPort(port, 0) {
		f.add("--listen is %q: want a port from 0 (any that is free) to %d", c.Listen, mostPort)
	}
	if err == nil && !c.Loopback() && len(c.APIKey) == 0 {
		f.add("--listen is %q, which others can reach: want at least one --api-key (OUTDIAL_API_KEY), or a loopback address", c.Listen)
	}
	for i, k := range c.APIKey {
		c.checkKey(f, i, k)
	}
	if c.MaxBody < leastBody || c.MaxBody > mostBody {
		f.add("--max-body is %s: want %s to %s", c.MaxBody, leastBody, mostBody)
	}
	f.real("--rate-limit", c.RateLimit, 0, 1e6)
	if c.ShutdownPatience < leastPatience || c.ShutdownPatience > mostPatience {
		f.add("--shutdown-patience is %s: want %s to %s", c.ShutdownPatience, time.Duration(leastPatience), mostPatience)
	}
}

// checkKey names a key by its place, as it is a secret.
func (c *Config) checkKey(f *faults, i int, key string) {
	switch {
	case len(key) < LeastKey || len(key) > MostKey:
		f.add("--api-key, number %d, has %d characters: want %d to %d", i+1, len(key), LeastKey, MostKey)
	case len(key) < LeastKeyAbroad && !c.Loopback():
		f.add("--api-key, number %d, has %d characters: want at least %d where others can reach the server", i+1, len(key), LeastKeyAbroad)
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		f.add("--api-key, number %d, has a character that a header cannot carry: want printable ASCII without spaces", i+1)
	case slices.Index(c.APIKey, key) < i:
		f.add("--api-key, number %d, is there already: want each once", i+1)
	}
}

func (c *Config) checkStore(f *faults) {
	f.whole("--store-connections", c.StoreConnections, 4, 1000)
	if c.WorkerTimeout < leastTimeout || c.WorkerTimeout > mostTimeout {
		f.add("--worker-timeout is %s: want %s to %s", c.WorkerTimeout, leastTimeout, mostTimeout)
	}
	if !c.Memory() && !c.database() {
		f.add("--store is %q: want memory or postgres://USER:PASSWORD@HOST:PORT/DATABASE; "+
			"write a password's / ? # @ %% as %%2F %%3F %%23 %%40 %%25", outline(c.Store))
	}
}

// database reports whether --store is the address of one.
func (c *Config) database() bool {
	u, err := url.Parse(c.Store)
	return err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql")
}

func (c *Config) checkSwitch(f *faults) {
	for i, t := range c.Trunk {
		if slices.Index(c.Trunk, t) < i {
			f.add("--trunk is %q twice: want each once", t)
			continue
		}
		f.refused("--trunk", t, campaign.ValidateGateways([]string{t}))
	}
	f.whole("--trunk-lines", c.TrunkLines, 0, 100_000)
	f.whole("--trunk-cps", c.TrunkCPS, 0, 10_000)
	if !c.Exchange.Real() {
		if c.Destination != "" {
			f.add("--destination is %q: want none with the simulation, where --agents take the calls", c.Destination)
		}
		return
	}
	if len(c.Trunk) == 0 {
		f.add("--trunk is empty: want the gateway that calls leave by, as the switch is %s", c.Exchange)
	}
	if c.Screening && c.Exchange.Scheme == overXMLRPC {
		f.add("--screening is on: want --switch esl://…, as XML-RPC does not tell of beeps")
	}
	c.checkTrial(f)
}
