package freeswitch

import "strings"

// Reply is the answer to an api command.
type Reply struct {
	// OK says that it began with +OK.
	OK bool
	// Text is what followed: the channel's id after an originate, the cause
	// after -ERR.
	Text string
}

// Unclear stands for a failure that has no cause of its own.
const Unclear = "REPLY_UNCLEAR"

// ParseReply reads an answer. What is neither +OK nor -ERR with a cause is a
// failure: -USAGE, or nothing at all.
func ParseReply(s string) Reply {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "+OK"); ok {
		return Reply{OK: true, Text: strings.TrimSpace(rest)}
	}
	rest, ok := strings.CutPrefix(s, "-ERR")
	rest = strings.TrimSpace(rest)
	if !ok || !isCause(rest) {
		return Reply{Text: Unclear}
	}
	return Reply{Text: rest}
}

// NoChannel reports whether an answer says that the channel does not exist.
func NoChannel(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return strings.HasPrefix(s, "-err no such channel") || strings.HasPrefix(s, "-err invalid uuid")
}

func isCause(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == ""
}
