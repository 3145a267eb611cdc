package freeswitch

import (
	"regexp"
	"strconv"
)

// Status is what the switch says of its own limits.
type Status struct {
	// Sessions are up now, of at most MaxSessions.
	Sessions, MaxSessions int
	// PerSecond is how many sessions it begins in a second. A limit of n lets
	// n−1 through, which is what stands here; 0: none.
	PerSecond int
}

var (
	sessionsLine = regexp.MustCompile(`(?m)^(\d{1,9}) session\(s\) - peak`)
	rateLine     = regexp.MustCompile(`(?m)session\(s\) per Sec out of max (\d{1,9})`)
	mostLine     = regexp.MustCompile(`(?m)^(\d{1,9}) session\(s\) max`)
)

// ParseStatus reads the reply to `status`; what is not in it stays 0. The
// heartbeat's Session-Per-Sec is no substitute: the switch counts it down within
// each second.
func ParseStatus(reply string) Status {
	s := Status{Sessions: numberIn(reply, sessionsLine), MaxSessions: numberIn(reply, mostLine)}
	if n := numberIn(reply, rateLine); n > 1 {
		s.PerSecond = n - 1
	}
	return s
}

func numberIn(text string, line *regexp.Regexp) int {
	m := line.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}
