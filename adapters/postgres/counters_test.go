package postgres

import (
	"reflect"
	"testing"

	"github.com/outdial/outdial/campaign"
)

// fillInts gives every number in v another value.
func fillInts(v reflect.Value, next *int64) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillInts(v.Field(i), next)
		}
	case reflect.Array:
		for i := 1; i < v.Len(); i++ { // 0 is no state and no outcome
			fillInts(v.Index(i), next)
		}
	default:
		*next++
		v.SetInt(*next)
	}
}

func TestEveryCounterComesBack(t *testing.T) {
	var want, got campaign.Counters
	n := int64(0)
	fillInts(reflect.ValueOf(&want).Elem(), &n)
	doc, err := encodeCounters(&want)
	if err != nil {
		t.Fatal(err)
	}
	if err := decodeCounters(doc, &got); err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("they come back as\n%+v, want\n%+v", got, want)
	}
}
