package postgres

import (
	"strings"

	"github.com/outdial/outdial/attempt"
)

// clean makes a text one that PostgreSQL takes: UTF-8 without NUL. What cannot
// be kept becomes U+FFFD. Hosts' texts have been checked before; a switch says
// what it likes, and one such call must not fail its whole batch.
func clean(s *string) {
	if strings.ContainsRune(*s, 0) {
		*s = strings.ReplaceAll(*s, "\x00", "\uFFFD")
	}
	*s = strings.ToValidUTF8(*s, "\uFFFD")
}

func cleanCall(c *attempt.Call) {
	for _, s := range [...]*string{
		&c.Address, &c.Trunk, &c.CallerID, &c.Agent, &c.Cause, &c.SIPCallID, &c.Disposed.Code, &c.Disposed.Note,
	} {
		clean(s)
	}
}
