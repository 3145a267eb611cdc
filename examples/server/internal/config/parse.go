package config

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// ErrHelp says that --help was asked for, and has been written.
var ErrHelp = errors.New("help was asked for")

const description = `Outdial's reference server: outbound campaigns by REST and on a page.

Without any flag it is a demo: the store is this process's memory, the carrier is simulated and calls nobody. ` +
	`Open http://127.0.0.1:8080, press "Start a sample campaign", and watch.

In production the same program calls for real and keeps what it does:

  OUTDIAL_API_KEY=… OUTDIAL_SWITCH=esl://:PASSWORD@10.0.0.5:8021 \
    OUTDIAL_STORE=postgres://outdial:PASSWORD@10.0.0.6/outdial \
    server --listen 0.0.0.0:8080 --trunk GATEWAY --destination 5000

Each flag can be given in the environment, under the name in brackets; a flag has precedence. ` +
	`Any number of servers may share one PostgreSQL and one switch.

The guide's API is under /v1/telephony/campaigns, the operator's under /v1/campaigns (its description at /openapi.json), ` +
	`the page at /, health at /healthz and /readyz, Prometheus' metrics at /metrics. ` +
	`They are at the root of a host name of their own: a proxy in front must not move them under a prefix of the path.`

var groups = []kong.Group{
	{Key: "http", Title: "Serving:"},
	{Key: "store", Title: "The store:"},
	{Key: "switch", Title: "The switch:"},
	{Key: "guide", Title: "The switch, under the campaign guide's names:"},
	{Key: "campaigns", Title: "Campaigns and the simulation:"},
	{Key: "log", Title: "The log:"},
}

// Parse reads flags and the environment. Its error names every fault at once,
// shows no secret, and is [ErrHelp] when help was asked for and written to out.
func Parse(args []string, out io.Writer) (*Config, error) {
	c, helped := &Config{}, false
	parser, err := kong.New(c, readers,
		kong.Name("server"), kong.Description(description), kong.ExplicitGroups(groups),
		kong.Writers(out, out), kong.Exit(func(int) { helped = true }),
		kong.ValueFormatter(explained), kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 100, NoExpandSubcommands: true}),
		kong.Vars{
			"least_key": strconv.Itoa(LeastKey), "most_key": strconv.Itoa(MostKey), "least_abroad": strconv.Itoa(LeastKeyAbroad),
			"least_speed": plain(LeastSpeed), "most_speed": plain(MostSpeed), "most_stored": plain(MostSpeedStored),
		})
	if err != nil {
		return nil, err
	}
	_, err = parser.Parse(args)
	switch {
	case helped:
		return nil, ErrHelp
	case err != nil:
		return nil, errors.New(Discreet(err.Error()))
	}
	return c, c.finish()
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// explained is a flag's help with its default and its name in the environment.
func explained(v *kong.Value) string {
	help := v.Help
	if v.HasDefault {
		help += " Default " + v.Default + "."
	}
	if len(v.Tag.Envs) > 0 {
		help += " [" + strings.Join(v.Tag.Envs, ", ") + "]"
	}
	return help
}
