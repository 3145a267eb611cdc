package storetest_test

import (
	"context"
	"errors"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// spoiltPurge is a Purger with a fault: ask may alter what it is asked, and say
// what it answers.
type spoiltPurge struct {
	ports.Store
	ask    func(p *ports.Purge)
	answer func(more bool, err error) (bool, error)
}

func (s spoiltPurge) Purge(ctx context.Context, p ports.Purge) (bool, error) {
	if s.ask != nil {
		s.ask(&p)
	}
	more, err := s.Store.(ports.Purger).Purge(ctx, p)
	if s.answer != nil {
		return s.answer(more, err)
	}
	return more, err
}

func purgesAtOnce(s ports.Store) ports.Store {
	return spoiltPurge{Store: s, ask: func(p *ports.Purge) { p.Max *= 1 << 20 }}
}

func purgesYoung(s ports.Store) ports.Store {
	return spoiltPurge{Store: s, ask: func(p *ports.Purge) { p.Before = p.Before.Add(time.Hour) }}
}

func purgesDoubts(s ports.Store) ports.Store {
	return spoiltPurge{Store: s, ask: func(p *ports.Purge) { p.At = p.At.Add(time.Second) }}
}

func purgesNobodysTime(s ports.Store) ports.Store {
	return spoiltPurge{Store: s, ask: func(p *ports.Purge) { p.At = time.Unix(1, 0) }}
}

func purgesEndlessly(s ports.Store) ports.Store {
	return spoiltPurge{Store: s, answer: func(_ bool, err error) (bool, error) { return true, err }}
}

func purgesOnce(s ports.Store) ports.Store {
	return spoiltPurge{Store: s, answer: func(_ bool, err error) (bool, error) { return false, err }}
}

func purgesStrangers(s ports.Store) ports.Store {
	return spoiltPurge{Store: s, answer: func(more bool, err error) (bool, error) {
		if errors.Is(err, ports.ErrNotFound) {
			return false, nil
		}
		return more, err
	}}
}

type deafPurge struct{ spoiltPurge }

func purgesWhenDone(s ports.Store) ports.Store { return deafPurge{spoiltPurge{Store: s}} }

func (s deafPurge) Purge(ctx context.Context, p ports.Purge) (bool, error) {
	return s.spoiltPurge.Purge(context.WithoutCancel(ctx), p)
}

// spoiltMarks is a Purger whose runs have other marks.
type spoiltMarks struct {
	spoiltPurge
	spoil func(runs []campaign.Run)
}

func (s spoiltMarks) Runs(ctx context.Context, id ports.ID) ([]campaign.Run, error) {
	runs, err := s.Store.Runs(ctx, id)
	s.spoil(runs)
	return runs, err
}

func marksNothing(s ports.Store) ports.Store {
	return spoiltMarks{spoiltPurge{Store: s}, func(runs []campaign.Run) {
		for i := range runs {
			runs[i].Purged = time.Time{}
		}
	}}
}

// marksAnew moves the mark with every batch.
func marksAnew(s ports.Store) ports.Store {
	var latest time.Time
	return spoiltMarks{
		spoiltPurge{Store: s, ask: func(p *ports.Purge) { latest = p.At }},
		func(runs []campaign.Run) {
			for i := range runs {
				if !runs[i].Purged.IsZero() {
					runs[i].Purged = latest
				}
			}
		},
	}
}

// marksAllBut is a store that marks its runs, but for the last ones, whatever
// has become of them.
func marksAllBut(last int) func(ports.Store) ports.Store {
	return func(s ports.Store) ports.Store {
		var asked time.Time
		return spoiltMarks{
			spoiltPurge{Store: s, ask: func(p *ports.Purge) { asked = p.At }},
			func(runs []campaign.Run) {
				for i := range max(0, len(runs)-last) {
					runs[i].Purged = asked
				}
			},
		}
	}
}
