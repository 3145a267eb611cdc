package recorded_test

import (
	"path"
	"testing"

	"github.com/outdial/outdial/internal/fakeswitch/recorded"
)

func TestEveryRecordingIsReadWhole(t *testing.T) {
	names, err := recorded.Names("*/*")
	if err != nil {
		t.Fatal(err)
	}
	deep, err := recorded.Names("*/*/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(deep) < 32 || len(names) < 35 {
		t.Fatalf("%d and %d recordings", len(deep), len(names))
	}
	for _, name := range append(names, deep...) {
		s, err := recorded.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Title == "" || len(s.Sent) == 0 || len(s.Frames) == 0 {
			t.Errorf("%s: %q, %d blocks sent, %d frames", name, s.Title, len(s.Sent), len(s.Frames))
		}
	}
}

func TestEventsOfBothFormsAreRead(t *testing.T) {
	for _, name := range []string{"bridge/contact_busy.json", "bridge/contact_busy.plain"} {
		s, err := recorded.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range s.Frames {
			ev := f.Event()
			if ev["Event-Name"] == "CHANNEL_HANGUP_COMPLETE" && ev["variable_sip_term_status"] == "486" {
				found = ev["Event-Date-GMT"] != "" && ev["Hangup-Cause"] == "USER_BUSY"
			}
		}
		if !found {
			t.Errorf("%s: no hang-up with 486", name)
		}
	}
}

func TestEveryOriginateHasAStoryAndIDs(t *testing.T) {
	for _, pattern := range []string{"esl/json/*", "bridge/*"} {
		names, err := recorded.Names(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			s, err := recorded.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := recorded.StoryOf(name); !ok {
				t.Errorf("%s has no story", name)
			}
			ids := s.IDs()
			if ids.Job == "" || (ids.Agent == "") != (path.Dir(name) != "bridge") || ids.Agent == "" && ids.Contact == "" {
				t.Errorf("%s: %+v", name, ids)
			}
		}
	}
}
