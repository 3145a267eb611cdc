package memory

import (
	"cmp"
	"iter"
	"slices"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

// contact is a contact as it is kept. Its texts are an entry: key, name,
// address, and the variables by name.
type contact struct {
	id        attempt.ID
	text      place
	notBefore moment
	priority  int32
}

// spot is where a contact is found: its campaign, and its place among the
// campaign's contacts, which is its order of arrival.
type spot struct {
	campaign uint32
	n        uint32
}

func (t *texts) put(c *campaign.Contact) contact {
	p := t.begin()
	t.add(c.Key)
	t.add(c.Name)
	t.add(c.Address)
	t.number(len(c.Variables))
	if len(c.Variables) > 0 {
		t.putVariables(c.Variables)
	}
	return contact{id: c.ID, text: p, notBefore: at(c.NotBefore), priority: c.Priority}
}

func (t *texts) putVariables(vs map[string]string) {
	names := make([]string, 0, len(vs))
	for n := range vs {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		t.add(n)
		t.add(vs[n])
	}
}

// contact makes the contact that a caller sees.
func (s *Store) contact(c *contact) campaign.Contact {
	r := s.texts.read(c.text)
	out := campaign.Contact{ID: c.id, Priority: c.priority, NotBefore: c.notBefore.time()}
	out.Key, out.Name, out.Address = r.text(), r.text(), r.text()
	if n := r.number(); n > 0 {
		out.Variables = make(map[string]string, n)
		for range n {
			name := r.text()
			out.Variables[name] = r.text()
		}
	}
	return out
}

// upload is a batch of contacts on its way into the store: read and encoded
// without the lock.
type upload struct {
	texts    texts
	contacts chunks[contact]
}

func stage(contacts iter.Seq2[campaign.Contact, error], stop func() error) (*upload, error) {
	u := &upload{}
	for c, err := range contacts {
		if err = cmp.Or(err, stop()); err != nil {
			return nil, err
		}
		u.contacts.push(u.texts.put(&c))
	}
	return u, nil
}
