package config

import (
	"errors"
	"net"
	"net/url"
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
	case esl:
		return "esl://…@" + e.Addr
	case xmlrpc:
		return "xmlrpc at " + Discreet(e.URL)
	}
	return simulated
}

// GoString keeps %#v from showing what String hides.
func (e Exchange) GoString() string { return e.String() }

const (
	memory    = "memory"
	simulated = "simulated"
	esl       = "esl"
	xmlrpc    = "xmlrpc"
)

// defaultPorts are FreeSWITCH's own.
var defaultPorts = map[string]string{esl: "8021", xmlrpc: "8080"}

// errSwitch refuses a --switch. It does not quote it, for the password in it.
var errSwitch = errors.New("--switch: want simulated, esl://:PASSWORD@HOST:PORT, esl://USER%40DOMAIN:PASSWORD@HOST:PORT " +
	"or xmlrpc://USER:PASSWORD@HOST:PORT; write a password's / ? # @ % as %2F %3F %23 %40 %25")

// readSwitch reads a --switch that is given.
func readSwitch(s string) (Exchange, error) {
	if s == simulated {
		return Exchange{}, nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return Exchange{}, errSwitch // not err, which quotes the password
	}
	port, known := defaultPorts[u.Scheme]
	password, _ := u.User.Password()
	user := u.User.Username()
	bare := u.Path == "" && u.RawQuery == "" && u.Fragment == ""
	if !known || !bare || u.Hostname() == "" || password == "" || u.Scheme == xmlrpc && user == "" {
		return Exchange{}, errSwitch
	}
	if u.Port() != "" {
		port = u.Port()
	}
	host := net.JoinHostPort(u.Hostname(), port)
	if u.Scheme == xmlrpc {
		return Exchange{Scheme: xmlrpc, URL: "http://" + host + "/RPC2", User: user, Password: password}, nil
	}
	return Exchange{Scheme: esl, Addr: host, User: user, Password: password}, nil
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
	var faults []error
	if c.CampaignUsername == "" {
		faults = append(faults, errors.New("--campaign-xmlrpc-username (CAMPAIGN_XMLRPC_USERNAME) is empty: want mod_xml_rpc's auth-user"))
	}
	if c.CampaignPassword == "" {
		faults = append(faults, errors.New("--campaign-xmlrpc-password (CAMPAIGN_XMLRPC_PASSWORD) is empty: want mod_xml_rpc's auth-pass, there is no default"))
	}
	return Exchange{Scheme: xmlrpc, URL: c.CampaignURL, User: c.CampaignUsername, Password: c.CampaignPassword}, errors.Join(faults...)
}
