package attempt

import (
	"encoding/binary"

	"github.com/google/uuid"
)

// ID names campaigns, contacts, calls, workers and commands.
type ID = uuid.UUID

// CallID names the call that is dial number n (1 is the first) of a contact in
// a run. It is a function of what it names (RFC 9562, version 5), not a fresh
// random value, so that two workers that both believe they hold the attempt
// would ask the switch for the same channel, and the switch refuses a channel
// id that it has.
func CallID(contact ID, run, n int) ID {
	var name [8]byte
	binary.BigEndian.PutUint32(name[:4], uint32(run))
	binary.BigEndian.PutUint32(name[4:], uint32(n))
	return uuid.NewSHA1(contact, name[:])
}
