package contactfile

import "hash/maphash"

// MaxAddresses is how many different addresses are remembered to count
// duplicates, at some 20 bytes each.
const MaxAddresses = 1 << 20

// addresses remembers which addresses have been read, by a hash of 64 bits: with
// a million of them one is counted wrongly in some forty million files.
type addresses struct {
	seed  maphash.Seed
	known map[uint64]struct{}
}

// twice reports whether the address has been read before, and remembers it while
// there is room.
func (a *addresses) twice(address string) bool {
	if a.known == nil {
		a.seed, a.known = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	h := maphash.String(a.seed, address)
	if _, ok := a.known[h]; ok {
		return true
	}
	if len(a.known) < MaxAddresses {
		a.known[h] = struct{}{}
	}
	return false
}
