package web

import (
	"fmt"
	"net/http/httptest"
	"testing"
)

func TestNoMoreGuessersAreRememberedThanThereIsRoomFor(t *testing.T) {
	var g guesses
	for i := range 2*maxGuessers + 1 {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255)
		if !g.allow(r, "") || !g.allow(r, "key-1") {
			t.Fatalf("the first keys of %s are refused", r.RemoteAddr)
		}
		if len(g.wrong) > maxGuessers || len(g.known) > maxGuessers {
			t.Fatalf("%d addresses are remembered, and %d clients", len(g.wrong), len(g.known))
		}
	}
}
