package simulated

import (
	"time"

	"github.com/outdial/outdial/ports"
)

// Stats are the carrier's own figures.
type Stats struct {
	// Originated counts originates taken, Answered calls that somebody or
	// something answered, Attached those that reached an agent, and Ended the
	// calls that are over, Refused ones included.
	Originated, Answered, Attached, Ended int
	// Unserved counts people who answered and never got an agent.
	Unserved int
	// Lines, Ringing and Talking are calls now, and MaxLines the most at once.
	Lines, Ringing, Talking, MaxLines int
	// Talk and WrapUp are the agents' time, over all conversations that have ended.
	Talk, WrapUp time.Duration

	// What follows is kept with Config.Oracle only.

	// Campaigns and Trunks are what each has used.
	Campaigns map[ports.ID]Usage
	Trunks    map[string]Usage
	// MaxPerContact is the most calls that one contact had at once in a run.
	MaxPerContact int
}

// Usage is what a campaign or a trunk has used of the carrier. Lines of ghosts
// are not counted: nobody could know of them.
type Usage struct {
	Originated int
	Lines      int // now
	MaxLines   int // the most at once
	MaxStarts  int // the most originates in any second
}

// Stats returns the figures as they are.
func (w *World) Stats() Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.load
	if o := w.oracle; o != nil {
		s.Campaigns = usages(o.campaigns)
		s.Trunks = usages(o.trunks)
		s.MaxPerContact = o.maxPerContact
	}
	return s
}

func usages[K comparable](gauges map[K]*gauge) map[K]Usage {
	all := make(map[K]Usage, len(gauges))
	for k, g := range gauges {
		all[k] = g.Usage
	}
	return all
}

// opened counts a call that is on the carrier now.
func (s *Stats) opened() {
	s.Lines++
	s.Ringing++
	s.MaxLines = max(s.MaxLines, s.Lines)
}

// closed counts a call that is over.
func (s *Stats) closed(k *call, now int64) {
	s.Ended++
	s.Lines--
	switch {
	case k.answered == 0:
		s.Ringing--
	case k.is(talked):
		s.Talking--
		s.Talk += time.Duration(now - k.attached)
	case k.person():
		s.Unserved++
	}
}
