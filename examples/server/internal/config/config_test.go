package config_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/examples/server/internal/config"
)

// parse reads a command line in an environment of its own.
func parse(t *testing.T, line string, env ...string) (*config.Config, error) {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "OUTDIAL_") || strings.HasPrefix(name, "CAMPAIGN_") {
			t.Setenv(name, value) // restored at the end
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	return config.Parse(strings.Fields(line), &strings.Builder{})
}

func must(t *testing.T, line string, env ...string) *config.Config {
	t.Helper()
	c, err := parse(t, line, env...)
	if err != nil {
		t.Fatalf("%s %v: %v", line, env, err)
	}
	return c
}

func TestWithoutFlagsItIsADemoOnLoopback(t *testing.T) {
	c := must(t, "")
	if !c.Demo() || !c.Memory() || !c.Loopback() || !c.Open() {
		t.Errorf("demo %t, memory %t, loopback %t, open %t: want all", c.Demo(), c.Memory(), c.Loopback(), c.Open())
	}
	if c.Listen != "127.0.0.1:8080" || c.MaxConcurrentCeiling != 100 || c.MaxBody != 256<<20 || c.LogLevel != slog.LevelInfo {
		t.Errorf("defaults: %+v", *c)
	}
	if diff := cmp.Diff([]string{"trunk"}, c.Gateways()); diff != "" {
		t.Errorf("gateways: %s", diff)
	}
}

func TestKeysThatAreTaken(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		env        []string
		want       []string
	}{
		{"the guide's in the demo on loopback", "", nil, []string{"demo-key", "your-api-key"}},
		{"none of the guide's once there are others", "--api-key long-enough", nil, []string{"long-enough"}},
		{"several flags", "--api-key long-enough --api-key longer-still", nil, []string{"long-enough", "longer-still"}},
		{"several in the environment", "", []string{"OUTDIAL_API_KEY=long-enough,longer-still"}, []string{"long-enough", "longer-still"}},
		{"off loopback the configured", "--listen :8080 --api-key long-enough-abroad", nil, []string{"long-enough-abroad"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, must(t, tt.line, tt.env...).Keys()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhereItListensDecidesWhetherOthersReachIt(t *testing.T) {
	for listen, loopback := range map[string]bool{
		"127.0.0.1:8080": true, "127.8.8.8:1": true, "[::1]:8080": true, "localhost:0": true, "[::ffff:127.0.0.1]:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:80": false, "10.0.0.1:80": false, "example.org:80": false, "localhost.example.org:80": false,
	} {
		c := must(t, "--api-key long-enough-abroad --listen "+listen)
		if c.Loopback() != loopback {
			t.Errorf("%s: loopback %t, want %t", listen, c.Loopback(), loopback)
		}
		if _, err := parse(t, "--listen "+listen); (err == nil) != loopback {
			t.Errorf("%s without keys: %v", listen, err)
		}
	}
}

func TestSwitchIsChosen(t *testing.T) {
	guide := []string{"CAMPAIGN_XMLRPC_URL=http://pod:8080/RPC2", "CAMPAIGN_XMLRPC_PASSWORD=pw"}
	for _, tt := range []struct {
		name, line string
		env        []string
		want       config.Exchange
	}{
		{"by nobody", "", nil, config.Exchange{}},
		{"simulated", "--switch simulated", nil, config.Exchange{}},
		{"event socket", "--api-key long-enough --switch esl://:p%40w@h:1 --trunk t", nil, config.Exchange{Scheme: "esl", Addr: "h:1", Password: "p@w"}},
		{"event socket on its own port", "--api-key long-enough --switch esl://:pw@h --trunk t", nil, config.Exchange{Scheme: "esl", Addr: "h:8021", Password: "pw"}},
		{"event socket by a user", "--api-key long-enough --switch esl://u%40d:pw@h --trunk t", nil, config.Exchange{Scheme: "esl", Addr: "h:8021", User: "u@d", Password: "pw"}},
		{"XML-RPC", "--api-key long-enough --switch xmlrpc://u:pw@h --trunk t", nil, config.Exchange{Scheme: "xmlrpc", URL: "http://h:8080/RPC2", User: "u", Password: "pw"}},
		{"XML-RPC on IPv6", "--api-key long-enough --switch xmlrpc://u:pw@[::1]:9 --trunk t", nil, config.Exchange{Scheme: "xmlrpc", URL: "http://[::1]:9/RPC2", User: "u", Password: "pw"}},
		{"by the environment", "--api-key long-enough --trunk t", []string{"OUTDIAL_SWITCH=esl://:pw@h"}, config.Exchange{Scheme: "esl", Addr: "h:8021", Password: "pw"}},
		{"by the guide's names", "--api-key long-enough --trunk t", guide, config.Exchange{Scheme: "xmlrpc", URL: "http://pod:8080/RPC2", User: "fsadmin", Password: "pw"}},
		{"by a flag before the guide's names", "--switch simulated", guide, config.Exchange{}},
		{"simulated on a database, said on purpose", "--switch simulated --store postgres://h/d", nil, config.Exchange{}},
		{"by the guide's names on a database", "--api-key long-enough --trunk t --store postgres://h/d", guide, config.Exchange{Scheme: "xmlrpc", URL: "http://pod:8080/RPC2", User: "fsadmin", Password: "pw"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, must(t, tt.line, tt.env...).Exchange); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFaultsNameTheFlagTheValueAndTheBound(t *testing.T) {
	const real = "--api-key long-enough --trunk t " // what a real switch wants besides
	for _, tt := range []struct {
		line string
		env  []string
		want string // parts, by spaces that count as any text
	}{
		{line: "--listen 8080", want: `--listen|"8080"|HOST:PORT`},
		{line: "--listen 127.0.0.1:99999", want: `--listen|"127.0.0.1:99999"|0|65535`},
		{line: "--listen :8080", want: `--listen|":8080"|--api-key`},
		{line: "--api-key short", want: `--api-key|number 1|5 characters|8 to 255`},
		{line: "--api-key häßlich-lang", want: `--api-key|number 1|ASCII`},
		{line: "--api-key long-enough --api-key long-enough", want: `--api-key|number 2|each once`},
		{line: "--listen :80 --api-key your-api-key", want: `--api-key|number 1|12 characters|at least 16`},
		{line: "--max-body 1", want: `--max-body|1B|1KiB to 64GiB`},
		{line: "--max-body lots", want: `--max-body|"lots"|256MiB`},
		{line: "--max-body -1", want: `--max-body|"-1"|whole number and a unit`},
		{line: "--rate-limit=-1", want: `--rate-limit|-1|0 to`},
		{line: "--rate-limit -1", want: `--rate-limit is -1: want 0 to 1000000`},
		{line: "--rate-limit NaN", want: `--rate-limit is NaN: want 0 to 1000000`},
		{line: "--rate-limit 1e999", want: `--rate-limit|Inf|0 to 1000000`},
		{line: "--rate-limit fast", want: `--rate-limit|"fast"|a number`},
		{line: "--shutdown-patience=-1s", want: `--shutdown-patience|-1s|0s to 24h`},
		{line: "--shutdown-patience -1s", want: `--shutdown-patience|-1s|0s to 24h`},
		{line: "--worker-timeout 15", want: `--worker-timeout|"15"|unit, as 15s`},
		{line: "--store mysql://h/d", want: `--store is "mysql://…": want|postgres://`},
		{line: "--store foo", want: `--store is "foo": want memory or postgres://`},
		{env: []string{"OUTDIAL_STORE="}, want: `--store is "": want memory or postgres://`},
		{line: "--worker-timeout 999ms", want: `--worker-timeout|999ms|1s to 10m`},
		{line: "--store-connections 1", want: `--store-connections|1|4 to 1000`},
		{line: "--store postgres://h/d", want: `--switch (OUTDIAL_SWITCH)|say simulated|demo on this database`},
		{line: "--store postgres://h/d", env: []string{"OUTDIAL_SWITCH="}, want: `--switch (OUTDIAL_SWITCH)|say simulated`},
		{env: []string{"OUTDIAL_STORE=postgresql://h/d"}, want: `--switch (OUTDIAL_SWITCH)|say simulated`},
		{line: "--switch esl://:pw@h --trunk t", want: `--api-key|OUTDIAL_API_KEY|real switch`},
		{line: "--trunk t", env: []string{"CAMPAIGN_XMLRPC_URL=http://h/RPC2", "CAMPAIGN_XMLRPC_PASSWORD=pw"}, want: `--api-key|real switch`},
		{line: "--switch sip:h", want: `--switch|simulated, esl://`},
		{line: "--switch pod", want: `--switch is "pod": want simulated, esl://`},
		{line: "--switch esl://:pw@h:99999", want: `--switch|99999|1 to 65535`},
		{line: "--switch xmlrpc://u:pw@h:0", want: `--switch|0|1 to 65535`},
		{line: real + "--switch esl://u%0a:pw@h", want: `--switch: User "u\n"`},
		{line: "--switch esl://h", want: `--switch|esl://:PASSWORD`},
		{line: "--switch xmlrpc://:pw@h", want: `--switch|xmlrpc://USER:PASSWORD`},
		{line: "--switch esl://:pw@h", want: `--trunk is empty|gateway`},
		{line: "--switch xmlrpc://u:pw@h --trunk t --screening", want: `--screening|esl`},
		{line: "--trunk a/b", want: `--trunk|"a/b"|at most 64`},
		{line: "--trunk a --trunk a", want: `--trunk|"a" twice`},
		{line: real + "--switch esl://:pw@h --trunk mod_event_socket", want: `--trunk|"mod_event_socket"|no word that the switch acts on`},
		{line: "--trunk-lines=-1", want: `--trunk-lines|-1|0 to 100000`},
		{line: "--trunk-lines -1", want: `--trunk-lines|-1|0 to 100000`},
		{line: "--trunk-cps 10001", want: `--trunk-cps|10001|0 to 10000`},
		{line: "--destination 5000", want: `--destination|"5000"|--agents`},
		{line: real + "--switch esl://:pw@h --destination 5;000", want: `--destination|"5;000"|an extension of letters, digits`},
		{line: real + "--switch xmlrpc://u:pw@h", env: []string{"OUTDIAL_DESTINATION=5 000"}, want: `--destination|"5 000"|an extension of letters, digits`},
		{line: real + "--switch esl://:pw@h --agent-allowed user/ --agent-allowed loopback", want: `--agent-allowed is "loopback": want user/NAME`},
		{line: real + "--switch xmlrpc://u:pw@h --agent-allowed user/a;b", want: `--agent-allowed|"user/a;b"|want a user of letters`},
		{line: "--agents 0", want: `--agents|0|1 to 10000`},
		{line: "--agents many", want: `--agents|"many"|a whole number`},
		{line: "--agents 99999999999999999999", want: `--agents|1 to 10000`},
		{line: "--agents", want: `--agents|no value|a whole number`},
		{line: "--max-concurrent-ceiling 0", want: `--max-concurrent-ceiling|0|1 to 100000`},
		{line: "--demo-speed 1000", want: `--demo-speed|1000|0.1 to 600`},
		{line: "--demo-speed 31 --store postgres://h/d", want: `--demo-speed|31|0.1 to 30`},
		{line: "--log-format xml", want: `--log-format|"xml"|text or json`},
		{line: "--log-level LOUD", want: `--log-level|"LOUD"|DEBUG, INFO, WARN or ERROR`},
		{line: "--no-such-flag", want: `--no-such-flag`},
		{line: "extra", want: `extra`},
		{env: []string{"CAMPAIGN_XMLRPC_URL=pod"}, want: `CAMPAIGN_XMLRPC_URL|http://HOST`},
		{env: []string{"CAMPAIGN_XMLRPC_URL=http://pod:99999/RPC2"}, want: `CAMPAIGN_XMLRPC_URL|99999|1 to 65535`},
		{line: "--trunk t", env: []string{"CAMPAIGN_XMLRPC_URL=http://pod/RPC2"}, want: `CAMPAIGN_XMLRPC_PASSWORD|no default`},
		{line: "--agents 0 --demo-speed 0", want: `--agents|--demo-speed`},
	} {
		t.Run(tt.line+fmt.Sprint(tt.env), func(t *testing.T) {
			_, err := parse(t, tt.line, tt.env...)
			if err == nil {
				t.Fatal("accepted")
			}
			rest := err.Error()
			for part := range strings.SplitSeq(tt.want, "|") {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Fatalf("%v: want %q", err, tt.want)
				}
				rest = after
			}
		})
	}
}

func TestHelpTeaches(t *testing.T) {
	var out strings.Builder
	if _, err := config.Parse([]string{"--help"}, &out); !errors.Is(err, config.ErrHelp) {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--listen", "127.0.0.1:8080", "OUTDIAL_API_KEY", "esl://:PASSWORD@HOST:PORT", "CAMPAIGN_XMLRPC_URL", "--max-concurrent-ceiling",
		"--agents", "--destination", "--demo-speed", "/readyz", "loses everything", "8 to 255 characters", "at the root of a host name", "Default 256MiB.", "Default 5m.",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), want) {
			t.Errorf("--help does not say %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "Winnipeg") {
		t.Error("--help prints the guide's password")
	}
}

func TestSizeReadsWhatItWrites(t *testing.T) {
	for text, want := range map[string]config.Size{"0B": 0, "17B": 17, "64KiB": 64 << 10, "1536MiB": 1536 << 20, "2GiB": 2 << 30} {
		var s config.Size
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want || s.String() != text {
			t.Errorf("%s is read as %d (%v) and written as %s", text, s, err, s)
		}
	}
	for _, text := range []string{"", "MiB", "-1KiB", "1.5GiB", "9999999999999GiB", "1TB"} {
		if err := new(config.Size).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}
