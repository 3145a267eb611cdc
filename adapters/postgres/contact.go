package postgres

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// contact is a row of outdial_contacts, but for its id, campaign and arrival.
type contact struct {
	Key       string       `db:"key"`
	Name      string       `db:"name"`
	Address   string       `db:"address"`
	Priority  int32        `db:"priority"`
	NotBefore sql.NullTime `db:"not_before"`
	Variables []byte       `db:"variables"`
}

const contactColumns = `c.key, c.name, c.address, c.priority, c.not_before, c.variables`

// into is where a row's contactColumns go.
func (c *contact) into() []any {
	return []any{&c.Key, &c.Name, &c.Address, &c.Priority, &c.NotBefore, &c.Variables}
}

func (c *contact) whole(id attempt.ID) (campaign.Contact, error) {
	out := campaign.Contact{
		ID: id, Key: c.Key, Name: c.Name, Address: c.Address, Priority: c.Priority, NotBefore: moment(c.NotBefore),
	}
	if c.Variables != nil {
		if err := json.Unmarshal(c.Variables, &out.Variables); err != nil {
			return out, fmt.Errorf("variables of contact %s: %w", id, err)
		}
	}
	return out, nil
}

// items reads attempts with their contacts, in the order that the rest of the
// query says, and gives each to a function with its row, which the next one
// overwrites. It reads each through its run, if that is read already.
func (u *unit) items(do func(*row, ports.Item), from string, args ...any) error {
	var r row
	var c contact
	return u.each(append(r.into(), c.into()...), func() error {
		if err := r.decode(); err != nil {
			return err
		}
		it := ports.Item{Attempt: r.a}
		var err error
		if it.Contact, err = c.whole(r.Contact); err != nil {
			return err
		}
		if in := u.runs[runKey{r.Campaign, r.Run}]; in != nil {
			err = in.settle(&it.Attempt)
		}
		do(&r, it)
		return err
	}, `SELECT `+rowColumns+`, `+contactColumns+` `+from, args...)
}

// campaignOf finds a contact's campaign.
func (u *unit) campaignOf(contact attempt.ID) (id attempt.ID, err error) {
	err = u.one(&id, `SELECT campaign FROM outdial_contacts WHERE id = $1`, contact)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("contact %s: %w", contact, ports.ErrNotFound)
	}
	return id, err
}
