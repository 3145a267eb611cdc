package main

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/outdial/outdial/attempt"
)

func TestSwitchAddresses(t *testing.T) {
	for s, want := range map[string]address{
		"simulated":                                    {},
		"esl://:secret@10.0.0.5:8021":                  {"esl", "10.0.0.5:8021", "", "secret"},
		"esl://:secret@pod":                            {"esl", "pod:8021", "", "secret"},
		"esl://:secret@[::1]":                          {"esl", "[::1]:8021", "", "secret"},
		"esl://dialler%40pod.example:s%2Fx@[::1]:8022": {"esl", "[::1]:8022", "dialler@pod.example", "s/x"},
		"xmlrpc://fs:secret@pod":                       {"xmlrpc", "pod:8080", "fs", "secret"},
		"xmlrpc://fs:a%40b@10.0.0.5:80":                {"xmlrpc", "10.0.0.5:80", "fs", "a@b"},
	} {
		if got, err := readAddress(s); err != nil || got != want {
			t.Errorf("%s is %+v, error %v; want %+v", s, got, err, want)
		}
	}
}

func TestWrongSwitchAddressesAreNotQuoted(t *testing.T) {
	for _, s := range []string{
		"", "real", "esl", "esl://", "esl://pod:8021", "esl://:@pod:8021", "esl://:hush@", "esl://:hush@:8021",
		"esl://:hush@pod:8021/", "esl://:hush@pod?x=hush", "esl://:hush@pod#hush", "esl://:hu/sh@pod", "esl://:hush@pod:port",
		"xmlrpc://:hush@pod:8080", "xmlrpc://fs@pod:8080", "xmlrpc://fs:hush@pod/RPC2", "http://fs:hush@pod:8080", "esl://:%hush@pod",
	} {
		_, err := parse([]string{"-switch", s, "-trunk", "trunk", "-destination", "1000"})
		if wrong := (usageError{}); !errors.As(err, &wrong) || err.Error() != errAddress.Error() {
			t.Errorf("-switch %q is refused with %v", s, err)
		}
	}
}

const podESL = "-switch esl://:hush@pod -trunk main "

func TestARealSwitchSettlesWhoTakesTheCalls(t *testing.T) {
	for _, c := range []struct {
		args, agent, destination string
		shape                    attempt.Shape
	}{
		{"-destination 5000", "", "5000", attempt.ContactFirst},
		{"-agent user/1000", "user/1000", "", attempt.AgentFirst},
		{"-agent user/1000 -shape agent_first", "user/1000", "", attempt.AgentFirst},
		{"-agent user/1000 -destination 5000", "user/1000", "5000", attempt.ContactFirst},
		{"-agent user/1000 -destination 5000 -shape agent_first", "user/1000", "5000", attempt.AgentFirst},
	} {
		o, err := parse(strings.Fields(podESL + c.args))
		if err != nil {
			t.Errorf("%s is refused: %v", c.args, err)
			continue
		}
		if s := &o.spec; s.Agent != c.agent || s.Destination != c.destination || s.Shape != c.shape {
			t.Errorf("%s: agent %q, destination %q, %v", c.args, s.Agent, s.Destination, s.Shape)
		}
	}
}

func TestARealSwitchHasNothingOfTheSimulation(t *testing.T) {
	o, err := parse(strings.Fields(podESL + "-destination 5000 -caller-id +15550100"))
	if err != nil {
		t.Fatal(err)
	}
	if s := &o.spec; s.Screening || s.DispositionWait != 0 || s.Trunk != "main" || len(s.Gateways) != 1 || s.Gateways[0] != "main" || s.CallerID != "+15550100" {
		t.Errorf("the spec is %+v", s)
	}
	if o.agents != 0 || o.speed != realTime {
		t.Errorf("%d agents are simulated, at speed %s", o.agents, o.speed)
	}
	for args, want := range map[string]bool{"": false, " -screening": true, " -screening=false": false} {
		if o, err := parse(strings.Fields(podESL + "-destination 5000" + args)); err != nil || o.spec.Screening != want {
			t.Errorf("screening is %v with%q, error %v", !want, args, err)
		}
	}
}

func TestCommandLinesThatARealSwitchRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{podESL + "-destination 5000 -seed 3", "-seed is for the simulation; -switch esl is real"},
		{podESL + "-destination 5000 -speed max", "-speed is for the simulation; -switch esl is real"},
		{podESL + "-destination 5000 -start 2024-03-04T09:00:00Z", "-start is for the simulation; -switch esl is real"},
		{podESL + "-destination 5000 -agents 3", "-agents is for the simulation; -switch esl is real"},
		{podESL + "-destination 5000 -callbacks 0.1", "-callbacks is for the simulation; -switch esl is real"},
		{podESL + "-destination 5000 -disposition-wait 9", "-disposition-wait is for the simulation; -switch esl is real"},
		{"-switch esl://:hush@pod -destination 5000", "-switch esl wants a -trunk, the gateway to call through"},
		{podESL, "who takes the calls? Give a -destination, the extension of contacts that answer, or an -agent, who is called first"},
		{podESL + "-destination 5000 -shape agent_first", "-shape agent_first wants an -agent, who is called first"},
		{"-switch xmlrpc://fs:hush@pod -trunk main -destination 5000 -screening", "-screening wants -switch esl: over XML-RPC the switch does not tell of beeps"},
		{"-destination 5000", "-destination is for a real -switch; in the simulation -agents take the calls"},
		{"-agent user/1000", "-agent is for a real -switch; in the simulation -agents take the calls"},
	} {
		_, err := parse(strings.Fields(c.args))
		if wrong := (usageError{}); !errors.As(err, &wrong) || err.Error() != c.want {
			t.Errorf("%s is refused with\n%v\nwant\n%s", c.args, err, c.want)
		}
	}
}

func TestPasswordsAreNotPrinted(t *testing.T) {
	for _, args := range []string{
		podESL + "-destination 5000 esl://:hush@pod",
		podESL + "-destination 5000 -seed esl://:hush@pod",
		podESL + "-agent nobody",
		"-switch esl://:hush@127.0.0.1:1 -trunk main -destination 5000",
		"-switch xmlrpc://hush:hush@127.0.0.1:1 -trunk main -destination 5000",
	} {
		interrupts := make(chan os.Signal, 1)
		interrupts <- os.Interrupt
		got := start(t, interrupts, strings.Fields(args)...)
		if got.code == exitOK || strings.Contains(got.stderr+got.stdout, "hush") || got.stderr == "" {
			t.Errorf("%s exits with %d and says\n%s%s", args, got.code, got.stdout, got.stderr)
		}
	}
}
