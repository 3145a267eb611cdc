package operator

import (
	"context"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Campaign is a campaign as it stands.
type Campaign struct {
	ID         outdial.ID        `json:"id" format:"uuid"`
	Name       string            `json:"name"`
	Status     campaign.Status   `json:"status" enum:"draft,running,paused,completed,failed"`
	Run        int               `json:"run" doc:"The number of the present run, or of the last one."`
	CreatedAt  time.Time         `json:"created_at"`
	StartedAt  time.Time         `json:"started_at,omitzero" doc:"When the run left draft."`
	EndedAt    time.Time         `json:"ended_at,omitzero" doc:"When the run was completed or failed."`
	EndReason  string            `json:"end_reason,omitempty" enum:"finished,stopped,window,failed"`
	FailReason string            `json:"fail_reason,omitempty"`
	ClonedFrom string            `json:"cloned_from,omitempty" doc:"The id of the campaign that it was copied from."`
	ArchivedAt time.Time         `json:"archived_at,omitzero" doc:"When the host put it away; a restart brings it back."`
	Version    int64             `json:"version" doc:"Raised by every change; an edit may name it in If-Match."`
	Actions    []campaign.Action `json:"actions" nullable:"false" doc:"What may be done with it now."`
	Settings   Settings          `json:"settings"`
	Metrics    Figures           `json:"metrics"`
}

// Figures are a run's figures.
type Figures struct {
	Campaign outdial.ID      `json:"campaign" format:"uuid"`
	Run      int             `json:"run"`
	Status   campaign.Status `json:"status" enum:"draft,running,paused,completed,failed" doc:"The campaign's; of a past run, as it was at that run's end."`
	campaign.Metrics
	// Oldest hides the library's own, which is in nanoseconds.
	Oldest        *bool              `json:"oldest,omitempty" hidden:"true"`
	OldestSeconds map[string]float64 `json:"oldest_seconds" doc:"The age of the oldest attempt in each state that has not ended."`
}

// Run is one pass over the contacts.
type Run struct {
	Number     int       `json:"number"`
	Scope      string    `json:"scope" enum:"all,not_completed" doc:"Which contacts it took from the run before."`
	StartedAt  time.Time `json:"started_at,omitzero"`
	EndedAt    time.Time `json:"ended_at,omitzero"`
	EndReason  string    `json:"end_reason,omitempty" enum:"finished,stopped,window,failed"`
	FailReason string    `json:"fail_reason,omitempty"`
	PurgedAt   time.Time `json:"purged_at,omitzero" doc:"When its attempts and calls began to be forgotten; its figures are kept."`
	Metrics    Figures   `json:"metrics"`
}

// Attempt is the life of one contact in one run.
type Attempt struct {
	Contact         outdial.ID `json:"contact" format:"uuid"`
	Key             string     `json:"key" doc:"The host's own name for the contact."`
	Name            string     `json:"name"`
	Address         string     `json:"address"`
	State           string     `json:"state"`
	Since           time.Time  `json:"since" doc:"When it entered the state."`
	DueAt           time.Time  `json:"due_at,omitzero" doc:"When it is to be dialled, if nothing pauses the campaign."`
	Calls           int        `json:"calls" doc:"Calls begun."`
	Dials           int        `json:"dials" doc:"Calls that the switch did not refuse."`
	Retries         int        `json:"retries" doc:"Retries spent."`
	Reason          string     `json:"reason" doc:"Why it ended as it did."`
	CallbackPending bool       `json:"callback_pending"`
	LastCall        *Call      `json:"last_call,omitempty"`
}

// Call is one dial.
type Call struct {
	ID        outdial.ID `json:"id" format:"uuid"`
	Number    int        `json:"number" doc:"1 is the contact's first call in the run."`
	Outcome   string     `json:"outcome" doc:"Empty while the call is up."`
	Cause     string     `json:"cause,omitempty"`
	SIPStatus int        `json:"sip_status,omitempty"`
	Agent     string     `json:"agent,omitempty"`
	DialledAt time.Time  `json:"dialled_at,omitzero"`
	EndedAt   time.Time  `json:"ended_at,omitzero"`
	// Disposition is nil as long as there is none.
	Disposition *CallDisposition `json:"disposition,omitempty" doc:"What the conversation was, once somebody has said so."`
}

// CallDisposition is what a conversation was, as it was said.
type CallDisposition struct {
	Code       string    `json:"code"`
	Note       string    `json:"note,omitempty"`
	CallbackAt time.Time `json:"callback_at,omitzero"`
	DoNotCall  bool      `json:"do_not_call,omitempty"`
	At         time.Time `json:"at" doc:"When it was said."`
}

// view is a campaign with its figures.
func (a *API) view(ctx context.Context, c *campaign.Campaign) (Campaign, error) {
	m, err := a.figures(ctx, c, 0)
	if err != nil {
		return Campaign{}, err
	}
	return viewOf(c, m), nil
}

func viewOf(c *campaign.Campaign, m Figures) Campaign {
	out := Campaign{
		ID: c.ID, Name: c.Spec.Name, Status: c.Status, Run: c.Run.Number, CreatedAt: c.Created,
		StartedAt: c.Run.Started, EndedAt: c.Run.Ended, EndReason: string(c.Run.EndReason), FailReason: c.Run.FailReason,
		ArchivedAt: c.Archived, Version: c.Version, Actions: campaign.Available(c.Status), Settings: settings(&c.Spec), Metrics: m,
	}
	if c.ClonedFrom != (outdial.ID{}) {
		out.ClonedFrom = c.ClonedFrom.String()
	}
	return out
}

// figures are those of a run; 0 is the present one.
func (a *API) figures(ctx context.Context, c *campaign.Campaign, run int) (Figures, error) {
	m, err := a.d.Metrics(ctx, c.ID, run)
	if err != nil {
		return Figures{}, err
	}
	if run == 0 {
		run = c.Run.Number
	}
	return figuresOf(c, run, m), nil
}

func figuresOf(c *campaign.Campaign, run int, m campaign.Metrics) Figures {
	f := Figures{Campaign: c.ID, Run: run, Status: c.Status, Metrics: m, OldestSeconds: map[string]float64{}}
	for state, age := range m.Oldest {
		f.OldestSeconds[state.String()] = age.Seconds()
	}
	return f
}

// attemptView is an attempt of a run of the campaign.
func attemptView(c *campaign.Campaign, it *ports.Item) Attempt {
	at := &it.Attempt
	return Attempt{
		Contact: it.Contact.ID, Key: it.Contact.Key, Name: it.Contact.Name, Address: it.Contact.Address,
		State: at.State.String(), Since: at.Since, DueAt: dueAt(c, at), Calls: at.Calls, Dials: at.Dials,
		Retries: at.Retries, Reason: at.Reason.String(), CallbackPending: at.Callback.Pending, LastCall: callView(&at.Call),
	}
}

// dueAt is when a waiting attempt is to be dialled. Nobody is called in a run
// that is over.
func dueAt(c *campaign.Campaign, a *attempt.Attempt) time.Time {
	if a.Run != c.Run.Number || !c.Run.Ended.IsZero() || !a.State.Waiting() {
		return time.Time{}
	}
	if a.State == attempt.StateRetryScheduled {
		return c.Run.WallTime(a.DueRunning)
	}
	return a.Due
}

func callView(c *attempt.Call) *Call {
	if c.ID == (outdial.ID{}) {
		return nil
	}
	v := &Call{
		ID: c.ID, Number: c.Number, Cause: c.Cause, SIPStatus: c.SIPStatus, Agent: c.Agent,
		DialledAt: c.DialledAt, EndedAt: c.EndedAt,
	}
	if c.Outcome != 0 {
		v.Outcome = c.Outcome.String()
	}
	if d := &c.Disposed; !d.IsZero() {
		v.Disposition = &CallDisposition{Code: d.Code, Note: d.Note, CallbackAt: d.CallbackAt, DoNotCall: d.DoNotCall, At: c.DisposedAt}
	}
	return v
}
