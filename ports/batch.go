package ports

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/outdial/outdial/campaign"
)

// Batch names an upload.
type Batch struct {
	// Key makes the upload idempotent within its campaign. Empty: it is not.
	Key string
	// At is the caller's time.
	At time.Time
	// Digest tells the upload's rows from others, in [DigestSize] bytes, so that a
	// key is not taken for a repeat when it comes with other rows. It is made while
	// the contacts are read: a store asks once it has read the last one, and may
	// ask again. Nil: the batch is known by its key alone.
	Digest func() []byte
}

// DigestSize is how long the digest of a batch is: a SHA-256, in bytes.
const DigestSize = 32

// BatchRecord is an upload that the campaign has seen: see [Batch].
type BatchRecord struct {
	Key      string
	Contacts int
	// Digest is what the batch said of its rows; nil where it said nothing.
	Digest []byte
}

// Record is what a store keeps of a batch once it has read its contacts to their
// end, so many.
func (b Batch) Record(contacts int) BatchRecord {
	r := BatchRecord{Key: b.Key, Contacts: contacts}
	if b.Digest != nil {
		r.Digest = b.Digest()
	}
	return r
}

// Repeat is for stores that find, before they read a batch, that its key has been
// seen: it answers as AddContacts does. It reads the contacts to their end where
// they have a digest, so no lock is held meanwhile. An error from the iterator or
// of the context ends it.
func (b Batch) Repeat(ctx context.Context, kept BatchRecord, contacts iter.Seq2[campaign.Contact, error]) (int, error) {
	if b.Digest == nil {
		return kept.Contacts, nil
	}
	n := 0
	for _, err := range contacts {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return 0, err
		}
		n++
	}
	return b.Same(kept, n)
}

// Same is for stores that find, after they have read a batch of so many contacts,
// that its key has been seen meanwhile: it answers as AddContacts does. Of what was
// kept without a digest only the number is compared.
func (b Batch) Same(kept BatchRecord, contacts int) (int, error) {
	if b.Digest == nil {
		return kept.Contacts, nil
	}
	if contacts != kept.Contacts || len(kept.Digest) > 0 && !bytes.Equal(kept.Digest, b.Digest()) {
		return 0, fmt.Errorf("upload %q: %w", b.Key, ErrOtherRows)
	}
	return kept.Contacts, nil
}
