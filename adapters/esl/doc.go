// Package esl is a [ports.Telephony] over FreeSWITCH's event socket: calls are
// placed with bgapi, and the switch tells what becomes of them as it happens.
//
//	sw, err := esl.New(esl.Config{
//		Addr:     "10.0.0.5:8021",
//		Password: password,
//		Gateways: []string{"trunk"},
//	})
//	if err != nil { … }
//	defer sw.Close()
//	d, err := outdial.New(outdial.Config{Telephony: sw, …})
//
// # Connections
//
// There are two. Commands go over one, one at a time; only new calls that have
// queued are sent without waiting between them, up to 16 together. Events come
// over the other, narrowed to those of our own channels by the deployment's tag
// ([Config.Tag]). All workers of a deployment share a tag, so that any of them
// can take over calls that another has placed. When one connection is lost the
// other is given up too; both are made again with growing pauses, and the calls
// are compared with the switch's list of channels. An audit does the same now
// and then, so that an event that the switch dropped is made good for.
//
// # Calls
//
// The contact-first shape places the call and parks it; an agent's leg is called
// when the engine attaches one, and the two are joined. The agent-first shape
// calls the agent and then the contact, whose leg carries the call's id. A
// parked contact whom nobody looks after is hung up by the switch after
// [Config.ParkTimeout].
//
// # Trouble
//
// What the switch refuses itself, because it is full, pausing or has no such
// gateway, is told as Refused and spends no retry; while it is full, Originate
// answers [ports.ErrBusy]. The protocol's client library is kept behind a guard
// that lets nothing malformed reach it (internal/guard).
//
// # Security
//
// Whoever may speak to the event socket has a shell on the switch. See
// docs/freeswitch.md for userauth, esl-allowed-api and the firewall.
package esl
