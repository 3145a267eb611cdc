package esl_test

import (
	"strings"
	"sync"
	"testing"
)

func TestAnotherCoreUUIDMakesTheAdapterCompareItsCalls(t *testing.T) {
	s := &tape{}
	sw, _ := timed(t, s)
	ready(t, sw)
	beat := func(core string) {
		s.say(eventFrame(inJSON(map[string]string{"Event-Name": "HEARTBEAT", "Core-UUID": core})))
	}
	lists := func(n int) func() bool {
		return func() bool { return len(s.asked("api show channels")) == n && sw.Idle() }
	}
	eventually(t, "the first comparison", lists(1))
	beat("first life")
	beat("first life")
	eventually(t, "the heartbeats", func() bool { return sw.Stats().Events == 2 && sw.Idle() })
	eventually(t, "no more comparisons", lists(1))
	beat("second life")
	eventually(t, "another comparison", lists(2))
}

func TestManyUnreadableEventsAskForOneComparisonAtATime(t *testing.T) {
	s, free := &tape{}, make(chan struct{})
	goOn := sync.OnceFunc(func() { close(free) })
	t.Cleanup(goOn)
	lists := func() int { return len(s.asked("api show channels")) }
	s.answer = func(command string) (string, bool) {
		if strings.HasPrefix(command, "api show channels") && lists() == 2 {
			<-free
		}
		return "", false
	}
	sw, _ := timed(t, s)
	ready(t, sw)
	eventually(t, "the first comparison", func() bool { return lists() == 1 && sw.Idle() })
	const n = 1000
	for range n {
		s.say(eventFrame("[]"))
	}
	eventually(t, "the events, and the second comparison", func() bool { return sw.Stats().Malformed == n && lists() == 2 })
	goOn()
	eventually(t, "rest", sw.Idle)
	if got := lists(); got != 2 {
		t.Errorf("%d comparisons for %d events that came during the second", got, n)
	}
}
