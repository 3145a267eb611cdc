package outdial_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"iter"
	"maps"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// carla has every field that a host gives.
var carla = campaign.Contact{
	Key: "c-3", Name: "Carla", Address: "+15550003", Priority: -3, NotBefore: time.Date(2026, 3, 2, 9, 0, 0, 1000, time.UTC),
	Variables: map[string]string{"plan": "gold", "debt": "12"},
}

// otherCarla is carla with one thing changed.
func otherCarla(change func(*campaign.Contact)) campaign.Contact {
	c := carla
	c.Variables = maps.Clone(carla.Variables)
	change(&c)
	return c
}

func TestOtherRowsUnderAKnownKeyAreRefused(t *testing.T) {
	for name, rows := range map[string][]campaign.Contact{
		"one less":     {anna},
		"one more":     {anna, carla, ben},
		"none":         {},
		"in new order": {carla, anna},
		"twice one":    {anna, anna},
		"key":          {anna, otherCarla(func(c *campaign.Contact) { c.Key = "c-4" })},
		"name":         {anna, otherCarla(func(c *campaign.Contact) { c.Name = "" })},
		"address":      {anna, otherCarla(func(c *campaign.Contact) { c.Address = "+15550004" })},
		"priority":     {anna, otherCarla(func(c *campaign.Contact) { c.Priority = 3 })},
		"not before":   {anna, otherCarla(func(c *campaign.Contact) { c.NotBefore = c.NotBefore.Add(time.Microsecond) })},
		"at once":      {anna, otherCarla(func(c *campaign.Contact) { c.NotBefore = time.Time{} })},
		"a value":      {anna, otherCarla(func(c *campaign.Contact) { c.Variables["plan"] = "silver" })},
		"a variable":   {anna, otherCarla(func(c *campaign.Contact) { delete(c.Variables, "plan") })},
		"a new name":   {anna, otherCarla(func(c *campaign.Contact) { c.Variables = map[string]string{"plan": "gold", "debts": "12"} })},
		"values swapped": {anna, otherCarla(func(c *campaign.Contact) {
			c.Variables = map[string]string{"plan": "12", "debt": "gold"}
		})},
		"key and name run together": {anna, otherCarla(func(c *campaign.Contact) { c.Key, c.Name = "c-3C", "arla" })},
	} {
		t.Run(name, func(t *testing.T) {
			s, d := desk(t)
			id := s.draft(d, 0)
			_, err := d.Upload(s.ctx, id, "monday", each(nil, anna, carla))
			s.must(err)
			if n, err := d.Upload(s.ctx, id, "monday", each(nil, rows...)); n != 0 || !errors.Is(err, ports.ErrOtherRows) {
				t.Errorf("got %d, %v; want ErrOtherRows", n, err)
			}
			if n, err := d.Upload(s.ctx, id, "monday", each(nil, anna, carla)); n != 2 || err != nil {
				t.Errorf("the same rows: %d, %v", n, err)
			}
			if n := len(s.book(d, id)); n != 2 {
				t.Errorf("there are %d contacts, want 2", n)
			}
		})
	}
}

func TestRowsThatAreKeptAlikeAreTheSame(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	plain := campaign.Contact{Address: "+15550005"}
	_, err := d.Upload(s.ctx, id, "monday", each(nil, carla, plain))
	s.must(err)
	again := otherCarla(func(c *campaign.Contact) {
		c.ID = outdial.ID{1} // the dialler gives another in any case
		c.NotBefore = c.NotBefore.Add(999).In(time.FixedZone("", 3600))
	})
	plain.Variables = map[string]string{}
	if n, err := d.Upload(s.ctx, id, "monday", each(nil, again, plain)); n != 2 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}

func TestAFaultInARepeatedUploadIsTold(t *testing.T) {
	s, d := desk(t)
	id := s.draft(d, 0)
	_, err := d.Upload(s.ctx, id, "monday", each(nil, anna))
	s.must(err)
	bad := (*outdial.ContactError)(nil)
	if _, err := d.Upload(s.ctx, id, "monday", each(nil, campaign.Contact{})); !errors.As(err, &bad) {
		t.Errorf("a bad row: %v", err)
	}
	torn := errors.New("the file ends in the middle")
	if _, err := d.Upload(s.ctx, id, "monday", each(torn, anna)); !errors.Is(err, torn) {
		t.Errorf("a torn file: %v", err)
	}
}

// digested takes uploads, and keeps nothing but the digest of the last.
type digested struct {
	ports.Store
	twice  bool // it begins anew once it has read an upload
	digest []byte
}

func (s *digested) AddContacts(_ context.Context, _ ports.ID, b ports.Batch, contacts iter.Seq2[campaign.Contact, error]) (n int, err error) {
	read := func() {
		n = 0
		for _, broke := range contacts {
			err = errors.Join(err, broke)
			n++
		}
	}
	if read(); s.twice {
		read()
	}
	s.digest = b.Record(n).Digest
	return n, err
}

// Digests are kept for ever: a release that made others would refuse the repeats
// of uploads that were made before it.
func TestTheDigestOfRowsNeverChanges(t *testing.T) {
	s, d, id := digesting(t)
	for _, c := range []struct {
		rows []campaign.Contact
		want string
	}{
		{nil, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{[]campaign.Contact{anna, carla}, "c5ab6f63ad71f2c716cb03c05ca71c483b6c38e0095f6874ee183d3188ded5f8"},
	} {
		_, err := d.Upload(t.Context(), id, "monday", each(nil, c.rows...))
		must(t, err)
		if got := hex.EncodeToString(s.digest); got != c.want {
			t.Errorf("the digest of %d rows is %s, want %s", len(c.rows), got, c.want)
		}
	}
	if _, err := d.Upload(t.Context(), id, "", each(nil, anna)); err != nil || s.digest != nil {
		t.Errorf("without a key there is a digest: %x, %v", s.digest, err)
	}
}

func TestAStoreMayReadRowsOnceMore(t *testing.T) {
	s, d, id := digesting(t)
	var was []byte
	for range 2 {
		_, err := d.Upload(t.Context(), id, "monday", each(nil, anna, carla))
		must(t, err)
		if s.twice && !bytes.Equal(s.digest, was) {
			t.Errorf("rows that are read twice have another digest")
		}
		s.twice, was = true, s.digest
	}
}

func TestTheDigestOfRowsIsOverEveryField(t *testing.T) {
	s, d, id := digesting(t)
	plain := campaign.Contact{Address: "+15550005"}
	_, err := d.Upload(t.Context(), id, "monday", each(nil, plain))
	must(t, err)
	was := s.digest
	full := reflect.ValueOf(carla)
	for i := range full.NumField() {
		changed := plain
		reflect.ValueOf(&changed).Elem().Field(i).Set(full.Field(i))
		_, err := d.Upload(t.Context(), id, "monday", each(nil, changed))
		must(t, err)
		if name := full.Type().Field(i).Name; bytes.Equal(s.digest, was) != (name == "ID") {
			t.Errorf("with another %s the digest is another: %v", name, name == "ID")
		}
	}
}

func digesting(t testing.TB) (*digested, *outdial.Dialler, outdial.ID) {
	t.Helper()
	s := &digested{Store: memory.New()}
	d, err := outdial.New(outdial.Config{Store: s})
	must(t, err)
	spec := campaign.Defaults()
	spec.Name = "digested"
	c, err := d.Create(t.Context(), spec)
	must(t, err)
	return s, d, c.ID
}

// What a key costs an upload: ns/row with one less ns/row without.
func BenchmarkUploadDigest(b *testing.B) {
	for _, key := range []string{"", "monday"} {
		b.Run("key="+strconv.FormatBool(key != ""), func(b *testing.B) {
			_, d, id := digesting(b)
			row := otherCarla(func(c *campaign.Contact) { c.NotBefore = time.Time{} })
			_, err := d.Upload(b.Context(), id, key, func(yield func(campaign.Contact, error) bool) {
				for b.Loop() && yield(row, nil) {
				}
			})
			must(b, err)
		})
	}
}
