package outdial

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"

	"github.com/outdial/outdial/campaign"
)

// rowsDigest is the digest of an upload's contacts as the host gave them, so
// without their ids: a SHA-256 over their fields one after the other. Stores keep
// it for ever, so what it is of a contact must never change: a field that a later
// release adds comes last, and is left out where it is not set.
type rowsDigest struct {
	hash  hash.Hash
	row   []byte   // of the contact at hand
	names []string // of its variables
}

func newRowsDigest() *rowsDigest { return &rowsDigest{hash: sha256.New()} }

// add appends a contact, whose times are as they are stored. It and its texts go
// behind their lengths, and variables behind their number, so that no two lists of
// contacts are written alike.
func (d *rowsDigest) add(c *campaign.Contact) {
	d.row = append(d.row[:0], 0, 0, 0, 0) // its length
	d.text(c.Key)
	d.text(c.Name)
	d.text(c.Address)
	d.row = binary.AppendVarint(d.row, int64(c.Priority))
	d.row = binary.AppendVarint(d.row, c.NotBefore.UnixMicro())
	d.row = binary.AppendUvarint(d.row, uint64(len(c.Variables)))
	d.names = d.names[:0]
	for name := range c.Variables {
		d.names = append(d.names, name)
	}
	slices.Sort(d.names)
	for _, name := range d.names {
		d.text(name)
		d.text(c.Variables[name])
	}
	binary.BigEndian.PutUint32(d.row, uint32(len(d.row)-4))
	d.hash.Write(d.row) // never fails
}

func (d *rowsDigest) text(s string) {
	d.row = append(binary.AppendUvarint(d.row, uint64(len(s))), s...)
}

func (d *rowsDigest) sum() []byte { return d.hash.Sum(nil) }
