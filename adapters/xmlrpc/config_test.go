package xmlrpc_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/xmlrpc"
	"github.com/outdial/outdial/campaign"
)

func TestBadConfigurationNamesTheField(t *testing.T) {
	for field, spoil := range map[string]func(*xmlrpc.Config){
		"URL is \"\"":       func(c *xmlrpc.Config) { c.URL = "" },
		"URL is \"ftp":      func(c *xmlrpc.Config) { c.URL = "ftp://10.0.0.5" },
		"URL is \"http://h": func(c *xmlrpc.Config) { c.URL = "http://host/RPC2?x=y" },
		"URL cannot":        func(c *xmlrpc.Config) { c.URL = "http://user:s3cret@host:port:1/" },
		"Gateways":          func(c *xmlrpc.Config) { c.Gateways = nil },
		"Gateways[0]":       func(c *xmlrpc.Config) { c.Gateways = []string{"a b"} },
		"Tag":               func(c *xmlrpc.Config) { c.Tag = "{" },
		"Timeout is -1s":    func(c *xmlrpc.Config) { c.Timeout = -time.Second },
		"Poll is 1ns":       func(c *xmlrpc.Config) { c.Poll = 1 },
		"GhostHorizon is":   func(c *xmlrpc.Config) { c.GhostHorizon = 2 * time.Hour },
		"PerSecond is -1":   func(c *xmlrpc.Config) { c.PerSecond = -1 },
	} {
		cfg := xmlrpc.Config{URL: "http://user:s3cret@host:8080/RPC2", Gateways: []string{"trunk"}}
		spoil(&cfg)
		sw, err := xmlrpc.New(cfg)
		if err == nil {
			_ = sw.Close()
		}
		if !errors.Is(err, xmlrpc.ErrConfig) || !strings.Contains(err.Error(), field) {
			t.Errorf("%v, want ErrConfig that says %q", err, field)
			continue
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v shows the password", err)
		}
	}
}

func TestSpecThatTheSwitchCannotBeToldIsRefusedAtOnce(t *testing.T) {
	b := newBench(t)
	if err := b.CheckSpec(&campaign.Spec{Trunk: "trunk"}); err != nil {
		t.Error(err)
	}
	err := b.CheckSpec(&campaign.Spec{Trunk: "another", Screening: true})
	var invalid *campaign.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Faults) != 2 ||
		invalid.Faults[0].Field != "Trunk" || invalid.Faults[1].Field != "Screening" {
		t.Errorf("%v, want faults of Trunk and Screening", err)
	}
}

func TestDefaultsAreEnough(t *testing.T) {
	d := newDouble(t)
	sw, err := xmlrpc.New(xmlrpc.Config{URL: d.URL + "/RPC2", Gateways: []string{"trunk"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := sw.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if l := sw.Limits(); l.GhostHorizon != 6*time.Minute || l.Ringing != 10 || l.PerSecond != 0 {
		t.Errorf("%+v", l)
	}
	for range 2 { // closing twice is fine
		if err := sw.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := sw.Originate(dial(1)); err == nil {
		t.Error("a closed switch takes a call")
	}
}
