package memory

// entry is a row in a queue, by when its turn comes; of equal ones the row that
// arrived earlier is first.
type entry struct {
	due int64
	row uint32
}

func (e entry) before(o entry) bool {
	return e.due < o.due || e.due == o.due && e.row < o.row
}

// fifo is a queue in parts, so that a long one is neither copied nor kept when
// it has been worked off.
type fifo[T any] struct {
	parts [][]T
	head  int
}

const fifoPart = 512

func (q *fifo[T]) empty() bool { return len(q.parts) == 0 || q.head == len(q.parts[0]) }

func (q *fifo[T]) first() *T { return &q.parts[0][q.head] }

func (q *fifo[T]) last() *T {
	p := q.parts[len(q.parts)-1]
	return &p[len(p)-1]
}

func (q *fifo[T]) push(v T) {
	if q.empty() && len(q.parts) > 0 {
		q.parts[0], q.head = q.parts[0][:0], 0
	}
	last := len(q.parts) - 1
	switch {
	case last < 0:
		q.parts = append(q.parts, nil)
		last++
	case len(q.parts[last]) >= fifoPart:
		q.parts = append(q.parts, make([]T, 0, fifoPart))
		last++
	}
	q.parts[last] = append(q.parts[last], v)
}

// pop drops the first element.
func (q *fifo[T]) pop() {
	q.head++
	if q.head == len(q.parts[0]) && len(q.parts) > 1 {
		q.parts[0] = nil
		q.parts, q.head = q.parts[1:], 0
	}
}

// heap is a binary heap of entries.
type heap []entry

func (h *heap) push(e entry) {
	*h = append(*h, e)
	q := *h
	i := len(q) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !e.before(q[up]) {
			break
		}
		q[i] = q[up]
		i = up
	}
	q[i] = e
}

func (h *heap) pop() {
	q := *h
	n := len(q) - 1
	e := q[n]
	q = q[:n]
	*h = q
	i := 0
	for {
		down := 2*i + 1
		if down >= n {
			break
		}
		if down+1 < n && q[down+1].before(q[down]) {
			down++
		}
		if !q[down].before(e) {
			break
		}
		q[i] = q[down]
		i = down
	}
	if n > 0 {
		q[i] = e
	}
}

// lanes is a queue by due time, made for entries that come nearly in order: all
// retries with one delay are due in the order in which they were asked for. Each
// lane is in order, so taking the first of them all is a look at their heads.
// What fits no lane goes to a heap.
type lanes struct {
	lane []fifo[entry]
	late heap
	n    int
}

const maxLanes = 16

func (q *lanes) push(e entry) {
	q.n++
	best, free := -1, -1
	for i := range q.lane {
		l := &q.lane[i]
		switch {
		case l.empty():
			free = i
		case e.before(*l.last()):
		case best < 0 || q.lane[best].last().before(*l.last()):
			best = i
		}
	}
	switch {
	case best >= 0:
	case free >= 0:
		best = free
	case len(q.lane) < maxLanes:
		q.lane = append(q.lane, fifo[entry]{})
		best = len(q.lane) - 1
	default:
		q.late.push(e)
		return
	}
	q.lane[best].push(e)
}

// first returns the first entry and the lane it is in, which is -1 for the heap.
func (q *lanes) first() (e entry, lane int, ok bool) {
	if q.n == 0 {
		return e, 0, false
	}
	lane = -1
	if len(q.late) > 0 {
		e, ok = q.late[0], true
	}
	for i := range q.lane {
		if l := &q.lane[i]; !l.empty() && (!ok || l.first().before(e)) {
			e, lane, ok = *l.first(), i, true
		}
	}
	return e, lane, ok
}

// pop drops the first entry of a lane.
func (q *lanes) pop(lane int) {
	q.n--
	if lane < 0 {
		q.late.pop()
		return
	}
	q.lane[lane].pop()
}
