package site

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// sampleContacts is how many contacts the sample campaign has: at the default
// speed it takes some minutes.
const sampleContacts = 2000

// sample is the campaign that the page's button starts. It has a little of
// everything that there is to see.
func (d *Demo) sample(n int64) campaign.Spec {
	s := campaign.Defaults()
	s.Name = fmt.Sprintf("Sample campaign %d", n)
	s.MaxConcurrent = min(60, d.ceiling)
	s.RingTimeout = 20 * time.Second
	s.Retries = 2
	s.RetryRules = map[attempt.Outcome]campaign.RetryRule{
		attempt.OutcomeBusy:    {Delay: 2 * time.Minute},
		attempt.OutcomeMachine: {Delay: 15 * time.Minute, Max: 1},
	}
	s.Screening = true
	s.DispositionWait = 10 * time.Minute
	s.WrapUp = 5 * time.Second
	return s
}

var (
	firstNames = []string{"Ada", "Ben", "Chloé", "Darius", "Elif", "Femi", "Grace", "Hiro", "Inés", "Jonas", "Kavya"}
	lastNames  = []string{"Adler", "Björk", "Castillo", "Dubois", "Eriksen", "Fischer", "Okafor", "Haddad", "Ivanova", "Kowalski", "Lindqvist", "Moreau", "Nakamura"}
)

// contacts are people who do not exist, on numbers that the simulation answers.
func contacts() iter.Seq2[campaign.Contact, error] {
	return func(yield func(campaign.Contact, error) bool) {
		for i := range sampleContacts {
			c := campaign.Contact{
				Key:       fmt.Sprintf("sample-%04d", i+1),
				Name:      firstNames[i%len(firstNames)] + " " + lastNames[i%len(lastNames)],
				Address:   fmt.Sprintf("+1555%07d", i+1),
				Variables: map[string]string{"language": []string{"en", "fr", "de"}[i%3]},
			}
			if i%50 == 0 {
				c.Priority = 10
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

// ErrEnding refuses a sample campaign that nobody would dial any more.
var ErrEnding = errors.New("the server is stopping")

// Sample creates the sample campaign, with its contacts, and starts it. Once the
// site is shutting down it is refused with [ErrEnding].
func (d *Demo) Sample(ctx context.Context) (campaign.ID, error) {
	if d.ending.Load() {
		return campaign.ID{}, ErrEnding
	}
	c, err := d.dialler.Create(ctx, d.sample(d.samples.Add(1)))
	if err != nil {
		return campaign.ID{}, err
	}
	if _, err := d.dialler.Upload(ctx, c.ID, "sample", contacts()); err != nil {
		return campaign.ID{}, err
	}
	return c.ID, d.dialler.Start(ctx, c.ID)
}
