package simulated

// table holds things that entries of the queue refer to by index. Places are
// used again; nothing is allocated once the table has its size.
type table[T any] struct {
	rows []row[T]
	free []uint32
}

type row[T any] struct {
	seq   uint64 // the entry that refers to it; 0: unused
	thing T
}

// next is the index that the next put will use.
func (t *table[T]) next() uint32 {
	if n := len(t.free); n > 0 {
		return t.free[n-1]
	}
	return uint32(len(t.rows))
}

// put stores a thing for the entry of that number and returns its index.
func (t *table[T]) put(seq uint64, thing T) uint32 {
	r := row[T]{seq, thing}
	i := t.next()
	if n := len(t.free); n > 0 {
		t.free = t.free[:n-1]
		t.rows[i] = r
	} else {
		t.rows = append(t.rows, r)
	}
	return i
}

// has reports whether the thing is still there.
func (t *table[T]) has(i uint32, seq uint64) bool { return t.rows[i].seq == seq }

// take removes a thing and returns it.
func (t *table[T]) take(i uint32) T {
	thing := t.rows[i].thing
	t.rows[i] = row[T]{}
	t.free = append(t.free, i)
	return thing
}
