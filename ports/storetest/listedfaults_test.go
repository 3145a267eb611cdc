package storetest_test

import (
	"context"
	"maps"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// listing is a sound MetricsLister.
type listing struct{ ports.Store }

func (s listing) MetricsOf(ctx context.Context, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
	return ports.MetricsOf(ctx, s.Store, ids, at)
}

// whole is a store with all abilities and no fault.
type whole struct {
	ports.Purger
	ports.Transfer
	listing
}

func sound(s ports.Store) ports.Store {
	return whole{s.(ports.Purger), s.(ports.Transfer), listing{s}}
}

// spoiltListing is a MetricsLister with a fault.
type spoiltListing struct {
	ports.Store
	spoil func(ctx context.Context, s ports.Store, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error)
}

func (s spoiltListing) MetricsOf(ctx context.Context, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
	return s.spoil(ctx, s.Store, ids, at)
}

// listsWith answers with figures that were spoilt.
func listsWith(spoil func(all map[ports.ID]campaign.Metrics, ids []ports.ID)) func(ports.Store) ports.Store {
	return func(s ports.Store) ports.Store {
		return spoiltListing{s, func(ctx context.Context, s ports.Store, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
			all, err := ports.MetricsOf(ctx, s, ids, at)
			if err == nil {
				spoil(all, ids)
			}
			return all, err
		}}
	}
}

// listsAgeless tells ages of the first campaign only.
func listsAgeless(all map[ports.ID]campaign.Metrics, ids []ports.ID) {
	for id, m := range all {
		if id != ids[0] {
			m.Oldest = map[attempt.State]time.Duration{}
			all[id] = m
		}
	}
}

func listsStrangers(all map[ports.ID]campaign.Metrics, ids []ports.ID) {
	for _, id := range ids {
		if _, known := all[id]; !known {
			all[id] = campaign.Metrics{}
		}
	}
}

// listsDoubled answers with the last of what is asked for twice.
func listsDoubled(all map[ports.ID]campaign.Metrics, ids []ports.ID) {
	seen := map[ports.ID]bool{}
	for _, id := range ids {
		if seen[id] {
			all[id] = campaign.Metrics{}
		}
		seen[id] = true
	}
}

func listsFirstRuns(s ports.Store) ports.Store {
	return spoiltListing{s, func(ctx context.Context, s ports.Store, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
		all := map[ports.ID]campaign.Metrics{}
		for _, id := range ids {
			m, err := s.Metrics(ctx, id, 1, at)
			if err != nil {
				return nil, err
			}
			all[id] = m
		}
		return all, nil
	}}
}

func listsLate(s ports.Store) ports.Store {
	return spoiltListing{s, func(ctx context.Context, s ports.Store, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
		return ports.MetricsOf(ctx, s, ids, at.Add(time.Second))
	}}
}

func listsEverybody(s ports.Store) ports.Store {
	return spoiltListing{s, func(ctx context.Context, s ports.Store, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
		for c, err := range s.ListCampaigns(ctx) {
			if err != nil {
				return nil, err
			}
			ids = append(ids, c.ID)
		}
		return ports.MetricsOf(ctx, s, ids, at)
	}}
}

func listsWhenDone(s ports.Store) ports.Store {
	return spoiltListing{s, func(ctx context.Context, s ports.Store, ids []ports.ID, at time.Time) (map[ports.ID]campaign.Metrics, error) {
		all, err := ports.MetricsOf(context.WithoutCancel(ctx), s, ids, at)
		return maps.Clone(all), err
	}}
}
