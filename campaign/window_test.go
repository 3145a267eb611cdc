package campaign_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/campaign"
)

func TestTimesOfDayAreRead(t *testing.T) {
	for text, want := range map[string]campaign.Clock{
		"00:00": 0, "00:01": 1, "09:30": campaign.At(9, 30), "23:59": 24*60 - 1, "24:00": 24 * 60,
	} {
		got, err := campaign.ParseClock(text)
		if err != nil || got != want {
			t.Errorf("%s is read as %d (%v)", text, got, err)
		}
		same(t, "written again", got.String(), text)
	}
}

func TestOtherTimesOfDayAreRefused(t *testing.T) {
	for _, text := range []string{
		"", ":", "9", "9:5", "09:60", "24:01", "25:00", "-1:00", "09:30:00", "09.30", "9:30 pm", " 09:30", "09:30 ", "0930",
	} {
		if got, err := campaign.ParseClock(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	_, err := campaign.ParseClock("noon")
	same(t, "error", err, errors.New(`time of day "noon": want HH:MM, 00:00 to 24:00`), byText)
}

func TestDaysAreRead(t *testing.T) {
	for text, want := range map[string]campaign.Days{
		"":                            0,
		"mon":                         campaign.On(time.Monday),
		"sun,sat":                     campaign.On(time.Sunday, time.Saturday),
		"mon,tue,wed,thu,fri":         campaign.Weekdays,
		"sat,sun":                     campaign.On(time.Saturday, time.Sunday),
		"sun,mon,tue,wed,thu,fri,sat": 1<<7 - 1,
	} {
		if got, err := campaign.ParseDays(text); err != nil || got != want {
			t.Errorf("%q is read as %v (%v)", text, got, err)
		}
	}
}

func TestDaysAreWrittenFromSunday(t *testing.T) {
	same(t, "text", campaign.On(time.Saturday, time.Monday, time.Sunday).String(), "sun,mon,sat")
}

func TestOtherDaysAreRefused(t *testing.T) {
	for _, text := range []string{",", "mon,", ",mon", "Mon", "monday", "mon tue", "mon, tue", "mo", "mon,xyz"} {
		if got, err := campaign.ParseDays(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	_, err := campaign.ParseDays("mon,noday")
	same(t, "error", err, errors.New(`weekday "noday": want one of sun, mon, tue, wed, thu, fri, sat`), byText)
}

func TestARefusalCutsShortWhatItQuotes(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	_, clockErr := campaign.ParseClock(long)
	_, daysErr := campaign.ParseDays(long)
	if len(clockErr.Error()) > 300 || len(daysErr.Error()) > 300 {
		t.Errorf("%d and %d bytes", len(clockErr.Error()), len(daysErr.Error()))
	}
}

func TestNoDaysAreAllDays(t *testing.T) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if !campaign.Days(0).Has(d) {
			t.Errorf("not %v", d)
		}
		if has := campaign.On(time.Tuesday).Has(d); has != (d == time.Tuesday) {
			t.Errorf("tuesday has %v: %v", d, has)
		}
	}
}

func TestAWindowIsTextInJSON(t *testing.T) {
	w := campaign.Window{Days: campaign.Weekdays, From: campaign.At(9, 0), To: campaign.At(24, 0)}
	text, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "JSON", string(text), `{"days":"mon,tue,wed,thu,fri","from":"09:00","to":"24:00"}`)
	var back campaign.Window
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	same(t, "read back", back, w)
	if err := json.Unmarshal([]byte(`{"days":"noday"}`), &back); err == nil {
		t.Error("a bad day is taken")
	}
	if err := json.Unmarshal([]byte(`{"from":"25:00"}`), &back); err == nil {
		t.Error("a bad time is taken")
	}
}

func FuzzParseClock(f *testing.F) {
	for _, s := range []string{"09:30", "24:00", "9:30", "", "99:99", "١٢:٣٠", "09:30\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := campaign.ParseClock(text)
		if err != nil {
			return
		}
		if c < 0 || c > 24*60 {
			t.Errorf("%q is read as %d minutes", text, c)
		}
		if text != c.String() && "0"+text != c.String() {
			t.Errorf("%q is read as %v", text, c)
		}
		if back, err := campaign.ParseClock(c.String()); err != nil || back != c {
			t.Errorf("%v is read back as %v (%v)", c, back, err)
		}
	})
}

func FuzzParseDays(f *testing.F) {
	for _, s := range []string{"", "mon", "mon,tue", "mon,mon", "sun,", "MON", "mon;tue"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := campaign.ParseDays(text)
		if err != nil {
			return
		}
		if d > 1<<7-1 || (d == 0) != (text == "") {
			t.Errorf("%q is read as %d", text, d)
		}
		if back, err := campaign.ParseDays(d.String()); err != nil || back != d {
			t.Errorf("%v is read back as %v (%v)", d, back, err)
		}
	})
}
