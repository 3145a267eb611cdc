package fakeswitch

import "time"

// XMLRPCFaults is misbehaviour on command. Each function is asked once for
// every API command that arrives over XML-RPC, with the command and its
// arguments as they were sent; a nil function is never asked. They are called
// from several goroutines at once. The zero value misbehaves never.
type XMLRPCFaults struct {
	// LoseRequest closes the connection without executing the command.
	LoseRequest func(command, args string) bool
	// FailRequest answers HTTP 500 without executing the command.
	FailRequest func(command, args string) bool
	// HoldRequest waits so long, by the switch's clock, before the command is
	// executed: the ghost call when its client has given up by then.
	HoldRequest func(command, args string) time.Duration

	// LoseReply executes the command and closes the connection without a byte.
	LoseReply func(command, args string) bool
	// FailReply executes the command and answers HTTP 500.
	FailReply func(command, args string) bool
	// DelayReply waits so long, by the switch's clock, after the command was
	// executed and before the reply is sent.
	DelayReply func(command, args string) time.Duration
	// CutReply executes the command, sends all headers and half of the body,
	// and closes the connection.
	CutReply func(command, args string) bool
	// Garble executes the command and puts control characters into the reply,
	// which mod_xml_rpc sends raw: a whole HTTP response that isn't XML.
	Garble func(command, args string) bool
}

// garbage is what Garble puts before a reply: characters that XML 1.0 forbids
// in every form.
const garbage = "\x01\x02\x1b[0m"

func asked(f func(command, args string) bool, command, args string) bool {
	return f != nil && f(command, args)
}

func askedTime(f func(command, args string) time.Duration, command, args string) time.Duration {
	if f == nil {
		return 0
	}
	return f(command, args)
}

// rpcEnding says how a response goes out.
type rpcEnding int

const (
	rpcWhole rpcEnding = iota
	rpcCut             // headers and half of the body, then FIN
	rpcLost            // no byte, then FIN
)
