package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
)

// Exchange is where a FreeSWITCH is, and how to get in.
type Exchange struct {
	// Scheme is esl or xmlrpc; empty: the simulation.
	Scheme string
	// Addr is host:port, with Scheme esl.
	Addr string
	// URL is where mod_xml_rpc answers, with Scheme xmlrpc.
	URL            string
	User, Password string
}

// Real reports whether somebody is called.
func (e Exchange) Real() bool { return e.Scheme != "" }

// String leaves the credentials out.
func (e Exchange) String() string {
	switch e.Scheme {
	case overESL:
		return "esl://…@" + e.Addr
	case overXMLRPC:
		return "xmlrpc at " + Discreet(e.URL)
	}
	return simulated
}

// GoString keeps %#v from showing what String hides.
func (e Exchange) GoString() string { return e.String() }

const (
	memory    = "memory"
	simulated = "simulated"

	overESL    = "esl"
	overXMLRPC = "xmlrpc"
)

// defaultPorts are FreeSWITCH's own.
var defaultPorts = map[string]string{overESL: "8021", overXMLRPC: "8080"}

const mostPort = 65535

// isPort reports whether a text is a port's number, from least on.
func isPort(s string, least int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= least && n <= mostPort
}

// notSwitch refuses a --switch. It does not quote it, for the password in it.
func notSwitch(s string) error {
	return fmt.Errorf("--switch is %q: want simulated, esl://:PASSWORD@HOST:PORT, esl://USER%%40DOMAIN:PASSWORD@HOST:PORT "+
		"or xmlrpc://USER:PASSWORD@HOST:PORT; write a password's / ? # @ %% as %%2F %%3F %%23 %%40 %%25", outline(s))
}

// readSwitch reads a --switch that is given.
func readSwitch(s string) (Exchange, error) {
	if s == simulated {
		return Exchange{}, nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return Exchange{}, notSwitch(s) // not err, which quotes the password
	}
	port, known := defaultPorts[u.Scheme]
	password, _ := u.User.Password()
	user := u.User.Username()
	bare := u.Path == "" && u.RawQuery == "" && u.Fragment == ""
	if !known || !bare || u.Hostname() == "" || password == "" || u.Scheme == overXMLRPC && user == "" {
		return Exchange{}, notSwitch(s)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if !isPort(port, 1) {
		return Exchange{}, fmt.Errorf("--switch has the port %s: want 1 to %d", port, mostPort)
	}
	host := net.JoinHostPort(u.Hostname(), port)
	if u.Scheme == overXMLRPC {
		return Exchange{Scheme: overXMLRPC, URL: "http://" + host + "/RPC2", User: user, Password: password}, nil
	}
	return Exchange{Scheme: overESL, Addr: host, User: user, Password: password}, nil
}

var errCampaignURL = errors.New("--campaign-xmlrpc-url (CAMPAIGN_XMLRPC_URL): want http://HOST:PORT/RPC2 or https://…, without user or password, " +
	"which are CAMPAIGN_XMLRPC_USERNAME and CAMPAIGN_XMLRPC_PASSWORD")

// readCampaign reads the names that the guide gives.
func (c *Config) readCampaign() (Exchange, error) {
	u, err := url.Parse(c.CampaignURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return Exchange{}, errCampaignURL
	}
	if port := u.Port(); port != "" && !isPort(port, 1) {
		return Exchange{}, fmt.Errorf("--campaign-xmlrpc-url (CAMPAIGN_XMLRPC_URL) has the port %s: want 1 to %d", port, mostPort)
	}
	var faults []error
	if c.CampaignUsername == "" {
		faults = append(faults, errors.New("--campaign-xmlrpc-username (CAMPAIGN_XMLRPC_USERNAME) is empty: want mod_xml_rpc's auth-user"))
	}
	if c.CampaignPassword == "" {
		faults = append(faults, errors.New("--campaign-xmlrpc-password (CAMPAIGN_XMLRPC_PASSWORD) is empty: want mod_xml_rpc's auth-pass, there is no default"))
	}
	return Exchange{Scheme: overXMLRPC, URL: c.CampaignURL, User: c.CampaignUsername, Password: c.CampaignPassword}, errors.Join(faults...)
}
