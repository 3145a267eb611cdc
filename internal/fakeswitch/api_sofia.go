package fakeswitch

import (
	"fmt"
	"slices"
	"strings"
)

var rule = strings.Repeat("=", 97) + "\n"

// sofia knows the state of gateways.
func (s *Switch) sofia(args string) string {
	argv := strings.Fields(args)
	if len(argv) < 2 || argv[0] != "status" {
		return "-USAGE: <sofia args>\n"
	}
	if argv[1] == "profile" {
		return rule + "Name             \texternal\nDomain Name      \tN/A\nAuto-NAT         \tfalse\n" + rule
	}
	if argv[1] != "gateway" || len(argv) < 3 {
		return "Invalid Syntax!\n"
	}
	name := argv[2]
	down := slices.Contains(s.cfg.DownGateways, name)
	if !down && !slices.Contains(s.cfg.Gateways, name) {
		return "Invalid Gateway!\n"
	}
	status, ping := "UP", "0/0/0"
	if down {
		status, ping = "DOWN", "-1/1/1"
	}
	return rule + fmt.Sprintf("Name    \t%s\nProfile \texternal\nScheme  \tDigest\nRealm   \t127.0.0.1\n"+
		"Username\tlab\nPassword\tyes\nFrom    \t<sip:lab@127.0.0.1:5090>\n"+
		"Contact \t<sip:gw+%s@127.0.0.1:5080;transport=udp;gw=%s>\nExten   \tlab\n"+
		"To      \tsip:lab@127.0.0.1:5090\nProxy   \tsip:127.0.0.1:5090\nContext \tpublic\nExpires \t3600\n"+
		"Freq    \t3600\nPing    \t0\nPingFreq\t0\nPingTime\t0.00\nPingState\t%s\nState   \tNOREG\n"+
		"Status  \t%s\nUptime  \t%ds\nCallsIN \t0\nCallsOUT\t%d\nFailedCallsIN\t0\nFailedCallsOUT\t0\n",
		name, name, name, ping, status, int(s.clock.Now().Sub(s.started).Seconds()), s.calls(name)) + rule
}

// calls counts what went out over a gateway.
func (s *Switch) calls(gateway string) int {
	n := 0
	for i := range s.invites {
		if s.invites[i].Gateway == gateway {
			n++
		}
	}
	return n
}
