package memory

import (
	"encoding/binary"
	"slices"
	"strings"
	"unsafe"
)

// texts are strings that are written once, end to end in shared blocks, so that
// a million contacts cost a few thousand pointers. An entry is some strings and
// numbers in a known order.
type texts struct {
	blocks [][]byte
}

// place is where an entry begins.
type place struct {
	block uint32
	start uint32
}

const (
	// blockSize is about how much one block holds. A string that is handed out
	// keeps its whole block alive.
	blockSize = 16 << 10
	// entrySize is what an entry is expected to fit in.
	entrySize = 512
)

// begin opens an entry and returns its place.
func (t *texts) begin() place {
	last := len(t.blocks) - 1
	if last < 0 {
		t.blocks = append(t.blocks, nil) // a small upload stays small
		last++
	} else if len(t.blocks[last]) > blockSize-entrySize {
		t.blocks = append(t.blocks, make([]byte, 0, blockSize))
		last++
	}
	return place{uint32(last), uint32(len(t.blocks[last]))}
}

func (t *texts) add(s string) {
	t.number(len(s))
	last := len(t.blocks) - 1
	t.blocks[last] = append(t.blocks[last], s...)
}

func (t *texts) number(n int) {
	last := len(t.blocks) - 1
	t.blocks[last] = binary.AppendUvarint(t.blocks[last], uint64(n))
}

// adopt takes over what another has written. The places that the other gave out
// are further on by shift blocks.
func (t *texts) adopt(o *texts) (shift uint32) {
	shift = uint32(len(t.blocks))
	if last := len(o.blocks) - 1; last >= 0 {
		o.blocks[last] = slices.Clone(o.blocks[last])
	}
	t.blocks = append(t.blocks, o.blocks...)
	return shift
}

// reader reads an entry in the order in which it was written.
type reader struct{ rest string }

// read opens the entry at p. What has been written never changes, so that its
// bytes may be handed out as strings without a copy.
func (t *texts) read(p place) reader {
	b := t.blocks[p.block][p.start:]
	return reader{unsafe.String(unsafe.SliceData(b), len(b))}
}

func (r *reader) number() int {
	n, shift := 0, 0
	for i := 0; ; i++ {
		b := r.rest[i]
		n |= int(b&0x7f) << shift
		shift += 7
		if b < 0x80 {
			r.rest = r.rest[i+1:]
			return n
		}
	}
}

func (r *reader) text() string {
	n := r.number()
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// names are strings of which there are few: each is kept once. Most calls name
// what the call before them named, so the latest are tried first.
type names struct {
	list   []string
	index  map[string]uint32
	latest [16]uint32
}

func (n *names) id(s string) uint32 {
	if s == "" {
		return 0
	}
	latest := &n.latest[(len(s)+int(s[len(s)-1]))%len(n.latest)]
	if *latest != 0 && n.list[*latest] == s {
		return *latest
	}
	i, ok := n.index[s]
	if !ok {
		i = n.add(strings.Clone(s))
	}
	*latest = i
	return i
}

func (n *names) add(s string) uint32 {
	if n.index == nil {
		n.index = map[string]uint32{}
		n.list = []string{""}
	}
	i := uint32(len(n.list))
	n.list = append(n.list, s)
	n.index[s] = i
	return i
}

func (n *names) name(i uint32) string {
	if i == 0 {
		return ""
	}
	return n.list[i]
}
