package main

import (
	"strings"
	"testing"
)

func TestCompressedBodiesAreRefusedOnEverySurface(t *testing.T) {
	p := start(t)
	status, body := p.ask("POST", "/v1/campaigns", `{"name":"x","destination":"1000"}`, guideKey, "Content-Type: application/json")
	at := strings.Split(body, `"`)[3] // {"id":"…"
	if status != 201 {
		t.Fatalf("a body as it is: %d %s", status, body)
	}
	for _, path := range []string{
		"/v1/campaigns", "/v1/campaigns/" + at + "/contacts", "/v1/telephony/campaigns", "/v1/telephony/campaigns/" + at + "/contacts", "/demo/campaign",
	} {
		status, body := p.ask("POST", path, "\x1f\x8b\x08", guideKey, "Content-Type: application/json", "Content-Encoding: gzip")
		if status != 415 || !strings.Contains(body, `gzip`) || !strings.Contains(body, `"code":"UNSUPPORTED_MEDIA_TYPE"`) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if _, list := p.ask("GET", "/v1/campaigns", "", guideKey); strings.Count(list, `"settings"`) != 1 {
		t.Errorf("there are now %s", list)
	}
}
