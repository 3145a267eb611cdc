package operator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/pacing"
)

const eventsSay = "Server-sent events: campaign (another status), attempt (another state), call (a final record), limit (something else limits " +
	"the dialling), and metrics (the figures, as of getMetrics, with the agents where this server counts any: at once, and at most once a second while they change, of drafts to those who listen to all every ten seconds; without an id). " +
	"A stream begins with an id without an event, so that there is one from the beginning. " +
	"A browser that comes back says where it was (Last-Event-ID) and is told what it missed, or gets a reset event: then read anew what is shown. " +
	"Comments are sent in silence. Events are those of this server's own dialler; figures are those of all."

func (a *API) registerEvents() {
	a.room.agents = a.o.Agents
	events := func(op huma.Operation) huma.Operation {
		op.Responses = map[string]*huma.Response{"200": {
			Description: "The stream; data are of the kind that the event's name says.",
			Content: map[string]*huma.MediaType{"text/event-stream": {
				Schema: &huma.Schema{AnyOf: []*huma.Schema{a.schemaOf(News{}), a.schemaOf(LiveFigures{})}},
			}},
		}}
		return op
	}
	huma.Register(a.huma, events(operation("events", "streamCampaignEvents", http.MethodGet, "/v1/campaigns/{id}/events",
		"Listen to a campaign", eventsSay, 404)), func(ctx context.Context, in *struct {
		ByID
		Resume
	}) (*huma.StreamResponse, error) {
		c, err := a.campaign(ctx, in.ByID)
		if err != nil {
			return nil, err
		}
		return a.events(c.ID, in.LastEventID), nil
	})
	huma.Register(a.huma, events(operation("events", "streamEvents", http.MethodGet, "/v1/events",
		"Listen to all campaigns", eventsSay)), func(_ context.Context, in *struct{ Resume }) (*huma.StreamResponse, error) {
		return a.events(outdial.ID{}, in.LastEventID), nil
	})
}

// Resume says where a stream was.
type Resume struct {
	LastEventID string `header:"Last-Event-ID" doc:"The id of the last event that was received."`
}

// News is the data of an event but metrics: of each kind the members that it has.
type News struct {
	Campaign outdial.ID   `json:"campaign" format:"uuid"`
	At       time.Time    `json:"at"`
	Run      int          `json:"run"`
	Contact  string       `json:"contact,omitempty" doc:"Of attempt and call."`
	Status   string       `json:"status,omitempty" doc:"Of campaign."`
	From     string       `json:"from,omitempty" doc:"Of attempt."`
	To       string       `json:"to,omitempty" doc:"Of attempt."`
	Call     *Call        `json:"call,omitempty" doc:"Of attempt, so far; of call, the final record."`
	Limit    pacing.Limit `json:"limit,omitempty" doc:"Of limit."`
	Sentence string       `json:"sentence,omitempty" doc:"Of limit, in words."`
}

func newsOf(ev *outdial.Event) News {
	n := News{Campaign: ev.Campaign, At: ev.At, Run: ev.Run, Status: string(ev.Status), Limit: ev.Limit}
	if ev.Contact != (outdial.ID{}) {
		n.Contact, n.Call = ev.Contact.String(), callView(&ev.Call)
	}
	n.From, n.To = stateName(ev.From), stateName(ev.To)
	if ev.Limit != "" {
		n.Sentence = ev.Limit.Sentence()
	}
	return n
}

func stateName(s attempt.State) string {
	if s == 0 {
		return ""
	}
	return s.String()
}

// id names an event to clients.
func (n *newsroom) id(number uint64) string {
	return n.instance + "-" + strconv.FormatUint(number, 10)
}

// number reads such a name; false for one of another process.
func (n *newsroom) number(id string) (uint64, bool) {
	instance, digits, _ := strings.Cut(id, "-")
	number, err := strconv.ParseUint(digits, 10, 63)
	return number, err == nil && instance == n.instance
}

// events streams what happens, until the client goes or the room is closed.
func (a *API) events(only outdial.ID, lastID string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		s := a.room.join(only, lastID)
		defer a.room.leave(s)
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Accel-Buffering", "no") // nginx would hold it back
		w.WriteHeader(http.StatusOK)
		a.room.first(r.Context(), only)
		out := &outlet{w: w, control: http.NewResponseController(w), patience: 2 * a.o.Heartbeat}
		if out.send(s.opening()) == nil {
			s.pump(r.Context(), out, a.o.Heartbeat)
		}
	}}
}

// opening is what a stream begins with: when to come back, and where it is, as
// long may pass before an event says so. One that has to tell of a loss says
// where it is with that, lest it is cut off between the two.
func (s *stream) opening() string {
	if s.lost {
		return "retry: 2000\n\n"
	}
	return "retry: 2000\nid: " + s.room.id(s.next-1) + "\n\n"
}

// first makes sure that there are figures to begin with.
func (n *newsroom) first(ctx context.Context, only outdial.ID) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	if only == (outdial.ID{}) {
		n.refresh(ctx, n.going(ctx, nil, true))
		return
	}
	n.refresh(ctx, n.named(ctx, map[outdial.ID]bool{only: true}))
}

// pump sends what there is, and waits for more.
func (s *stream) pump(ctx context.Context, out *outlet, heartbeat time.Duration) {
	silence := time.NewTimer(heartbeat)
	defer silence.Stop()
	for {
		text, more := s.frames()
		if text != "" {
			if out.send(text) != nil {
				return
			}
			silence.Reset(heartbeat)
		}
		if more {
			continue
		}
		select {
		case <-s.wake:
		case <-silence.C:
			if out.send(": still here\n\n") != nil {
				return
			}
			silence.Reset(heartbeat)
		case <-ctx.Done():
			return
		case <-s.room.closed:
			return
		}
	}
}

// frames are the next events as they are sent.
func (s *stream) frames() (text string, more bool) {
	var b strings.Builder
	events, at, lost, more := s.read()
	if lost {
		_, _ = fmt.Fprintf(&b, "id: %s\nevent: reset\ndata: {}\n\n", s.room.id(at))
	}
	for i := range events {
		data, _ := json.Marshal(newsOf(&events[i].event)) // of plain values
		_, _ = fmt.Fprintf(&b, "id: %s\nevent: %s\ndata: %s\n\n", s.room.id(events[i].number), events[i].event.Kind, data)
	}
	for _, data := range s.tell() {
		_, _ = fmt.Fprintf(&b, "event: metrics\ndata: %s\n\n", data)
	}
	return b.String(), more
}

// outlet is a stream's connection.
type outlet struct {
	w        io.Writer
	control  *http.ResponseController
	patience time.Duration
}

// send writes at once. A client that takes nothing for too long is let go.
func (o *outlet) send(text string) error {
	_ = o.control.SetWriteDeadline(time.Now().Add(o.patience)) // where the server can
	if _, err := io.WriteString(o.w, text); err != nil {
		return err
	}
	return o.control.Flush()
}
