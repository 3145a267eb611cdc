package freeswitch_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/internal/fakeswitch/recorded"
	"github.com/outdial/outdial/internal/freeswitch"
	"github.com/outdial/outdial/ports"
)

func TestRecordedOutcomes(t *testing.T) { tellRecorded(t, "esl/json/*", attempt.ContactFirst) }
func TestRecordedBridges(t *testing.T)  { tellRecorded(t, "bridge/*", attempt.AgentFirst) }

func tellRecorded(t *testing.T, pattern string, shape attempt.Shape) {
	names, err := recorded.Names(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%d recordings: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			session, err := recorded.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			told := replay(session, shape)
			story, known := recorded.StoryOf(name)
			if !known {
				t.Fatalf("no story for it: %v", told)
			}
			for _, fault := range story.Faults(told) {
				t.Error(fault)
			}
		})
	}
}

// replay puts a recording's events into a book in which the call has been
// placed. The ids are those of the recording, but for the agent's leg, which a
// book names itself.
func replay(session *recorded.Session, shape attempt.Shape) []ports.Event {
	now := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	b := freeswitch.NewBook("me", true, time.Minute, func() time.Time { return now })
	ids := session.IDs()
	call, err := uuid.Parse(ids.Contact)
	if err != nil { // the contact's leg was never made
		call = uuid.New()
	}
	b.Place(ports.Dial{Call: call, Shape: shape, RingTimeout: 8 * time.Second}, false)
	for _, f := range session.Frames {
		headers := f.Event()
		if headers == nil {
			continue
		}
		body := headers["_body"]
		if ids.Agent != "" {
			leg := freeswitch.AgentLegID(call).String()
			body = strings.ReplaceAll(body, ids.Agent, leg)
			for k, v := range headers {
				if v == ids.Agent {
					headers[k] = leg
				}
			}
		}
		ev := freeswitch.Event{Headers: headers, Body: body}
		switch {
		case ev.Name() != freeswitch.EventJob:
			b.Event(&ev)
		case ev.Get("Job-UUID") == ids.Job:
			b.Reply(call, body)
		}
	}
	return b.Take()
}
