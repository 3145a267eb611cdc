package kubernetes

import (
	"strings"
	"testing"
)

func TestWrongValuesAreRefusedByName(t *testing.T) {
	for values, want := range map[string]string{
		// by values.schema.json
		`server: {replicas: two}`:                               "'/server/replicas': got string, want integer",
		`server: {replicas: 0}`:                                 "'/server/replicas': minimum: got 0, want 1",
		`server: {replica: 2}`:                                  "'/server': additional properties 'replica' not allowed",
		`server: {shutdownPatience: 5m}`:                        "'/server/shutdownPatience': got string, want integer",
		`server: {destination: "7000 XML evil"}`:                "'/server/destination': '7000 XML evil' does not match pattern",
		`server: {env: {OUTDIAL_API_KEY: hush}}`:                "server.env has OUTDIAL_API_KEY: the chart sets it",
		`server: {env: {PATH: /}}`:                              "'/server/env': additional properties 'PATH' not allowed",
		`server: {env: {OUTDIAL_AGENTS: 1000000}}`:              "'/server/env/OUTDIAL_AGENTS': got number, want string",
		`server: {apiKeys: {secret: A_B}}`:                      "'/server/apiKeys/secret': 'A_B' does not match pattern",
		`server: {disruptionBudget: {maxUnavailable: 50%}}`:     "'/server/disruptionBudget/maxUnavailable': got string, want integer",
		`store: {kind: redis}`:                                  "'/store/kind': value must be one of 'postgres', 'memory'",
		`store: {url: "postgres://u:p@h/d"}`:                    "'/store': additional properties 'url' not allowed",
		`store: {key: ""}`:                                      "'/store/key': '' does not match pattern",
		`switch: {protocol: sip}`:                               "'/switch/protocol': value must be one of 'esl', 'xmlrpc', 'simulated'",
		`switch: {password: hush}`:                              "'/switch': additional properties 'password' not allowed",
		`switch: {host: "esl://x"}`:                             "'/switch/host': 'esl://x' does not match pattern",
		`trunks: [{name: trunk}]`:                               "'/trunks/0': missing property 'proxy'",
		`trunks: [{name: "a,b", proxy: sip.example}]`:           "'/trunks/0/name': 'a,b' does not match pattern",
		`trunks: [{name: a, proxy: "x\"/><param"}]`:             "'/trunks/0/proxy'",
		`trunks: {name: a}`:                                     "'/trunks': got object, want array",
		`freeswitch: {enabled: "no"}`:                           "'/freeswitch/enabled': got string, want boolean",
		`freeswitch: {user: 0}`:                                 "'/freeswitch/user': minimum: got 0, want 1",
		`freeswitch: {image: {tag: ""}}`:                        "'/freeswitch/image/tag': minLength: got 0, want 1",
		`freeswitch: {modules: [mod_sofia]}`:                    "freeswitch.modules[0] is mod_sofia: it is always loaded",
		`freeswitch: {modules: [avmd]}`:                         "'/freeswitch/modules/0': 'avmd' does not match pattern",
		`freeswitch: {rtp: {first: 80}}`:                        "'/freeswitch/rtp/first': minimum: got 80, want 1,024",
		`freeswitch: {sipCidrs: [carrier.example]}`:             "'/freeswitch/sipCidrs/0': 'carrier.example' does not match pattern",
		`freeswitch: {sessionsPerSecond: 1}`:                    "'/freeswitch/sessionsPerSecond': minimum: got 1, want 2",
		`freeswitch: {terminationGracePeriodSeconds: 5}`:        "'/freeswitch/terminationGracePeriodSeconds': minimum: got 5, want 30",
		`freeswitch: {externalAddress: "1.2.3.4\"><evil a=\""}`: "'/freeswitch/externalAddress'",

		// by the templates, as several values are at odds
		"server: {replicas: 2}\nstore: {kind: memory}":                "server.replicas is 2: with store.kind memory or switch.protocol xmlrpc it must be 1",
		"server: {replicas: 2}\nswitch: {protocol: xmlrpc}":           "server.replicas is 2: with store.kind memory or switch.protocol xmlrpc it must be 1",
		"freeswitch: {enabled: false}":                                "switch.host is empty: with freeswitch.enabled false, switch.protocol esl wants the host",
		"switch: {host: fs.example.net}":                              "switch.host is fs.example.net: with freeswitch.enabled true the switch is the chart's own",
		"switch: {protocol: simulated}":                               "switch.protocol is simulated: then nothing would use the campaign pod",
		"switch: {protocol: simulated}\nfreeswitch: {enabled: false}": "switch.protocol is simulated and store.kind postgres: to run a demo on that database, and call nobody for its campaigns, set switch.simulatedOnDatabase",
		`switch: {simulatedOnDatabase: "yes"}`:                        "'/switch/simulatedOnDatabase': got string, want boolean",
		"trunks: []":                                                  "trunks is empty: switch.protocol esl wants at least one",
		"trunks: [{name: a, proxy: one}, {name: a, proxy: two}]":      "trunks[1].name is a, as is another's",
		"trunks: [{name: a, proxy: x, register: true}]":               "trunks[0].register is true: then a wants username and passwordKey",
		"freeswitch: {rtp: {first: 30000, last: 20000}}":              "freeswitch.rtp.last is 20000: want freeswitch.rtp.first (30000) or more",
		"store: {kind: memory}\nswitch: {protocol: simulated}\nfreeswitch: {enabled: false}\nserver: {destination: \"7000\"}": "server.destination is 7000: in the simulation",
	} {
		_, err := files(t, values)
		if err == nil {
			t.Errorf("%s is accepted", values)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is refused with\n%v\nwant %s", values, err, want)
		}
	}
}
