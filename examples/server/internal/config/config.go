// Package config is the server's one configuration: a struct that kong fills
// from flags and the environment, checked as a whole before anything starts.
package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Config is everything that can be set. The tags hold names, defaults and what
// --help says; [Parse] makes one that is valid.
type Config struct {
	Listen           string        `group:"http" env:"OUTDIAL_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen. Off loopback there must be an --api-key, as with a real switch anywhere."`
	APIKey           []string      `group:"http" name:"api-key" env:"OUTDIAL_API_KEY" placeholder:"KEY" help:"A key that clients send as X-API-Key and people sign in with: ${least_key} to ${most_key} characters, at least ${least_abroad} off loopback. Repeatable, or separated by commas. Without one, in the simulation on loopback only, the page signs itself in, and demo-key and your-api-key are taken as well."`
	MaxBody          Size          `group:"http" env:"OUTDIAL_MAX_BODY" default:"256MiB" placeholder:"SIZE" help:"The largest request body, as 64KiB, 256MiB or 1GiB: a million contacts are some 100MiB."`
	RateLimit        float64       `group:"http" env:"OUTDIAL_RATE_LIMIT" default:"100" placeholder:"N" help:"Requests a second that one key may make, twice as many at once. 0: no limit."`
	ShutdownPatience time.Duration `group:"http" env:"OUTDIAL_SHUTDOWN_PATIENCE" default:"5m" placeholder:"DURATION" help:"How long, when the server is told to stop (SIGTERM or Ctrl-C), it waits for calls to end. Those that are still up then, or at a second signal, are left to other workers on the store; with the memory store there are none."`

	Store            string        `group:"store" env:"OUTDIAL_STORE" default:"memory" placeholder:"STORE" help:"memory, or postgres://USER:PASSWORD@HOST:PORT/DATABASE. In memory a restart loses everything: campaigns, contacts, calls, reports; each campaign's closing figures are in the log."`
	StoreConnections int           `group:"store" env:"OUTDIAL_STORE_CONNECTIONS" default:"16" placeholder:"N" help:"Connections to PostgreSQL, 4 to 1000."`
	WorkerTimeout    time.Duration `group:"store" env:"OUTDIAL_WORKER_TIMEOUT" default:"15s" placeholder:"DURATION" help:"After how long a server that is not heard of in the database loses its calls to the others, 1s to 10m; it dials no more after half of that. The same on all of them. The simulation has its own."`

	Switch       string   `group:"switch" env:"OUTDIAL_SWITCH" placeholder:"SWITCH" help:"Who places the calls: simulated, the default with --store memory and with a database only if you say so, calls nobody; FreeSWITCH is esl://:PASSWORD@HOST:PORT over its event socket, or xmlrpc://USER:PASSWORD@HOST:PORT. Write / ? # @ % in a password as %2F %3F %23 %40 %25. Who lists the machine's processes sees flags: prefer the environment."`
	Trunk        []string `group:"switch" env:"OUTDIAL_TRUNK" placeholder:"GATEWAY" help:"A gateway that calls may leave by; contacts given as dial strings may name no other. The first carries campaigns that name none. Repeatable, or separated by commas. A real switch needs one; the simulation has trunk."`
	TrunkLines   int      `group:"switch" env:"OUTDIAL_TRUNK_LINES" default:"0" placeholder:"N" help:"Calls that each trunk carries at once, over all campaigns. 0: no limit."`
	TrunkCPS     int      `group:"switch" name:"trunk-cps" env:"OUTDIAL_TRUNK_CPS" default:"0" placeholder:"N" help:"Calls that start on each trunk in any second. 0: no limit."`
	Destination  string   `group:"switch" env:"OUTDIAL_DESTINATION" placeholder:"EXTENSION" help:"The dialplan extension that takes answered calls, for campaigns that name no taker of their own. Real switches only: in the simulation --agents take the calls."`
	AgentAllowed []string `group:"switch" name:"agent-allowed" env:"OUTDIAL_AGENT_ALLOWED" placeholder:"ENDPOINT" help:"What agents' endpoints (the guide's caller_id) may be, besides numbers through a trunk: a kind, as user/ or sofia/internal/, or one endpoint, as user/1000. Repeatable. Default user/."`
	Screening    bool     `group:"switch" env:"OUTDIAL_SCREENING" help:"Let campaigns ask for answering-machine detection over the event socket: the switch must have mod_avmd. The simulation always can, XML-RPC never."`

	CampaignURL      string `group:"guide" name:"campaign-xmlrpc-url" env:"CAMPAIGN_XMLRPC_URL" placeholder:"URL" help:"Where mod_xml_rpc answers, as http://HOST:8080/RPC2. Chooses XML-RPC, unless --switch is given."`
	CampaignUsername string `group:"guide" name:"campaign-xmlrpc-username" env:"CAMPAIGN_XMLRPC_USERNAME" default:"fsadmin" placeholder:"USER" help:"Its auth-user."`
	CampaignPassword string `group:"guide" name:"campaign-xmlrpc-password" env:"CAMPAIGN_XMLRPC_PASSWORD" placeholder:"PASSWORD" help:"Its auth-pass. There is no default."`

	MaxConcurrentCeiling int     `group:"campaigns" env:"OUTDIAL_MAX_CONCURRENT_CEILING" default:"100" placeholder:"N" help:"The most lines that a campaign may ask for (the guide's max_concurrent), 1 to 100000."`
	Agents               int     `group:"campaigns" env:"OUTDIAL_AGENTS" default:"30" placeholder:"N" help:"The simulation's pool of agents, who take the answered calls, 1 to 10000."`
	DemoSpeed            float64 `group:"campaigns" env:"OUTDIAL_DEMO_SPEED" default:"30" placeholder:"N" help:"Seconds that pass in the simulation in one second, ${least_speed} to ${most_speed}, with a database to ${most_stored}. The page changes it while it runs."`

	LogLevel  slog.Level `group:"log" env:"OUTDIAL_LOG_LEVEL" default:"INFO" placeholder:"LEVEL" help:"DEBUG, INFO, WARN or ERROR. Requests are logged at INFO."`
	LogFormat string     `group:"log" env:"OUTDIAL_LOG_FORMAT" default:"text" placeholder:"FORMAT" help:"text or json. Keys and passwords are left out of either."`

	// Exchange is Switch as it was read.
	Exchange Exchange `kong:"-"`
}

// Bounds of what can be set.
const (
	LeastKey       = 8
	LeastKeyAbroad = 16 // off loopback
	MostKey        = 255
	LeastSpeed     = 0.1
	MostSpeed      = 600.0
	// MostSpeedStored bounds the speed on a database: a call that is not placed
	// within a second of its claim is given up, and faster than this a round-trip
	// to the database takes about a second of the demo.
	MostSpeedStored = 30.0

	leastPatience, mostPatience = 0, 24 * time.Hour
	leastBody, mostBody         = Size(1 << 10), Size(64 << 30)
	leastTimeout, mostTimeout   = time.Second, 10 * time.Minute
)

// DemoKeys are the keys that the guide prints. They are taken on loopback only,
// in the simulation only, and only while no other key is configured.
var DemoKeys = []string{"demo-key", "your-api-key"}

// Demo reports whether nobody is called.
func (c *Config) Demo() bool { return !c.Exchange.Real() }

// Memory reports whether a restart loses everything.
func (c *Config) Memory() bool { return c.Store == memory }

// Open reports whether no keys are configured, so that the page on this machine
// signs itself in. Only the demo may be open, and only on loopback.
func (c *Config) Open() bool { return len(c.APIKey) == 0 }

// Keys are the keys that clients may send.
func (c *Config) Keys() []string {
	if c.Open() { // which the demo on loopback alone may be
		return DemoKeys
	}
	return c.APIKey
}

// Loopback reports whether only this machine can reach the server. A host name
// other than localhost is taken to be reachable, as is the empty one: it means
// every interface.
func (c *Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// MostDemoSpeed is how fast the demo may go.
func (c *Config) MostDemoSpeed() float64 {
	if c.Memory() {
		return MostSpeed
	}
	return MostSpeedStored
}

// Secrets are the texts that must not be shown, in the log or anywhere.
func (c *Config) Secrets() []string {
	all := slices.Concat([]string{c.CampaignPassword, c.Exchange.Password}, storePasswords(c.Store), c.APIKey)
	var secrets []string
	for _, s := range all {
		if s != "" {
			secrets = append(secrets, s)
		}
	}
	return secrets
}

// String says the configuration in one line, without its secrets.
func (c Config) String() string {
	return fmt.Sprintf("listen=%s store=%s switch=%s trunks=%s ceiling=%d keys=%d",
		c.Listen, Discreet(c.Store), c.Exchange, strings.Join(c.Gateways(), ","), c.MaxConcurrentCeiling, len(c.APIKey))
}

// GoString keeps %#v from showing what String hides.
func (c Config) GoString() string { return c.String() }

// LogValue implements [slog.LogValuer].
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Gateways is the allow-list of trunks.
func (c *Config) Gateways() []string {
	if len(c.Trunk) == 0 && c.Demo() {
		return []string{"trunk"}
	}
	return c.Trunk
}
