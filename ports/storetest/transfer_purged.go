package storetest

import (
	"errors"
	"reflect"
	"time"

	"github.com/outdial/outdial/ports"
)

func purgedMoves(r *room) {
	r.mover()
	if !r.f.Purge {
		r.t.Skip("the store purges nothing")
	}
	id := r.lively()
	r.pass(3 * time.Hour) // nothing is in doubt any more
	purge := ports.Purge{Campaign: id, Before: r.now, At: r.now, Max: 1}
	n, err := 0, error(nil)
	for _, err = range r.mover().Export(r.ctx, id) {
		if n++; n == 20 { // among the attempts of the first run
			_, broke := r.s.(ports.Purger).Purge(r.ctx, purge)
			r.must(broke)
		}
	}
	r.want(errors.Is(err, ports.ErrState), "an export goes on while the run is purged: %v", err)

	to := r.abroad()
	r.sends(id, to) // the purge has just begun
	for _, here := range []*room{r, to} {
		r.want(errors.Is(last(here.s.Report(here.ctx, id, 1)), ports.ErrPurged), "the report of the run can be read")
		here.balanced(id, 2)
	}
	was, err := r.s.Metrics(r.ctx, id, 1, r.now)
	r.must(err)
	is, err := to.s.Metrics(to.ctx, id, 1, r.now)
	r.must(err)
	r.want(reflect.DeepEqual(is, was), "its figures differ:\n%s", difference(is, was))
	more, err := to.s.(ports.Purger).Purge(to.ctx, purge)
	r.must(err)
	r.want(!more, "something is left to be purged where nothing came")
}
