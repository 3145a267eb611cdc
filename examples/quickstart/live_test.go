package main

import (
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outdial/outdial/internal/fakeswitch"
)

// All of these answer. Who is to be taken stays for longer than that takes where
// much else goes on: short soon hangs up, and long only when an interrupt has been
// heard; talks stays.
const short, long, talks = "100", "150", "200"

// pod is a FreeSWITCH that calls nobody, and the -switch of each way to it.
type pod struct {
	*fakeswitch.Switch
	esl, xmlrpc string
}

func startPod(t *testing.T) *pod {
	t.Helper()
	p := &pod{Switch: fakeswitch.New(fakeswitch.Config{
		Users: map[string]string{"fs": "hush"}, Password: "hush",
		Far: func(_, number string) fakeswitch.Far {
			switch number {
			case short:
				return fakeswitch.Far{SIP: 200, Talk: 3 * time.Second}
			case long:
				return fakeswitch.Far{SIP: 200, Talk: 8 * time.Second}
			case talks:
				return fakeswitch.Far{SIP: 200}
			}
			return fakeswitch.LabFar("", number)
		},
	})}
	p.esl = "esl://:hush@" + serve(t, p.ServeESL)
	p.xmlrpc = "xmlrpc://fs:hush@" + serve(t, p.ServeXMLRPC)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// serve lets the switch listen somewhere.
func serve(t *testing.T, on func(net.Listener) error) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = on(l) }() // until the switch is closed
	return l.Addr().String()
}

// outcomes are the report's, by contact.
func outcomes(t *testing.T, report string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, row := range rows(t, report) {
		all[row["contact_key"]] = row["outcome"] + " " + row["state"]
	}
	return all
}

func TestBothAdaptersDialTheSameFile(t *testing.T) {
	file := contactsFile(t, "number,id,first name\n"+
		short+",answers,Ada\n9486,busy,\"Grace, {1}\"\n9603,rejected,\n9404,unallocated,\n9503,congested,\n")
	want := map[string]string{
		"answers": "answered completed", "busy": "busy exhausted", "rejected": "rejected exhausted",
		"unallocated": "invalid_number exhausted", "congested": "congestion exhausted",
	}
	for _, taker := range []string{"-destination 5000", "-agent sofia/internal/bot@10.0.0.7"} {
		p := startPod(t)
		for _, at := range []string{p.esl, p.xmlrpc} {
			t.Run(at[:3]+" "+taker, func(t *testing.T) {
				t.Parallel()
				args := append([]string{"-contacts", file, "-switch", at, "-trunk", "trunk", "-gateway", "spare", "-retries", "0"}, strings.Fields(taker)...)
				got := startOK(t, args...)
				if !strings.Contains(got.stdout, "completed (finished)") || strings.Contains(got.stdout, "simulated") {
					t.Errorf("the closing table says\n%s", got.stdout)
				}
				if d := cmp.Diff(want, outcomes(t, got.report)); d != "" {
					t.Errorf("outcomes (-want +got):\n%s", d)
				}
				if strings.Contains(got.stdout+got.stderr+got.report, "hush") {
					t.Errorf("the password is printed:\n%s%s", got.stdout, got.stderr)
				}
			})
		}
		t.Cleanup(func() { // before the switch ends
			if n := p.Arrived(short); n != 2 {
				t.Errorf("%s: %d calls reached a number that was to be called twice", taker, n)
			}
		})
	}
}

func TestWhatASwitchCouldNeverBeToldIsRefused(t *testing.T) {
	p := startPod(t)
	for _, at := range []string{p.esl, p.xmlrpc} {
		got := start(t, nil, "-switch", at, "-trunk", "trunk", "-destination", "5/0")
		if got.code != exitUsage || !strings.Contains(got.stderr, `-destination: "5/0": want an extension`) {
			t.Errorf("%s: exit code %d\n%s", at, got.code, got.stderr)
		}
	}
	if n := len(p.Invites()); n > 0 {
		t.Errorf("%d calls were placed", n)
	}
}

func TestOnARealSwitchASecondInterruptHangsUp(t *testing.T) {
	t.Parallel()
	p := startPod(t)
	for _, at := range []string{p.esl, p.xmlrpc} {
		got := p.interrupted(t, at, talks, 2)
		if !strings.Contains(got.stderr, "hanging up") {
			t.Errorf("%s says\n%s", at, got.stderr)
		}
		if left := p.Channels(); len(left) > 0 {
			t.Errorf("%s: %d calls are left up", at, len(left))
		}
	}
}

func TestOnARealSwitchAnInterruptLetsCallsFinish(t *testing.T) {
	t.Parallel()
	p := startPod(t)
	got := p.interrupted(t, p.esl, long, 1)
	if !strings.Contains(got.stderr, "dialling no more") {
		t.Errorf("it says\n%s", got.stderr)
	}
}

func TestOnASwitchThatIsGoneAThirdInterruptLeaves(t *testing.T) {
	t.Parallel()
	p := startPod(t)
	interrupts := make(chan os.Signal, 3)
	var told sync.WaitGroup
	told.Go(func() {
		if !p.await(attached) || p.Close() != nil {
			t.Error("there was never a conversation that lost its switch")
		}
		for range 3 {
			interrupts <- os.Interrupt
		}
	})
	got := start(t, interrupts, "-contacts", contactsFile(t, "number,id\n"+talks+",talks\n"), "-switch", p.esl, "-trunk", "trunk", "-destination", "5000")
	told.Wait()
	if got.code != exitError || !strings.Contains(got.stderr, "leaving") || !strings.Contains(got.stdout, "completed (stopped)") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if d := cmp.Diff(map[string]string{"talks": " in_progress"}, outcomes(t, got.report)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// attached reports whether somebody has taken the call.
func attached(c *fakeswitch.Channel) bool { return c.Vars["outdial_stage"] == "attached" }

// interrupted calls a number for two contacts, one after the other, and
// interrupts the first conversation so many times.
func (p *pod) interrupted(t *testing.T, at, number string, times int) ran {
	t.Helper()
	interrupts := make(chan os.Signal, times)
	var told sync.WaitGroup
	told.Go(func() {
		if !p.await(attached) {
			t.Error("there was never a conversation")
		}
		for range times {
			interrupts <- os.Interrupt
		}
	})
	got := start(t, interrupts, "-contacts", contactsFile(t, "number,id\n"+number+",talks\n"+number+",waits\n"),
		"-switch", at, "-trunk", "trunk", "-destination", "5000", "-max-concurrent", "1")
	told.Wait()
	if got.code != exitError || !strings.Contains(got.stdout, "completed (stopped)") {
		t.Errorf("%s: exit code %d\n%s%s", at, got.code, got.stdout, got.stderr)
	}
	if d := cmp.Diff(map[string]string{"talks": "answered completed", "waits": " manual_stopped"}, outcomes(t, got.report)); d != "" {
		t.Errorf("%s (-want +got):\n%s", at, d)
	}
	return got
}

// await waits for a call that is as it should be.
func (p *pod) await(is func(*fakeswitch.Channel) bool) bool {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(5 * time.Minute)
	for {
		for _, c := range p.Channels() {
			if is(&c) {
				return true
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			return false
		}
	}
}
