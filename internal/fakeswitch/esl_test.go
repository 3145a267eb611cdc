package fakeswitch

import (
	"strings"
	"testing"
	"time"
)

func TestFiltersAreAlternatives(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login("event json CHANNEL_ANSWER BACKGROUND_JOB", "filter variable_tag ours", "filter Event-Name BACKGROUND_JOB")
	c.ask("bgapi originate {origination_uuid=a,tag=ours}sofia/gateway/trunk/1100 &park()")
	c.ask("bgapi originate {origination_uuid=b,tag=theirs}sofia/gateway/trunk/1100 &park()")
	if got := c.names(); got != "CHANNEL_ANSWER BACKGROUND_JOB BACKGROUND_JOB" {
		t.Error(got)
	}
	c.ask("filter delete all")
	c.ask("bgapi originate {origination_uuid=c,tag=theirs}sofia/gateway/trunk/1100 &park()")
	if got := c.names(); got != "CHANNEL_ANSWER BACKGROUND_JOB" {
		t.Error(got)
	}
}

func TestFilterForms(t *testing.T) {
	for _, test := range []struct {
		filters []string
		value   string
		passes  bool
	}{
		{nil, "x", true},
		{[]string{"abc"}, "ABC", true},
		{[]string{"/^a.c$/"}, "abc", true},
		{[]string{"/^a.c$/"}, "abcd", false},
		{[]string{"-abc"}, "abc", false},
		{[]string{"+abc", "-abc"}, "abc", false},
		{[]string{"abc", "-xyz"}, "abc", true},
		{[]string{"/(/"}, "(", false},
	} {
		var u subscription
		for _, f := range test.filters {
			u.filters = append(u.filters, newFilter("k", f))
		}
		got := u.passes(func(string) (string, bool) { return test.value, true })
		if got != test.passes {
			t.Errorf("%q with %q: %v", test.value, test.filters, got)
		}
	}
}

func TestSubscriptionsGrowAndShrink(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login("event plain CHANNEL_CREATE", "event json CHANNEL_ANSWER", "nixevent CHANNEL_CREATE")
	call := "bgapi originate sofia/gateway/trunk/1100 &park()"
	c.ask(call)
	if got := c.names(); got != "CHANNEL_ANSWER" {
		t.Error(got)
	}
	c.ask("noevents")
	c.ask(call)
	if got := c.names(); got != "" {
		t.Error(got)
	}
	for cmd, want := range map[string]string{
		"event":                  "-ERR no keywords supplied",
		"event plain NOSUCH":     "-ERR no keywords supplied",
		"event MODULE_LOAD":      "+OK event listener enabled plain",
		"event xml HEARTBEAT":    "+OK event listener enabled xml",
		"log 7":                  "-ERR command not found",
		"auth ClueCon":           "-ERR command not found",
		"sendmsg nobody":         "-ERR invalid session id [nobody]",
		"filter delete k v":      "+OK filter deleted. [k][v]",
		"event plain CUSTOM a b": "+OK event listener enabled plain",
	} {
		if got := c.ask(cmd); got != want {
			t.Errorf("%s: %s", cmd, got)
		}
	}
}

func TestUsersOfADirectoryMayComeIn(t *testing.T) {
	b := newBench(t, Config{Users: map[string]string{"outdial@lab": "pw", "fsadmin": "pw"}})
	c := b.dial()
	c.next("auth/request")
	if got := c.ask("userauth outdial@lab:pw"); got != "+OK accepted" {
		t.Error(got)
	}
	if got := c.ask("api hostname"); got != "vm" {
		t.Error(got)
	}
	for _, user := range []string{"outdial@lab:no", "fsadmin:pw"} {
		c := b.dial()
		c.next("auth/request")
		if got := c.ask("userauth " + user); got != "-ERR invalid" {
			t.Error(got)
		}
		c.gone()
	}
}

func TestBlockingCommandFreezesItsSocketOnly(t *testing.T) {
	b := newBench(t, Config{})
	other := b.login("event json CHANNEL_ANSWER")
	c := b.login("event json CHANNEL_ANSWER")
	c.send("api originate {origination_uuid=a}sofia/gateway/trunk/1201 &park()\n\napi hostname\n\n")
	for b.s.Arrived("1201") == 0 {
		yield()
	}
	other.ask("api originate {origination_uuid=b}sofia/gateway/trunk/1100 &park()")
	if got := other.names(); got != "CHANNEL_ANSWER" {
		t.Error("the other client:", got)
	}
	if got := c.names(); got != "" {
		t.Error("before the end:", got)
	}
	b.advance(2 * time.Second)
	if got := c.next("api/response").body + c.next("api/response").body; got != "+OK a\nvm" {
		t.Errorf("%q", got)
	}
	if got := c.names(); got != "CHANNEL_ANSWER CHANNEL_ANSWER" {
		t.Error(got)
	}
}

func TestMessagesHaveBodies(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login("event json CHANNEL_HANGUP")
	c.ask("api originate {origination_uuid=a}sofia/gateway/trunk/1100 &park()")
	c.send("sendmsg a\ncall-command: hangup\nhangup-cause: CALL_REJECTED\ncontent-length: 12\n\napi hostname")
	if got := c.answer("sendmsg"); got != "+OK" {
		t.Error(got)
	}
	if got := c.ask("api version"); !strings.HasPrefix(got, "FreeSWITCH Version") {
		t.Error("the body was taken for a command:", got)
	}
	if e := c.events(); len(e) != 1 || e[0]["Hangup-Cause"] != "CALL_REJECTED" {
		t.Error(e)
	}
}

func TestValuesSurviveEveryFormat(t *testing.T) {
	value := "a b\"c\\d%e:f&g{h}é"
	b := newBench(t, Config{})
	b.s.API(t.Context(), "originate", "{origination_uuid=a}sofia/gateway/trunk/1100 &park()")
	b.s.API(t.Context(), "uuid_setvar", "a v "+value)
	for _, format := range []string{"json", "plain"} {
		c := b.login("event " + format + " PLAYBACK_START")
		c.ask("api uuid_broadcast a some.wav both")
		if e := c.events(); len(e) != 1 || e[0]["variable_v"] != value {
			t.Errorf("%s: %q", format, e[0]["variable_v"])
		}
	}
	c := b.login("event xml PLAYBACK_START")
	c.ask("api uuid_broadcast a some.wav both")
	c.settle()
	if got := c.next("text/event-xml").body; !strings.Contains(got, "<variable_v>a%20b%22c%5Cd%25e%3Af%26g%7Bh%7D%C3%A9</variable_v>") {
		t.Error(got)
	}
}

func TestSlowReaderIsCutOff(t *testing.T) {
	b := newBench(t, Config{Backlog: 3})
	c := b.login("event json ALL")
	c.settle()
	b.s.lock()
	conn := b.s.conns[0]
	conn.out = append(conn.out, make([][]byte, 3)...)
	conn.events = 3
	for range 500 {
		conn.event([]byte("x"))
	}
	gone := conn.gone
	conn.event([]byte("x"))
	if gone || !conn.gone {
		t.Error("500 lost events are borne, one more is not")
	}
	b.s.unlock()
	c.gone()
}

func TestHangupCompleteSaysItsCauseTwice(t *testing.T) {
	b := newBench(t, Config{})
	c := b.login("event json CHANNEL_HANGUP_COMPLETE CHANNEL_HANGUP")
	c.ask("bgapi originate {origination_uuid=a}sofia/gateway/trunk/9486 &park()")
	b.advance(time.Second)
	c.settle()
	for _, want := range []int{1, 2} {
		if got := strings.Count(c.next("text/event-json").body, `"Hangup-Cause":`); got != want {
			t.Errorf("%d times, not %d", got, want)
		}
	}
}
