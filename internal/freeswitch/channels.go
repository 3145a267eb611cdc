package freeswitch

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/outdial/outdial/ports"
)

// Channel is a row of `show channels as json`.
type Channel struct {
	ID ports.ID
	// State is its call state: DOWN, RINGING, EARLY, ACTIVE, HELD, HANGUP.
	State string
}

// ErrList is what an unreadable list of channels wraps.
var ErrList = errors.New("not a list of channels")

// ParseChannels reads the reply to `show channels as json`. An empty switch
// answers {"row_count": 0} without rows.
func ParseChannels(reply string) ([]Channel, error) {
	var list struct {
		Count *int `json:"row_count"`
		Rows  []struct {
			UUID  string `json:"uuid"`
			State string `json:"callstate"`
		} `json:"rows"`
	}
	if err := json.Unmarshal([]byte(strings.TrimSpace(reply)), &list); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrList, err)
	}
	if list.Count == nil || *list.Count != len(list.Rows) {
		return nil, fmt.Errorf("%w: the count is not that of the rows", ErrList)
	}
	channels := make([]Channel, 0, len(list.Rows))
	for _, r := range list.Rows {
		id, err := uuid.Parse(r.UUID)
		if err != nil {
			continue // channels of others may have any id
		}
		channels = append(channels, Channel{ID: id, State: r.State})
	}
	return channels, nil
}

// ParseDump reads the reply to `uuid_dump ID json`: nil if there is no such channel.
func ParseDump(reply string) (*Event, error) {
	if NoChannel(reply) {
		return nil, nil
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(strings.TrimSpace(reply)), &all); err != nil {
		return nil, fmt.Errorf("not a channel's dump: %w", err)
	}
	dump := &Event{Headers: map[string]string{}}
	for _, name := range append(Headers(), "variable_uuid_bridge", "variable_signal_bond", "variable_transfer_source") {
		if s, ok := all[name].(string); ok {
			dump.Headers[name] = s
		}
	}
	if dump.Get("Unique-ID") == "" {
		return nil, errors.New("not a channel's dump: it has no Unique-ID")
	}
	return dump, nil
}

// With reports whether a channel's dump shows it connected to another one, or
// told to be.
func (e *Event) With(other ports.ID) bool {
	id := other.String()
	return e.Var("signal_bond") == id || e.Var("uuid_bridge") == id || e.Get("Other-Leg-Unique-ID") == id
}

// Served reports whether a contact's dump shows that it has been connected to
// an agent or sent to an extension: by our own mark or, should whoever did it
// have died before that, by what the switch notes itself.
func (e *Event) Served() bool {
	return e.Var(VarStage) == StageMark || e.Var("signal_bond") != "" || e.Transferred()
}

// Transferred reports whether a channel was sent to an extension, or bridged by
// uuid_bridge.
func (e *Event) Transferred() bool { return e.Var("transfer_source") != "" }
