package contactfile

import "hash/maphash"

// MaxAddresses is how many different addresses are remembered to count
// tell duplicates, at some 40 bytes each.
const MaxAddresses = 1 << 20

// addresses remembers where addresses have been read first, by a hash of 64 bits:
// with a million of them one is taken for another in some forty million files.
type addresses struct {
	seed  maphash.Seed
	known map[uint64]int
}

// first returns the row in which the address has been read before; 0: none. It
// remembers a new one while there is room.
func (a *addresses) first(address string, row int) int {
	if a.known == nil {
		a.seed, a.known = maphash.MakeSeed(), map[uint64]int{}
	}
	h := maphash.String(a.seed, address)
	before := a.known[h]
	if before == 0 && len(a.known) < MaxAddresses {
		a.known[h] = row
	}
	return before
}
