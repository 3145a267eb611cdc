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

// item is an attempt with its contact.
type item struct {
	row
	contact
}

// items reads attempts with their contacts, in the order that the rest of the
// query says. It reads each through its run, which is read already.
func (u *unit) items(from string, args ...any) ([]ports.Item, []*row, error) {
	var list []item
	if err := u.all(&list, `SELECT `+rowColumns+`, `+contactColumns+` `+from, args...); err != nil {
		return nil, nil, err
	}
	items, rows := make([]ports.Item, len(list)), make([]*row, len(list))
	for i := range list {
		r := &list[i].row
		if err := r.decode(); err != nil {
			return nil, nil, err
		}
		contact, err := list[i].whole(r.Contact)
		if err != nil {
			return nil, nil, err
		}
		items[i] = ports.Item{Attempt: r.a, Contact: contact}
		if in := u.runs[runKey{r.Campaign, r.Run}]; in != nil {
			if err := in.settle(&items[i].Attempt); err != nil {
				return nil, nil, err
			}
		}
		rows[i] = r
		u.rows[rowKey{r.Contact, r.Run}] = r
	}
	return items, rows, nil
}

// campaignOf finds a contact's campaign.
func (u *unit) campaignOf(contact attempt.ID) (id attempt.ID, err error) {
	err = u.one(&id, `SELECT campaign FROM outdial_contacts WHERE id = $1`, contact)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("contact %s: %w", contact, ports.ErrNotFound)
	}
	return id, err
}
