package storetest

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

func transferChecks() []check {
	checks := []check{
		{"a campaign that runs is not exported", runningStays},
		{"a campaign with rows in a worker's hand is not exported", handsStay},
		{"an unknown campaign is not exported", unknownStays},
		{"what is still to be swept is exported as it is read", exportsUnswept},
		{"a campaign that changes while it is exported has no end", changesMeanwhile},
		{"an export that is broken off leaves nothing behind", exportBrokenOff},
		{"a campaign arrives beside others", arrivesBesideOthers},
		{"ages and times to come move", agesMove},
		{"an import is all or nothing", importsAllOrNothing},
		{"an id that is taken refuses the import", importsTakenIDs},
		{"an imported campaign is told of and listed last", importIsTold},
		{"an upload key moves with its campaign", keysMove},
		{"nobody is dialled again after a move, nobody is left out", goesOn},
		{"what is malformed is refused", refusesMalformed},
		{"an import whose context is done adds nothing", importWithContext},
		{"a purged run moves with its figures and without rows", purgedMoves},
	}
	for seed := range uint64(3) {
		checks = append(checks, check{fmt.Sprintf("a history goes on in another store, seed %d", seed), func(r *room) {
			newWalk(r, seed).move()
		}})
	}
	return checks
}

// mover is the store's ability; without it there is nothing to try.
func (r *room) mover() ports.Transfer {
	r.t.Helper()
	if r.f.Transfer == nil {
		r.t.Skip("the store moves no campaigns")
	}
	m, ok := r.s.(ports.Transfer)
	r.want(ok, "%T has no ports.Transfer", r.s)
	return m
}

// abroad is another, empty store, at the same time.
func (r *room) abroad() *room {
	r.t.Helper()
	r.mover()
	other := *r
	other.s = r.f.Transfer(r.t)
	other.drawn += 1 << 33
	return &other
}

// pieces exports a campaign.
func (r *room) pieces(id ports.ID) []ports.Piece {
	r.t.Helper()
	return all(r, r.mover().Export(r.ctx, id))
}

// sends moves a campaign from here to another room.
func (r *room) sends(id ports.ID, to *room) {
	r.t.Helper()
	sent := r.pieces(id)
	c, err := to.mover().Import(to.ctx, each(sent))
	r.must(err)
	r.want(reflect.DeepEqual(c, r.campaign(id)), "Import returns another campaign:\n%s", difference(c, r.campaign(id)))
	again := to.pieces(id)
	r.want(len(again) == len(sent), "%d pieces arrive of %d", len(again), len(sent))
	for i := range sent {
		r.want(reflect.DeepEqual(sent[i], again[i]), "piece %d arrives as another:\n%s", i+1, difference(again[i], sent[i]))
	}
}

func runningStays(r *room) {
	id := r.running(2)
	r.want(errors.Is(last(r.mover().Export(r.ctx, id)), ports.ErrCampaignRunning), "it runs: %v", last(r.mover().Export(r.ctx, id)))
	r.must(r.decide(id, campaign.Pause))
	r.want(len(r.pieces(id)) == 7, "after a pause there are %d pieces", len(r.pieces(id)))
}

func handsStay(r *room) {
	id := r.running(2)
	h := r.one(r.id(), id)
	r.must(r.decide(id, campaign.Stop, drained))
	r.heldBack(id)
	r.must(r.decide(id, campaign.Restart))
	r.heldBack(id)
	h.do(attempt.Release{At: r.now})
	r.sends(id, r.abroad())
}

func (r *room) heldBack(id ports.ID) {
	r.t.Helper()
	n := 0
	for _, err := range r.mover().Export(r.ctx, id) {
		if n++; err != nil {
			r.want(n == 1 && errors.Is(err, campaign.ErrCallsUp), "piece %d: %v", n, err)
		}
	}
	r.want(n == 1, "%d pieces of a campaign of which a row is held", n)
}

func unknownStays(r *room) {
	r.draft()
	r.notFound("Export", last(r.mover().Export(r.ctx, r.id())))
}

func exportsUnswept(r *room) {
	id := r.running(crowded)
	r.one(r.id(), id).complete()
	r.must(r.decide(id, campaign.Stop))
	r.must(r.decide(id, campaign.Restart, notCompleted))
	to := r.abroad()
	r.sends(id, to)
	for run := 1; run <= 2; run++ {
		to.wantStates(id, run, r.states(id, run)...)
		to.balanced(id, run)
	}
	more, err := to.s.Sweep(to.ctx, id, 10)
	r.must(err)
	r.want(!more, "something is left to be swept")
	first := r.pieces(id)
	r.sweepAll(id)
	r.want(reflect.DeepEqual(r.pieces(id), first), "a sweep changes what was exported")
}

func changesMeanwhile(r *room) {
	for name, change := range map[string]func(ports.ID){
		"contacts": func(id ports.ID) { r.crowd(id, 1) },
		"settings": func(id ports.ID) {
			r.must(r.decide(id, campaign.Edit, func(d *ports.Decide) { d.Event.Spec = settings() }))
		},
		"a decision": func(id ports.ID) { r.must(r.decide(id, campaign.Start)) },
	} {
		id := r.draft()
		r.crowd(id, crowded)
		var got ports.Piece
		err, n := error(nil), 0
		for got, err = range r.mover().Export(r.ctx, id) {
			if n++; n == 10 {
				change(id)
			}
		}
		r.want(errors.Is(err, ports.ErrState) && got.End == nil, "%s: the last piece is %+v: %v", name, got, err)
	}
}

func exportBrokenOff(r *room) {
	id := r.draft()
	r.crowd(id, crowded)
	for _, n := range []int{1, 2, 3, crowded, 2*crowded + 2, 2*crowded + 3} {
		r.want(take(r, r.mover().Export(r.ctx, id), n) == n, "the export ends early")
	}
	r.crowd(id, 1) // nothing is left locked
}
