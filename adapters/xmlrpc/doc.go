// Package xmlrpc is a [ports.Telephony] over FreeSWITCH's mod_xml_rpc: calls are
// placed with blocking originates, and what becomes of them is found by asking.
// Where the event socket can be had, package esl is the better choice: it places
// more calls at once, hears of everything as it happens, and can screen answers.
//
//	sw, err := xmlrpc.New(xmlrpc.Config{
//		URL:      "http://10.0.0.5:8080/RPC2",
//		Username: "freeswitch",
//		Password: password,
//		Gateways: []string{"trunk"},
//	})
//	if err != nil { … }
//	defer sw.Close()
//	d, err := outdial.New(outdial.Config{Telephony: sw, …})
//
// # Connections
//
// mod_xml_rpc serves 16 connections and looks for a free one every two seconds
// only, so that a client with more of them waits for seconds. This adapter has
// 14 at most: ten for originates, each of which holds its connection while it
// rings, and four for hang-ups and questions, which so never wait behind
// ringing. [Switch.Limits] tells that ten calls may ring. Each request has a
// connection of its own, closed after the reply: kept-alive ones hold slots
// while idle, and end after 30 requests or 5 s under the request that comes
// then. Two workers on one switch need more slots than it has; give each
// worker a switch, or use the event socket.
//
// # Finding out
//
// The reply to an originate tells whether the contact answered, and if not, why.
// Ringing, hang-ups and the agent-first contact's fate are found by polling: one
// list of channels every [Config.Poll] while there are calls, less often as the
// list grows, and a dump of each channel about which the list leaves a doubt.
// Without calls one short question every ten polls sees whether the switch is
// there.
//
// # Trouble
//
// An originate is sent once. When its reply is lost, late, a fault or not to be
// read, nobody knows whether the call was placed: the switch is asked for the
// channel, and for [Config.GhostHorizon] afterwards the list is searched for it,
// as a request may wait in the switch behind others that ring. A call that
// surfaces is told, for the engine to hang up; an agent's leg that surfaces is
// hung up here.
//
// What is not an originate is asked again once; when that fails too the switch
// is down. It is tried again with growing pauses, and when it is back the calls
// are compared with its list.
//
// # Security
//
// Whoever may speak XML-RPC to the switch has a shell on it, the password passes
// in the clear, and mod_xml_rpc listens on all interfaces. See docs/freeswitch.md
// for the firewall.
package xmlrpc
