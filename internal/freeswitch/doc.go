// Package freeswitch is what the two FreeSWITCH adapters share: what may be
// said to a switch, and what its answers mean. It does no I/O.
//
// # Saying
//
// A command to FreeSWITCH is one line of text that is parsed several times, by
// parsers that disagree about quotes. [Site] builds such lines from typed parts
// and refuses whatever could mean more than it says: a number is digits, a
// gateway and an agent's endpoint are on the host's list, a value has no
// character that ends a block. What is refused is refused with the field and
// the character ([TextError]). Nothing else in the library writes commands.
//
// # Hearing
//
// [Event] is one event of the switch, reduced to what is needed. [Book] keeps
// the calls that an adapter looks after and turns events, replies and looks at
// the channel list into the port's events: each told once, in order, with
// exactly one end.
//
// The facts come from recordings of FreeSWITCH 1.10.12, which the tests replay.
package freeswitch
