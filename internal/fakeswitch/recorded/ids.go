package recorded

import "regexp"

// IDs are the names that things have in a recording of an originate.
type IDs struct {
	// Contact and Agent are the legs' channels. Contact first there is no agent;
	// a contact's leg that was never made may have no name.
	Contact, Agent string
	// Job is the Job-UUID that the client gave its originate.
	Job string
}

var (
	firstLeg  = regexp.MustCompile(`\{origination_uuid=([0-9a-f-]{36})`)
	secondLeg = regexp.MustCompile(`\[origination_uuid=([0-9a-f-]{36})`)
	bridging  = regexp.MustCompile(`bgapi originate \S+ (&bridge|'m:\^:bridge)`)
	jobID     = regexp.MustCompile(`Job-UUID: ([0-9a-f-]{36})`)
)

// IDs reads them off what the client sent. Where it did not choose the
// contact's id, that is the one of the channel which the agent's leg made.
func (s *Session) IDs() IDs {
	var ids IDs
	one := s.sent(firstLeg)
	ids.Job = s.sent(jobID)
	if s.sent(bridging) == "" {
		ids.Contact = one
		return ids
	}
	ids.Agent, ids.Contact = one, s.sent(secondLeg)
	for i := 0; i < len(s.Frames) && ids.Contact == ""; i++ {
		if ev := s.Frames[i].Event(); ev["variable_originator"] != "" {
			ids.Contact = ev["Unique-ID"]
		}
	}
	return ids
}

// sent is the last thing of that form that the client sent.
func (s *Session) sent(form *regexp.Regexp) string {
	found := ""
	for _, block := range s.Sent {
		if m := form.FindStringSubmatch(block); m != nil {
			found = m[1]
		}
	}
	return found
}
