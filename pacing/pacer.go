package pacing

// Pacer decides how many lines to open for one campaign.
type Pacer interface {
	// Lines says how many lines to open now, and which limit keeps it from
	// more. It must be pure for equal histories of snapshots, and must not
	// answer more than the snapshot's rooms allow: see [Snapshot.Cap].
	Lines(Snapshot) Decision
}

// Snapshot is what a pacer sees of one campaign.
type Snapshot struct {
	// Pool reports whether the campaign has agents to count. Without one the
	// calls go to a destination that always has room.
	Pool bool
	// Idle is how many agents are free and not yet held for a call.
	Idle int
	// Lines is how many lines the campaign uses, calls begun included.
	Lines int
	// Rooms are the limits that hold whatever the pacer wants.
	Rooms []Room
}

// Room is how much one limit still allows.
type Room struct {
	Limit Limit
	Left  int
}

// Decision is how many lines to open now, and what keeps it from being more.
type Decision struct {
	Lines int
	Limit Limit
}

// Cap reduces what a pacer wants, for the reason why, to what the rooms allow.
// Of equally tight limits the pacer's own is named, then the first room's.
func (s Snapshot) Cap(want int, why Limit) Decision {
	d := Decision{Lines: want, Limit: why}
	for _, r := range s.Rooms {
		if r.Left < d.Lines {
			d = Decision{Lines: r.Left, Limit: r.Limit}
		}
	}
	d.Lines = max(d.Lines, 0)
	return d
}

// Progressive opens one line per idle agent, and as many as the limits allow
// where no agents are counted.
type Progressive struct{}

// Lines implements [Pacer].
func (Progressive) Lines(s Snapshot) Decision {
	if s.Pool {
		return s.Cap(max(s.Idle, 0), LimitAgents)
	}
	return s.Cap(maxInt, LimitNone)
}

const maxInt = int(^uint(0) >> 1)
