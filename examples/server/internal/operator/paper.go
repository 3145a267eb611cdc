package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

// figuresPaper is the latest figures of the campaigns that somebody listens to.
type figuresPaper struct {
	stop    chan struct{} // ends the printing
	edition uint64
	latest  map[outdial.ID]figuresCopy
	stale   map[outdial.ID]bool // campaigns that have news
}

// figuresCopy is a campaign's figures, and since which edition.
type figuresCopy struct {
	edition uint64
	data    []byte // as sent
	same    []byte // without ages, which always change
}

func newPaper() figuresPaper {
	return figuresPaper{latest: map[outdial.ID]figuresCopy{}, stale: map[outdial.ID]bool{}}
}

// print looks at the figures once a second while somebody listens. It does so
// whether or not this dialler has news, as other workers may have.
func (n *newsroom) print(stop <-chan struct{}) {
	tick := time.NewTicker(figuresEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-stop:
			return
		case <-n.closed:
			return
		}
		ctx, cancel := soon()
		n.refresh(ctx, n.wanted(ctx))
		cancel()
	}
}

// wanted lists the campaigns whose figures are to be looked at: those of streams
// that listen to one, and for those that listen to all whatever goes on.
func (n *newsroom) wanted(ctx context.Context) map[outdial.ID]bool {
	n.mu.Lock()
	ids := map[outdial.ID]bool{}
	everything := false
	for s := range n.stream {
		if s.only == (outdial.ID{}) {
			everything = true
		} else {
			ids[s.only] = true
		}
	}
	if everything {
		for id := range n.paper.stale {
			ids[id] = true
		}
	}
	clear(n.paper.stale)
	n.mu.Unlock()
	if everything {
		n.going(ctx, ids)
	}
	return ids
}

// going adds the campaigns that are not over.
func (n *newsroom) going(ctx context.Context, ids map[outdial.ID]bool) {
	for c, err := range n.d.Campaigns(ctx) {
		if err != nil {
			return // the store is away; the next look tells
		}
		if c.Status == campaign.Running || c.Status == campaign.Paused || c.Status == campaign.Draft {
			ids[c.ID] = true
		}
	}
}

// refresh looks at the figures of campaigns, and wakes who listens to those that
// have changed.
func (n *newsroom) refresh(ctx context.Context, ids map[outdial.ID]bool) {
	var known []campaign.Campaign
	for id := range ids {
		if c, err := n.d.Campaign(ctx, id); err == nil {
			known = append(known, c)
		}
	}
	figures, err := n.d.MetricsOf(ctx, slices.Collect(maps.Keys(ids)))
	if err != nil {
		return // the store is away; the next look tells
	}
	for i := range known {
		c := &known[i]
		m, ok := figures[c.ID]
		if !ok {
			continue
		}
		f := figuresOf(c, c.Run.Number, m)
		data, _ := json.Marshal(f) // of plain values
		f.OldestSeconds = nil
		same, _ := json.Marshal(f)
		n.publish(c.ID, data, same)
	}
}

func (n *newsroom) publish(id outdial.ID, data, same []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if known, ok := n.paper.latest[id]; ok && bytes.Equal(known.same, same) {
		return
	}
	n.paper.edition++
	n.paper.latest[id] = figuresCopy{n.paper.edition, data, same}
	for s := range n.stream {
		if s.only == (outdial.ID{}) || s.only == id {
			s.rouse()
		}
	}
}

// figures takes the figures that the stream has not read yet.
func (s *stream) figures() (all [][]byte) {
	n := s.room
	n.mu.Lock()
	defer n.mu.Unlock()
	for id, f := range n.paper.latest {
		if f.edition > s.seen && (s.only == (outdial.ID{}) || s.only == id) {
			all = append(all, f.data)
		}
	}
	s.seen = n.paper.edition
	return all
}
