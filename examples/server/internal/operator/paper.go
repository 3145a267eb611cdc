package operator

import (
	"bytes"
	"context"
	"encoding/json"
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
	for look := 1; ; look++ {
		select {
		case <-tick.C:
		case <-stop:
			return
		case <-n.closed:
			return
		}
		ctx, cancel := soon()
		n.refresh(ctx, n.wanted(ctx, look%draftsEvery == 0))
		cancel()
	}
}

// wanted are the campaigns whose figures are to be looked at: those of streams
// that listen to one, and for those that listen to all whatever goes on.
func (n *newsroom) wanted(ctx context.Context, drafts bool) []campaign.Campaign {
	ids, everything := n.asked()
	if everything {
		return n.going(ctx, ids, drafts)
	}
	return n.named(ctx, ids)
}

// asked are the campaigns that somebody listens to and, where somebody listens to
// all, those that have news.
func (n *newsroom) asked() (ids map[outdial.ID]bool, everything bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ids = map[outdial.ID]bool{}
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
	return ids, everything
}

// going are these campaigns and all that are started and not over; on demand the
// drafts too.
func (n *newsroom) going(ctx context.Context, ids map[outdial.ID]bool, drafts bool) (all []campaign.Campaign) {
	for c, err := range n.d.Campaigns(ctx) {
		if err != nil {
			return all // the store is away; the next look tells
		}
		if ids[c.ID] || c.Status == campaign.Running || c.Status == campaign.Paused || drafts && c.Status == campaign.Draft {
			all = append(all, c)
		}
	}
	return all
}

// named are the campaigns of these ids.
func (n *newsroom) named(ctx context.Context, ids map[outdial.ID]bool) (all []campaign.Campaign) {
	for id := range ids {
		if c, err := n.d.Campaign(ctx, id); err == nil {
			all = append(all, c)
		}
	}
	return all
}

// refresh looks at the figures of campaigns, all at once, and wakes who listens to
// those that have changed.
func (n *newsroom) refresh(ctx context.Context, known []campaign.Campaign) {
	if len(known) == 0 {
		return
	}
	ids := make([]outdial.ID, len(known))
	for i := range known {
		ids[i] = known[i].ID
	}
	figures, err := n.d.MetricsOf(ctx, ids)
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

// behind reports whether there are figures since the stream has read any.
func (s *stream) behind() bool {
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	return s.seen < s.room.paper.edition
}

// figures takes the figures that the stream has not read yet, and notes with which
// agents they are told.
func (s *stream) figures(now Agents) (all [][]byte) {
	n := s.room
	n.mu.Lock()
	defer n.mu.Unlock()
	for id, f := range n.paper.latest {
		if f.edition > s.seen && (s.only == (outdial.ID{}) || s.only == id) {
			all = append(all, f.data)
		}
	}
	s.seen = n.paper.edition
	if len(all) > 0 {
		s.told = now
	}
	return all
}
