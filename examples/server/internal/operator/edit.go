package operator

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

type editInput struct {
	ByID
	IfMatch string `header:"If-Match" doc:"The version that the edit is meant for, in quotes. If the campaign has another, nothing is changed (412)."`
	Body    Settings
	RawBody []byte
}

// maxMerges is how often an edit is merged into settings that others edit at the
// same time. Of those who collide one gets through, so that this many have to be
// at it at once before one of them is refused.
const maxMerges = 32

// edit changes the settings that the body names. Others may edit at the same time:
// what they change meanwhile is kept, as the edit is only made if the campaign is
// still the one that it was merged into, and is merged again if not. Who names a
// version means that one and no other.
func (a *API) edit(ctx context.Context, in *editInput) (*one, error) {
	id, err := parseID(in.ID, "campaign")
	if err != nil {
		return nil, err
	}
	meant, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	for range maxMerges {
		if err = a.merge(ctx, id, meant, in.RawBody); meant != 0 || !errors.Is(err, campaign.ErrChanged) {
			break
		}
	}
	switch {
	case meant != 0 && errors.Is(err, campaign.ErrChanged):
		return nil, problem(http.StatusPreconditionFailed, err.Error())
	case err != nil:
		return nil, a.fail(err)
	}
	return a.show(ctx, id)
}

// merge edits a campaign once: campaign.ErrChanged if it changes meanwhile, or has
// another version than the one that is meant. 0: any. A body that names no setting
// is no edit, which would make it another version to everybody else.
func (a *API) merge(ctx context.Context, id outdial.ID, meant int64, body []byte) error {
	c, err := a.d.Campaign(ctx, id)
	if err != nil {
		return err
	}
	if empty(body) {
		_, err := campaign.Next(c, campaign.Event{Action: campaign.Edit, Version: meant, Spec: c.Spec})
		return err // whether it might be edited
	}
	spec, err := change(c.Spec, body)
	if err != nil {
		return err
	}
	if meant == 0 {
		meant = c.Version
	}
	return a.d.EditIf(ctx, id, meant, spec)
}

// empty reports whether a body is an object without fields.
func empty(body []byte) bool {
	fields := map[string]json.RawMessage{}
	return json.Unmarshal(body, &fields) == nil && len(fields) == 0
}

// versionOf reads an If-Match; 0 is any version. A campaign has one version, so a
// list of them is not taken.
func versionOf(ifMatch string) (int64, error) {
	if ifMatch == "" || ifMatch == "*" {
		return 0, nil
	}
	text, opened := strings.CutPrefix(ifMatch, `"`)
	text, closed := strings.CutSuffix(text, `"`)
	version, err := strconv.ParseInt(text, 10, 64)
	if !opened || !closed || err != nil || version < 1 {
		return 0, invalidInput("header.If-Match", `want a campaign's version in quotes, like "3", or *`, ifMatch)
	}
	return version, nil
}
