// Package fakeswitch is a FreeSWITCH that calls nobody: a double for tests, demos
// and benchmarks, on loopback, faithful to recordings of FreeSWITCH 1.10.12.
//
// # A first call
//
//	clock := fakeswitch.NewClock(start)
//	s := fakeswitch.New(fakeswitch.Config{Clock: clock})
//	defer s.Close()
//	go s.ServeESL(listener)
//	// … a client sends: bgapi originate {origination_uuid=…}sofia/gateway/trunk/1002 &park()
//	clock.Advance(clock.Now().Add(2 * time.Second)) // 1002 answers at once, and hangs up after 2 s
//
// Without a clock of its own it lives in real time, and can be talked to with any
// client of the event socket.
//
// # The far end
//
// Who is called, decides what happens: [Config.Far] is the carrier's script, by
// gateway and number; [Config.User] that of agents' phones (user/NAME). The zero
// Config has the lab's numbers ([LabFar]): 1002 answers and hangs up, 1800 rings
// for ever, 9486 is busy. [Config.Extensions] are who takes transferred calls.
//
// # Time
//
// Everything that the switch does happens under one lock, at a time of its clock;
// what happens at the same time happens in the order in which it was set. With a
// [Clock] a call's whole life is inside Advance, and two runs are the same byte
// for byte, ids included. After Advance (or a command) wait until [Switch.Quiet]
// and the client has read as many bytes as [Switch.Wire] says were written; then
// it has seen everything there is.
//
//	for next := clock.Next(); !next.IsZero() && !next.After(end); next = clock.Next() {
//		clock.Advance(next)
//		// wait for Quiet and Wire, let the code under test act
//	}
//
// # Oracles
//
// [Switch.Channels] is what is up now, [Switch.Invites] every call that ever left,
// [Switch.Arrived] how often a number was called: "one call, one leg" is a
// question to these. [Switch.Shell] are commands that an injection would have run
// in a shell; it must stay empty. [ParseOriginate] reads a command as FreeSWITCH
// does, hostile ones included; in doubt it is worse.
//
// # Misbehaviour
//
// [Faults] drop, double, delay and reorder events, by seed, and vary the order
// that the recordings vary. [Switch.Cut], [Switch.CutMidFrame], [Switch.Refuse]
// and [Switch.Stall] are troubles of the connection; [Switch.Restart] and
// [Switch.Shutdown] the two ways in which a FreeSWITCH ends; [Switch.SetGateway]
// takes a gateway down. The limits of the real one apply: sessions, sessions a
// second, a paused switch; a duplicate origination_uuid is refused.
//
// # What it knows
//
// On the event socket: auth, userauth, event (plain, json, xml), nixevent,
// noevents, filter, api, bgapi, sendmsg (hangup, execute), exit. A blocking api
// freezes its socket, as in life. API commands: originate, status, version, show,
// sofia status, fsctl, hupall, the uuid_ family, avmd, system and eval (which run
// nothing). Applications: park, bridge, hangup, playback, answer, set, avmd_start.
// Media, dialplans in XML and incoming calls it does not have.
//
// Headers are the real ones, their constant parts from the lab; an event is about
// as long as a real one.
package fakeswitch
