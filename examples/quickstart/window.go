package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/campaign"
)

// readWindow reads "mon-fri 09:00-17:00": weekdays, as a list of days and
// ranges of days, and hours. Without weekdays it is every day. A range of days
// may go round the end of the week.
func readWindow(s string) (campaign.Window, error) {
	parts := strings.Fields(strings.ToLower(s))
	if len(parts) < 1 || len(parts) > 2 {
		return campaign.Window{}, errors.New(`want weekdays and hours, as "mon-fri 09:00-17:00"`)
	}
	from, to, _ := strings.Cut(parts[len(parts)-1], "-")
	w := campaign.Window{}
	var faults [3]error
	w.From, faults[0] = campaign.ParseClock(from)
	w.To, faults[1] = campaign.ParseClock(to)
	if len(parts) == 2 {
		w.Days, faults[2] = readDays(parts[0])
	}
	return w, errors.Join(faults[:]...)
}

func readDays(s string) (campaign.Days, error) {
	var days campaign.Days
	for part := range strings.SplitSeq(s, ",") {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		from, err := readDay(first)
		if err != nil {
			return 0, err
		}
		to, err := readDay(last)
		if err != nil {
			return 0, err
		}
		for d := from; ; d = (d + 1) % 7 {
			days |= campaign.On(d)
			if d == to {
				break
			}
		}
	}
	return days, nil
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func readDay(s string) (time.Weekday, error) {
	i := slices.Index(weekdays, s)
	if i < 0 {
		return 0, fmt.Errorf("weekday %q: want one of %s", s, strings.Join(weekdays, ", "))
	}
	return time.Weekday(i), nil
}

// readGateway takes any name; the spec's check says which are good.
func readGateway(s string) (string, error) { return s, nil }
