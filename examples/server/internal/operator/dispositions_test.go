package operator_test

import (
	"strings"
	"testing"
)

func TestBadDispositionsAreRefusedWithTheirPlace(t *testing.T) {
	s := open(t)
	for body, says := range map[string][]string{
		`{}`:          {"property code"},
		`{"code":""}`: {`"body.code"`, "has 0 characters, want 1 to 64"},
		`{"code":"` + strings.Repeat("x", 65) + `"}`: {`"body.code"`, "has 65 characters"},
		`{"code":"  "}`: {`"body.code"`, "want a character that can be seen"},
		`{"code":"x","note":"` + strings.Repeat("x", 1001) + `"}`:              {`"body.note"`, "has 1001 characters, want at most 1000"},
		`{"code":"x","callback_at":"soon"}`:                                    {`"body.callback_at"`},
		`{"code":"x","callback_at":""}`:                                        {`"body.callback_at"`},
		`{"code":"x","callback_at":"2026-03-02T09:00:00Z","do_not_call":true}`: {`"body.callback_at"`, "exclude each other"},
		`{"code":"x","callback_at":"9999-12-31T23:59:59-23:59"}`:               {`"body.callback_at"`, "the years 1970 to 9999"},
		`{"code":"x","callback_at":"1969-12-31T23:59:59Z"}`:                    {`"body.callback_at"`, "is 1969-12-31T23:59:59Z, want the years 1970 to 9999"},
		`{"code":"x","callback_at":"0001-01-01T00:00:00Z"}`:                    {`"body.callback_at"`, "the years 1970 to 9999"},
		`{"code":"x","callback_at":"0001-01-01T01:00:00+01:00"}`:               {`"body.callback_at"`, "the years 1970 to 9999"},
		`{"CODE":"x"}`:                {"body.CODE"},
		`{"code":"x","colour":"red"}`: {"body.colour"},
		`{"code":"x\u0000"}`:          {`"body.code"`, "control characters"},
		`{"code":"","note":"\u0000"}`: {`"body.code"`, `"body.note"`},
	} {
		s.refused(422, s.send("POST", "/v1/calls/"+nobody+"/disposition", body), append(says, "validation failed")...)
	}
}
