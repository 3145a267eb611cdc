package esl_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/ports"
)

// While the switch takes its time over an originate others queue, and then go
// out together; more of them here than go at once.
func TestEachOriginateOfABatchHasItsOwnReply(t *testing.T) {
	const n = 40
	queued := make(chan struct{})
	var calls []ports.Dial
	refuse := map[int]bool{0: true, 1: true, 7: true, 16: true, 39: true}
	said := func(i int, command string) bool { return strings.Contains(command, calls[i].Call.String()) }
	s := &tape{}
	s.answer = func(command string) (string, bool) {
		if !strings.HasPrefix(command, "bgapi originate ") {
			return "", false
		}
		<-queued
		for i := range calls {
			if refuse[i] && said(i, command) {
				return replyFrame("-ERR no"), true
			}
		}
		return "", false
	}
	sw := onTape(t, s)
	ready(t, sw)
	for range n {
		calls = append(calls, dialled("+4930123456"))
	}
	for i := range calls {
		if err := sw.Originate(calls[i]); err != nil {
			t.Fatal(err)
		}
	}
	close(queued)
	var got []ports.ID
	for len(got) < len(refuse) {
		for _, ev := range until(t, sw, ports.Refused) {
			got = append(got, ev.Call)
		}
	}
	var want []ports.ID
	for i := range calls {
		if refuse[i] {
			want = append(want, calls[i].Call)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("refused are %v, not %v", got, want)
	}
	eventually(t, "the last originate", func() bool { return len(s.asked("bgapi originate ")) == n })
	for i, command := range s.asked("bgapi originate ") {
		if !said(i, command) {
			t.Errorf("originate %d is %s", i, command)
		}
	}
	if left := sw.Stats().Calls; left != n-len(refuse) {
		t.Errorf("%d calls are left, not %d", left, n-len(refuse))
	}
}
