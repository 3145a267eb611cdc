package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// worker is one that has beaten, or holds rows, or both.
type worker struct {
	it          ports.Worker
	known       bool // it has beaten and is not given up
	first, last *held
}

// own puts the slot at the end of the worker's.
func (w *worker) own(h *held) {
	h.owner, h.prev, h.next = w, w.last, nil
	if w.last != nil {
		w.last.next = h
	} else {
		w.first = h
	}
	w.last = h
}

func (w *worker) drop(h *held) {
	if h.prev != nil {
		h.prev.next = h.next
	} else {
		w.first = h.next
	}
	if h.next != nil {
		h.next.prev = h.prev
	} else {
		w.last = h.prev
	}
	h.prev, h.next = nil, nil
}

func (s *Store) worker(id attempt.ID) *worker {
	w := s.workers[id]
	if w == nil {
		w = &worker{it: ports.Worker{ID: id}}
		s.workers[id] = w
	}
	return w
}

// forget drops a worker of whom nothing is left to know.
func (s *Store) forget(w *worker) {
	if !w.known && w.first == nil {
		delete(s.workers, w.it.ID)
	}
}

// Beat implements [ports.Work]. Workers come in the order of their ids.
func (s *Store) Beat(ctx context.Context, w ports.Worker) ([]ports.Worker, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w.Decisions = slices.Clone(w.Decisions)
	for i := range w.Decisions {
		tidy(&w.Decisions[i].At)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.worker(w.ID)
	own.it, own.known = w, true
	return s.allWorkers(), nil
}

// Workers implements [ports.Work].
func (s *Store) Workers(ctx context.Context) ([]ports.Worker, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allWorkers(), nil
}

func (s *Store) allWorkers() []ports.Worker {
	all := make([]ports.Worker, 0, len(s.workers))
	for _, w := range s.workers {
		if w.known || w.first != nil {
			it := w.it
			it.Decisions = slices.Clone(it.Decisions)
			all = append(all, it)
		}
	}
	slices.SortFunc(all, func(a, b ports.Worker) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return all
}

// Adopt implements [ports.Work].
func (s *Store) Adopt(ctx context.Context, me ports.ID, dead ports.Worker, _ time.Time, most int) ([]ports.Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	from := s.workers[dead.ID]
	switch {
	case from == nil:
		return nil, nil
	case me == dead.ID:
		return s.holdings(from, most), nil
	case !from.it.Leaving && from.it.Beat != dead.Beat:
		return nil, ports.ErrAlive
	}
	var items []ports.Item
	mine := s.worker(me)
	for len(items) < most && from.first != nil {
		items = append(items, s.adopt(from.first, mine))
	}
	if from.first == nil {
		from.known = false
		s.forget(from)
	}
	s.forget(mine)
	return items, nil
}

// holdings are at most most rows of the worker's.
func (s *Store) holdings(w *worker, most int) (items []ports.Item) {
	for h := w.first; h != nil && len(items) < most; h = h.next {
		items = append(items, s.item(h.run, h.row))
	}
	return items
}

// adopt makes a held row another worker's, claims and all.
func (s *Store) adopt(h *held, mine *worker) ports.Item {
	h.owner.drop(h)
	mine.own(h)
	h.a.Owner = mine.it.ID
	h.a.Version++
	h.run.counters.StaleRecoveries++
	return s.item(h.run, h.row)
}
