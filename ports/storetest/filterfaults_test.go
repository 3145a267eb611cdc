package storetest_test

import (
	"context"
	"iter"

	"github.com/outdial/outdial/ports"
)

// lessFiltered does not see some of a filter.
type lessFiltered struct {
	ports.Store
	forget func(*ports.Filter)
}

func filtersLess(forget func(*ports.Filter)) func(ports.Store) ports.Store {
	return func(s ports.Store) ports.Store { return lessFiltered{s, forget} }
}

func (s lessFiltered) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	s.forget(&f)
	return s.Store.Attempts(ctx, f)
}

func noBoundOfZero(f *ports.Filter) {
	if f.MaxDials != nil && *f.MaxDials == 0 {
		f.MaxDials = nil
	}
}
