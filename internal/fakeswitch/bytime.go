package fakeswitch

import "time"

// slot is what stands in a queue by time. Equal times stand in the order in
// which they were queued.
type slot struct {
	at    time.Time
	seq   uint64
	index int // in the queue; -1: it is in none
}

func (s *slot) place() *slot { return s }

// byTime is a queue for container/heap whose elements know where they stand, so
// that they can be taken out of its middle.
type byTime[T interface{ place() *slot }] []T

func (q byTime[T]) Len() int { return len(q) }

func (q byTime[T]) Less(i, j int) bool {
	a, b := q[i].place(), q[j].place()
	if a.at.Equal(b.at) {
		return a.seq < b.seq
	}
	return a.at.Before(b.at)
}

func (q byTime[T]) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place().index, q[j].place().index = i, j
}

// Push is for container/heap.
func (q *byTime[T]) Push(x any) {
	t := x.(T)
	t.place().index = len(*q)
	*q = append(*q, t)
}

// Pop is for container/heap.
func (q *byTime[T]) Pop() any {
	old := *q
	t := old[len(old)-1]
	var none T
	old[len(old)-1] = none
	*q = old[:len(old)-1]
	t.place().index = -1
	return t
}
