package memory

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
)

// The index finds what a map would, through adding and removing.
func TestIndexIsAMap(t *testing.T) {
	forSeeds(t, func(t *testing.T, rng *rand.Rand) {
		var x index
		var table []attempt.ID
		want := map[attempt.ID]uint32{}
		find := func(id attempt.ID) (uint32, bool) {
			return x.find(id, func(place uint32) bool { return table[place] == id })
		}
		pool := make([]attempt.ID, 400) // so that ids come again
		for i := range pool {
			binary.LittleEndian.PutUint64(pool[i][8*(i%2):], uint64(rng.IntN(1<<12)))
		}
		for range 4000 {
			id := pool[rng.IntN(len(pool))]
			place, known := find(id)
			if at, ok := want[id]; ok != known || known && at != place {
				t.Fatalf("%s is at %d, %v, want %d, %v", id, place, known, at, ok)
			}
			if known {
				x.remove(id, place)
				delete(want, id)
				continue
			}
			table = append(table, id)
			if rng.IntN(2) == 0 {
				x.add(id, uint32(len(table)-1))
			} else {
				x.addLater(id, uint32(len(table)-1))
			}
			want[id] = uint32(len(table) - 1)
		}
		for id, at := range want {
			if place, ok := find(id); !ok || place != at {
				t.Fatalf("%s is at %d, %v, want %d", id, place, ok, at)
			}
		}
	})
}

// Ids that are alike, as a host's own may be, are spread like random ones.
func TestIndexSpreadsAlikeIDs(t *testing.T) {
	const n = 100_000
	for name, id := range map[string]func(i int) attempt.ID{
		"first bytes": func(i int) (id attempt.ID) { binary.BigEndian.PutUint64(id[:], uint64(i)); return id },
		"last bytes":  func(i int) (id attempt.ID) { binary.BigEndian.PutUint64(id[8:], uint64(i)); return id },
		"both alike": func(i int) (id attempt.ID) {
			binary.BigEndian.PutUint64(id[:], uint64(i))
			binary.BigEndian.PutUint64(id[8:], uint64(i))
			return id
		},
		"call ids": func(i int) attempt.ID { return attempt.CallID(uuid.Nil, 1, i) },
	} {
		var x index
		for i := range n {
			x.add(id(i), uint32(i))
		}
		most, longest := 0, 0
		for i := range x.shards {
			most = max(most, x.shards[i].n)
			longest = max(longest, longestRow(x.shards[i].slots))
		}
		if most > 2*n/len(x.shards) || longest > 200 {
			t.Errorf("%s: a shard of %d with %d slots in a row", name, most, longest)
		}
	}
}

func longestRow(slots []uint64) (longest int) {
	n := 0
	for _, s := range slots {
		n++
		if s == 0 {
			n = 0
		}
		longest = max(longest, n)
	}
	return longest
}

func TestMembersKnowTheirRank(t *testing.T) {
	forSeeds(t, func(t *testing.T, rng *rand.Rand) {
		var m members
		want := map[uint32]uint32{}
		n := uint32(0)
		for i := range uint32(2000) {
			n += uint32(1 + rng.IntN(1+rng.IntN(200)))
			m.add(n)
			want[n] = i
		}
		for i := range n + 200 {
			rank, ok := m.find(i)
			if at, is := want[i]; is != ok || ok && at != rank {
				t.Fatalf("%d has rank %d, %v, want %d, %v", i, rank, ok, at, is)
			}
		}
	})
}
