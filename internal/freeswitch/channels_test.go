package freeswitch_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/freeswitch"
)

const oneChannel = `{"row_count":1,"rows":[{"uuid":"caa40373-03f9-433d-8825-1af04c589110","callstate":"EARLY"}]}`

func TestAListOfChannelsIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		reply string
		want  []freeswitch.Channel
	}{
		"empty":     {`{"row_count": 0}` + "\n", nil},
		"one":       {oneChannel, []freeswitch.Channel{{ID: theOne, State: "EARLY"}}},
		"strangers": {`{"row_count":1,"rows":[{"uuid":"conference-7","callstate":"ACTIVE"}]}`, nil},
	} {
		got, err := freeswitch.ParseChannels(c.reply)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// A list that is cut off must not end the calls that it lacks.
func TestAListThatIsNotWholeIsNone(t *testing.T) {
	for _, reply := range []string{
		"", "ERROR!", "-ERR no reply", "{}", "[]", "null", `{"rows":[]}`, `{"row_count":2,"rows":[{"uuid":"x"}]}`,
		`{"row_count":1}`, `{"row_count":"1","rows":[{}]}`, oneChannel[:60],
	} {
		if got, err := freeswitch.ParseChannels(reply); !errors.Is(err, freeswitch.ErrList) || got != nil {
			t.Errorf("%q: %v, %v", reply, got, err)
		}
	}
}

func TestADumpIsReducedToWhatIsUsed(t *testing.T) {
	dump, err := freeswitch.ParseDump(`{"Unique-ID":"u","Answer-State":"answered","variable_secret":"x","Job-UUID":7}`)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Unique-ID": "u", "Answer-State": "answered"}
	if !maps.Equal(dump.Headers, want) {
		t.Errorf("read %v", dump.Headers)
	}
}

func TestADumpOfNoChannelIsNil(t *testing.T) {
	for _, reply := range []string{"-ERR No such channel!\n", "-ERR Invalid uuid\n", " -err no such channel"} {
		if dump, err := freeswitch.ParseDump(reply); dump != nil || err != nil {
			t.Errorf("%q: %v, %v", reply, dump, err)
		}
	}
}

// What cannot be read must not pass for a channel that is gone.
func TestADumpThatCannotBeReadIsAnError(t *testing.T) {
	for _, reply := range []string{"", "ERROR!", "-ERR no reply", "null", "{}", `{"Unique-ID":""}`, `{"Unique-ID":7}`, `{"Unique-ID":"u"`} {
		if dump, err := freeswitch.ParseDump(reply); dump != nil || err == nil {
			t.Errorf("%q: %v, %v", reply, dump, err)
		}
	}
}

func FuzzChannels(f *testing.F) {
	for _, seed := range []string{oneChannel, `{"row_count": 0}`, "ERROR!", `{"row_count":-1}`, `{"row_count":1,"rows":[null]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		channels, err := freeswitch.ParseChannels(reply)
		if (err != nil) != errors.Is(err, freeswitch.ErrList) || err != nil && channels != nil {
			t.Errorf("%v, %v", channels, err)
		}
		if len(channels) > strings.Count(reply, "{") {
			t.Errorf("%d channels from %q", len(channels), reply)
		}
	})
}

func FuzzDump(f *testing.F) {
	for _, seed := range []string{
		`{"Unique-ID":"caa40373-03f9-433d-8825-1af04c589110","variable_answer_uepoch":"1795213012835143"}`,
		"-ERR No such channel!", "ERROR!", "[]", `{"Unique-ID":null}`, `{"Event-Date-Timestamp":"-1","Unique-ID":"u"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		dump, err := freeswitch.ParseDump(reply)
		switch {
		case err != nil && dump != nil:
			t.Errorf("both a dump and %v", err)
		case err == nil && dump == nil && !freeswitch.NoChannel(reply):
			t.Errorf("%q passes for a channel that is gone", reply)
		case dump == nil:
			return
		}
		for name := range dump.Headers {
			if !slices.Contains(freeswitch.Headers(), name) {
				t.Errorf("%q is not used, and kept", name)
			}
		}
		if at := dump.AnsweredAt(); dump.Get("Unique-ID") == "" || !at.IsZero() && at.Unix() < 0 {
			t.Errorf("%+v", dump)
		}
	})
}
