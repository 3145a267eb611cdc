package postgres

import (
	"context"
	"fmt"
	"iter"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// CreateCampaign implements [ports.Campaigns].
func (s *Store) CreateCampaign(ctx context.Context, it campaign.Campaign) error {
	cutRun(&it.Run)
	spec, err := document(it.Spec)
	if err != nil {
		return fmt.Errorf("settings of campaign %s: %w", it.ID, err)
	}
	return s.write(ctx, func(u *unit) error {
		var taken bool
		if err := u.one(&taken, `SELECT EXISTS (SELECT FROM outdial_campaigns WHERE id = $1)`, it.ID); err != nil {
			return err
		}
		if taken {
			return fmt.Errorf("campaign %s: %w", it.ID, ports.ErrExists)
		}
		seq, err := u.tick() // from here to the end no other campaign is created
		if err != nil {
			return err
		}
		err = u.exec(`INSERT INTO outdial_campaigns (id, position, changed, status, version, created, cloned_from, archived, run)
			VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8)`, it.ID, seq, string(it.Status), it.Version, null(it.Created),
			uuid.NullUUID{UUID: it.ClonedFrom, Valid: it.ClonedFrom != attempt.ID{}}, null(it.Archived), it.Run.Number)
		if state(err) == uniqueViolation {
			return fmt.Errorf("campaign %s: %w", it.ID, ports.ErrExists)
		}
		if err != nil {
			return err
		}
		r := &run{Campaign: it.ID, Spec: []byte(spec)}
		r.become(it.Run)
		return u.insertRun(r)
	})
}

// Campaign implements [ports.Campaigns].
func (s *Store) Campaign(ctx context.Context, id ports.ID) (it campaign.Campaign, err error) {
	err = s.read(ctx, func(u *unit) error {
		c, err := u.camp(id)
		if err != nil {
			return err
		}
		it, err = u.whole(c)
		return err
	})
	return it, err
}

// whole is a campaign as a caller sees it.
func (u *unit) whole(c *camp) (campaign.Campaign, error) {
	r, err := u.run(c, 0)
	if err != nil {
		return campaign.Campaign{}, err
	}
	return c.whole(r)
}

// ListCampaigns implements [ports.Campaigns].
func (s *Store) ListCampaigns(ctx context.Context) iter.Seq2[campaign.Campaign, error] {
	return func(yield func(campaign.Campaign, error) bool) {
		last := int64(0)
		pages(ctx, yield, func() (page []campaign.Campaign, more bool, err error) {
			err = s.read(ctx, func(u *unit) error {
				var list []camp
				if err := u.all(&list, `SELECT `+campColumns+` FROM outdial_campaigns
					WHERE position > $1 ORDER BY position LIMIT $2`, last, pageSize); err != nil {
					return err
				}
				page, more = nil, len(list) == pageSize
				whole, err := u.wholes(list)
				if err != nil || len(list) == 0 {
					return err
				}
				page, last = whole, list[len(list)-1].Position
				return nil
			})
			return page, more, err
		})
	}
}

// wholes reads the present runs of campaigns, and makes what a caller sees.
func (u *unit) wholes(list []camp) ([]campaign.Campaign, error) {
	keys := make([]runKey, len(list))
	for i := range list {
		keys[i] = runKey{list[i].ID, list[i].Run}
	}
	if err := u.loadRuns(keys); err != nil {
		return nil, err
	}
	out := make([]campaign.Campaign, len(list))
	for i := range list {
		it, err := u.whole(&list[i])
		if err != nil {
			return nil, err
		}
		out[i] = it
	}
	return out, nil
}
