package memory

import (
	"encoding/binary"
	"math/bits"

	"github.com/outdial/outdial/attempt"
)

// index finds by id what lies in a table: it keeps places in the table, and
// asks the table for the id. That is a third of what a map costs in memory,
// and it grows in many small steps instead of a few large ones.
//
// It is a hash table with linear probing in shards. A slot is 32 bits of the
// hash, which also say where in the shard it belongs, and the place plus one.
//
// The table is large and cold, and waiting for memory is most of what an entry
// costs. So entries that nobody has looked for may wait in a short list, to go
// into the table together: then the processor waits for many of them at a time.
type index struct {
	shards [1 << shardBits]shard
	latest []recent
}

type recent struct {
	hash  uint64
	place uint32
}

const (
	shardBits = 8
	maxLatest = 512
)

type shard struct {
	slots []uint64 // a power of two, at most three quarters of them in use
	n     int
}

// hash mixes an id; ids of a host's making may have little in them that is random.
func hash(id attempt.ID) uint64 {
	a := binary.LittleEndian.Uint64(id[:8]) ^ 0x9e3779b97f4a7c15
	b := binary.LittleEndian.Uint64(id[8:]) ^ 0xd1b54a32d192ed03
	hi, lo := bits.Mul64(a, b)
	return (hi ^ lo) * 0x2545f4914f6cdd1d
}

func (x *index) shard(h uint64) *shard { return &x.shards[h>>(64-shardBits)] }

// find returns the place of an id; is says whether a place has it.
func (x *index) find(id attempt.ID, is func(place uint32) bool) (uint32, bool) {
	h := hash(id)
	for _, e := range x.latest {
		if e.hash == h && is(e.place) {
			return e.place, true
		}
	}
	s := x.shard(h)
	if s.n == 0 {
		return 0, false
	}
	mask := uint32(len(s.slots) - 1)
	for i := uint32(h) & mask; s.slots[i] != 0; i = (i + 1) & mask {
		if slot := s.slots[i]; uint32(slot>>32) == uint32(h) && is(uint32(slot)-1) {
			return uint32(slot) - 1, true
		}
	}
	return 0, false
}

// add enters an id that is not in the index.
func (x *index) add(id attempt.ID, place uint32) { x.enter(hash(id), place) }

// addLater is add for an id that has not just been looked for.
func (x *index) addLater(id attempt.ID, place uint32) {
	x.latest = append(x.latest, recent{hash(id), place})
	if len(x.latest) == maxLatest {
		x.flush()
	}
}

func (x *index) flush() {
	for _, e := range x.latest {
		x.enter(e.hash, e.place)
	}
	x.latest = x.latest[:0]
}

func (x *index) enter(h uint64, place uint32) {
	s := x.shard(h)
	if s.n++; 4*s.n > 3*len(s.slots) {
		s.grow()
	}
	s.put(h<<32 | uint64(place+1))
}

func (s *shard) put(slot uint64) {
	mask := uint32(len(s.slots) - 1)
	i := uint32(slot>>32) & mask
	for s.slots[i] != 0 {
		i = (i + 1) & mask
	}
	s.slots[i] = slot
}

func (s *shard) grow() {
	old := s.slots
	s.slots = make([]uint64, max(2*len(old), 4))
	for _, slot := range old {
		if slot != 0 {
			s.put(slot)
		}
	}
}

// remove takes out what was added. The slots behind it that are not in
// their own place move up.
func (x *index) remove(id attempt.ID, place uint32) {
	x.flush()
	h := hash(id)
	s := x.shard(h)
	mask := uint32(len(s.slots) - 1)
	gap := uint32(h) & mask
	for s.slots[gap] != h<<32|uint64(place+1) {
		gap = (gap + 1) & mask
	}
	for i := (gap + 1) & mask; s.slots[i] != 0; i = (i + 1) & mask {
		own := uint32(s.slots[i]>>32) & mask
		if (i-own)&mask >= (i-gap)&mask {
			s.slots[gap] = s.slots[i]
			gap = i
		}
	}
	s.slots[gap] = 0
	s.n--
}
