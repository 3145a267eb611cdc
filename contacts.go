package outdial

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// ContactError says which contact of an upload was refused, and why. Nothing
// of the upload was added.
type ContactError struct {
	Index int // from 0
	Err   error
}

// Error implements error.
func (e *ContactError) Error() string { return fmt.Sprintf("contact %d: %v", e.Index, e.Err) }

// Unwrap returns what is wrong with the contact.
func (e *ContactError) Unwrap() error { return e.Err }

// AddContacts adds contacts to a draft, running or paused campaign, in order,
// all of them or none, and returns them with their ids. Duplicates are kept. A
// refused contact is a [*ContactError].
func (d *Dialler) AddContacts(ctx context.Context, id ID, contacts ...campaign.Contact) ([]campaign.Contact, error) {
	added := make([]campaign.Contact, 0, len(contacts))
	_, err := d.upload(ctx, id, "", func(yield func(campaign.Contact, error) bool) {
		for _, c := range contacts {
			if !yield(c, nil) {
				return
			}
		}
	}, func(c campaign.Contact) { added = append(added, c) })
	if err != nil {
		return nil, err
	}
	return added, nil
}

// Upload adds contacts from an iterator, without holding them, all of them or
// none, and returns how many. An error of the iterator ends it. With a key it
// is idempotent, in every process and for ever: the same key with the same contacts
// again adds nothing and returns the same count, with others it is refused with
// [ports.ErrOtherRows]. Their order counts, their ids do not. A key has at most
// [MaxUploadKey] characters; another is a [*campaign.InvalidError].
func (d *Dialler) Upload(ctx context.Context, id ID, key string, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
	if err := checkUploadKey(key); err != nil {
		return 0, err
	}
	return d.upload(ctx, id, key, contacts, func(campaign.Contact) {})
}

// MaxUploadKey bounds the key of an upload, in characters.
const MaxUploadKey = 255

// checkUploadKey takes what every store can keep: a database refuses NUL, bad
// UTF-8 and what is too long for its index.
func checkUploadKey(key string) error {
	if utf8.ValidString(key) && utf8.RuneCountInString(key) <= MaxUploadKey && !strings.ContainsFunc(key, unicode.IsControl) {
		return nil
	}
	return &campaign.InvalidError{What: "upload", Faults: []campaign.Fault{
		{Field: "Key", Value: key, Want: fmt.Sprintf("at most %d characters of UTF-8 without control characters", MaxUploadKey)},
	}}
}

func (d *Dialler) upload(ctx context.Context, id ID, key string, contacts iter.Seq2[campaign.Contact, error], added func(campaign.Contact)) (int, error) {
	c, err := d.cfg.Store.Campaign(ctx, id)
	if err != nil {
		return 0, err
	}
	batch, rows := ports.Batch{Key: key, At: d.now()}, newRowsDigest()
	if key != "" {
		batch.Digest = rows.sum
	}
	checked := func(yield func(campaign.Contact, error) bool) {
		i := 0
		rows.hash.Reset()
		for contact, err := range contacts {
			if err == nil {
				if err = contact.Validate(c.Spec.Allow()); err != nil {
					err = &ContactError{Index: i, Err: err}
				}
			}
			contact.ID, contact.NotBefore = d.cfg.NewID(), stored(contact.NotBefore)
			if err == nil {
				added(contact)
				if key != "" {
					rows.add(&contact)
				}
			}
			if !yield(contact, err) || err != nil {
				return
			}
			i++
		}
	}
	n, err := d.cfg.Store.AddContacts(ctx, id, batch, checked)
	if err != nil {
		return 0, err
	}
	d.kick()
	return n, nil
}

// Contacts yields a campaign's contacts in the order in which they were added.
func (d *Dialler) Contacts(ctx context.Context, id ID) iter.Seq2[campaign.Contact, error] {
	return d.cfg.Store.Contacts(ctx, id)
}

// Attempts yields the attempts of a run, in the order of their contacts.
func (d *Dialler) Attempts(ctx context.Context, f ports.Filter) iter.Seq2[ports.Item, error] {
	return d.cfg.Store.Attempts(ctx, f)
}

// Dispose gives a call its disposition: while the call is up, or as long after
// as the campaign waits for it. The same disposition again is no error; another
// one is [attempt.ErrDisposed], one that comes too late [ports.ErrLate], a bad one
// an [*attempt.DispositionError]. Any process that shares the store may call it.
//
// DoNotCall ends the contact in this run alone. Nothing here keeps it for the next
// one: a [Dialler.Restart] with all contacts calls the person again, as does a
// [Dialler.Clone] with contacts.
func (d *Dialler) Dispose(ctx context.Context, call ID, disposition attempt.Disposition) error {
	if err := disposition.Validate(); err != nil {
		return err
	}
	disposition.CallbackAt = stored(disposition.CallbackAt)
	err := d.submit(ctx, ports.Command{Dispose: &ports.Dispose{Call: call, Disposition: disposition}})
	if illegal := (*attempt.IllegalMoveError)(nil); errors.As(err, &illegal) {
		return fmt.Errorf("outdial: call %s takes no disposition before it is answered: %w", call, err)
	}
	return err
}

// CancelCallback gives up a contact's pending callback.
func (d *Dialler) CancelCallback(ctx context.Context, contact ID) error {
	return d.submit(ctx, ports.Command{Cancel: &ports.Cancel{Contact: contact}})
}
