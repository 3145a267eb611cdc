package attempt

import (
	"crypto/sha1"
	"encoding/binary"

	"github.com/google/uuid"
)

// ID names campaigns, contacts, calls, workers and commands.
type ID = uuid.UUID

// CallID names the call that is dial number n (1 is the first) of a contact in
// a run. It is a function of what it names, not a fresh random value, so that
// two workers that both believe they hold the attempt would ask the switch for
// the same channel, and the switch refuses a channel id that it has.
//
// It is a UUID of version 5 (RFC 9562, section 5.5) with the contact's id as
// name space and run and n, four bytes each in network order, as the name: what
// uuid.NewSHA1 makes, without its allocations.
func CallID(contact ID, run, n int) ID {
	var name [24]byte
	copy(name[:16], contact[:])
	binary.BigEndian.PutUint32(name[16:], uint32(run))
	binary.BigEndian.PutUint32(name[20:], uint32(n))
	sum := sha1.Sum(name[:])
	id := ID(sum[:16])
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id
}
