package operator

import (
	"encoding/base64"

	"github.com/outdial/outdial"
)

// Page says which part of a list is wanted.
type Page struct {
	Cursor string `query:"cursor" maxLength:"100" doc:"The next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
}

// cursor names the last one of a page. Clients are not to read anything into it.
func cursor(last outdial.ID) string { return base64.RawURLEncoding.EncodeToString(last[:]) }

// after is the last one of the page before; zero on the first page.
func (p *Page) after() (id outdial.ID, err error) {
	if p.Cursor == "" {
		return id, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil || len(b) != len(id) || id.UnmarshalBinary(b) != nil || id == (outdial.ID{}) {
		return id, p.badCursor()
	}
	return id, nil
}

func (p *Page) badCursor() error {
	return invalidInput("query.cursor", "want the next of an earlier page of this list", p.Cursor)
}
