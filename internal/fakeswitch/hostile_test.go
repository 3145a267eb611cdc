package fakeswitch

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// attack is a hostile command, and what the real switch did with it.
type attack struct {
	Name     string      `json:"name"`
	Via      string      `json:"via"`
	Args     string      `json:"args"`
	Shell    bool        `json:"shell"`
	Reply    string      `json:"reply"`
	Channels []string    `json:"channels"`
	Invites  [][2]string `json:"invites"`
}

func attacks(t *testing.T) []attack {
	t.Helper()
	f, err := os.Open("testdata/injection.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []attack
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		var a attack
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestHostileCommandsHaveTheirRecordedEffect(t *testing.T) {
	for _, a := range attacks(t) {
		if !strings.Contains(a.Args, "sofia/") {
			continue // other commands than originate
		}
		if strings.HasPrefix(a.Name, "caller id name") || a.Name == "loopback leg" {
			continue // what the carrier made of the headers; two legs that are one
		}
		t.Run(a.Via+" "+a.Name, func(t *testing.T) { a.check(t) })
	}
}

// check runs the attack. The double may be worse than the real switch: it may
// note a shell command that did not run, and never misses one that did.
func (a attack) check(t *testing.T) {
	b := newBench(t, Config{Gateways: []string{"trunk_sink"}, Far: func(_, number string) Far {
		switch {
		case strings.ContainsAny(number, "\r\n"):
			return Far{Silent: true} // the carrier cannot read such an INVITE
		case number == "x":
			return Far{SIP: 503} // nobody is at port 1
		}
		return Far{SIP: 200}
	}})
	c := b.login("event json CHANNEL_CREATE")
	reply := a.run(b, c)
	if want, got := firstWords(a.Reply), firstWords(reply); want != got {
		t.Errorf("reply %q, recorded %q", reply, a.Reply)
	}
	var names []string
	for _, e := range c.events() {
		names = append(names, e["Channel-Name"])
	}
	slices.Sort(names)
	if !slices.Equal(names, a.Channels) {
		t.Errorf("channels %q, recorded %q", names, a.Channels)
	}
	if got, want := a.invited(b), a.Invites; len(got) != len(want) {
		t.Errorf("invites %q, recorded %q", got, want)
	}
	if a.Shell && len(b.s.Shell()) == 0 {
		t.Error("the shell command is not noted")
	}
}

// run sends the command as it was sent, and returns the first answer.
func (a attack) run(b *bench, c *client) string {
	if a.Via == "esl" {
		_, read := b.s.Wire()
		text := "api originate " + a.Args + "\n\n"
		c.send(text)
		wait(b, read+int64(len(text)))
		b.advance(10 * time.Second)
		if a.Reply == "no reply" {
			c.gone()
			return a.Reply
		}
		return c.next("api/response").body
	}
	args := strings.ReplaceAll(a.Args, "\r\n", "\n") // XML reads it so
	reply := make(chan string, 1)
	go func() { reply <- b.s.API(context.Background(), "originate", args) }()
	for {
		select {
		case r := <-reply:
			b.advance(10 * time.Second)
			return r
		default:
			b.advance(time.Second)
			yield()
		}
	}
}

// invited are the calls that left, with the port where they went.
func (a attack) invited(b *bench) (out [][2]string) {
	for _, i := range b.s.Invites() {
		port := "5096"
		if i.Host != "" {
			_, port, _ = strings.Cut(i.Host, ":")
		}
		if port == "1" {
			continue
		}
		out = append(out, [2]string{port, i.Number})
	}
	return out
}

func firstWords(s string) string {
	words := strings.Fields(s + " ")
	if len(words) > 2 {
		words = words[:2]
	}
	if len(words) > 1 && words[0] == "+OK" {
		words = words[:1]
	}
	return strings.Join(words, " ")
}
