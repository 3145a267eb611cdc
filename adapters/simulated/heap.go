package simulated

// entry is something to come. It holds no pointer, so that the collector has
// nothing to look at in a long queue.
type entry struct {
	at  int64  // nanoseconds since 1970
	seq uint64 // order among equals; also tells a live entry from a replaced one
	ref uint32 // whose it is: an index into the table that the kind names
	on  kind
}

// kind says what an entry is about.
type kind uint8

const (
	onCall    kind = iota + 1 // the call's next step
	onTimer                   // a timer of the clock
	onScript                  // a function of At
	onAgent                   // an agent becomes free or comes back
	onNews                    // an event that was held back is told
	onOpinion                 // an agent's disposition
)

func (e *entry) before(o *entry) bool {
	return e.at < o.at || e.at == o.at && e.seq < o.seq
}

// heap is a 4-ary heap: half as deep as a binary one, and the children of a
// node share cache lines.
type heap []entry

func (h *heap) push(e entry) {
	s := append(*h, e)
	i := len(s) - 1
	for i > 0 {
		up := (i - 1) / 4
		if !e.before(&s[up]) {
			break
		}
		s[i] = s[up]
		i = up
	}
	s[i] = e
	*h = s
}

// pop removes the first entry. The heap must not be empty.
func (h *heap) pop() {
	s := *h
	last := len(s) - 1
	e := s[last]
	s = s[:last]
	*h = s
	if last == 0 {
		return
	}
	i := 0
	for {
		child := 4*i + 1
		if child >= last {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, last); c++ {
			if s[c].before(&s[least]) {
				least = c
			}
		}
		if !s[least].before(&e) {
			break
		}
		s[i] = s[least]
		i = least
	}
	s[i] = e
}
