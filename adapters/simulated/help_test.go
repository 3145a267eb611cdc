package simulated_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// id is a call id, or any other, made from a number.
func id(n int) (id ports.ID) {
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	return id
}

// seeds calls the property once per seed; OUTDIAL_SEEDS says how many. A failure
// names its seed: run it again with -run 'TestName/seed=N$'.
func seeds(t *testing.T, property func(t *testing.T, seed uint64)) {
	t.Helper()
	n := 20
	if s := os.Getenv("OUTDIAL_SEEDS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	for seed := range uint64(n) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) { property(t, seed) })
	}
}

// rig is a world with one worker's connection, and what that has heard.
type rig struct {
	*testing.T
	w     *simulated.World
	phone *simulated.Switch
	heard []ports.Event
}

func newRig(t *testing.T, cfg simulated.Config) *rig {
	w := simulated.New(cfg)
	return &rig{T: t, w: w, phone: w.Connect()}
}

// planned is a rig whose calls all follow one plan.
func planned(t *testing.T, p simulated.Plan) *rig {
	return newRig(t, simulated.Config{Agents: simulated.Agents{Count: 2}, Carrier: scripted(p)})
}

func scripted(p simulated.Plan) simulated.Carrier {
	return simulated.Carrier{Script: func(ports.Dial) (simulated.Plan, bool) { return p, true }}
}

// answered is a plan with round figures: rings at 1 s, answered at 3 s, and if
// nobody comes, over at 8 s.
func answered() simulated.Plan {
	return simulated.Plan{
		Outcome: attempt.OutcomeAnswered, Post: time.Second, Ring: 2 * time.Second,
		Patience: 5 * time.Second, Attach: time.Second, Talk: time.Minute, WrapUp: 10 * time.Second,
	}
}

// dial is an ordinary dial of call n to a contact of its own.
func dial(n int) ports.Dial {
	return ports.Dial{
		Call: id(n), Contact: id(1000 + n), Campaign: id(1), Run: 1, Number: 1,
		Address: strconv.Itoa(n), RingTimeout: 30 * time.Second, Trunk: "trunk",
	}
}

func (r *rig) originate(d ports.Dial) {
	r.Helper()
	r.must(r.phone.Originate(d))
}

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// advance lets the world go on for d and keeps what is heard.
func (r *rig) advance(d time.Duration) {
	r.w.Advance(r.w.Now().Add(d))
	r.poll()
}

func (r *rig) poll() { r.heard = append(r.heard, r.phone.Poll()...) }

// finish lets everything happen that is to come.
func (r *rig) finish() {
	r.poll()
	for at := r.w.Next(); !at.IsZero(); at = r.w.Next() {
		r.w.Advance(at)
		r.poll()
	}
}

// story says what was heard in one line per event: seconds since the beginning,
// the event, and what it carries.
func (r *rig) story() string {
	var b strings.Builder
	for _, e := range r.heard {
		fmt.Fprintf(&b, "%g %s", e.At.Sub(simulated.DefaultStart).Seconds(), kinds[e.Kind])
		switch e.Kind {
		case ports.Stage:
			fmt.Fprintf(&b, " %s", stages[e.Stage])
		case ports.Screened:
			fmt.Fprintf(&b, " %s", e.Verdict)
		case ports.Refused, ports.Down:
			fmt.Fprintf(&b, " %s", e.Cause)
		case ports.Ended:
			fmt.Fprintf(&b, " %s %d", e.Cause, e.SIPStatus)
			if !e.AnsweredAt.IsZero() {
				fmt.Fprintf(&b, " answered %g", e.AnsweredAt.Sub(simulated.DefaultStart).Seconds())
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// tells fails unless the story is as wanted; lines are separated by semicolons.
func (r *rig) tells(want string) {
	r.Helper()
	got := strings.TrimSpace(r.story())
	if want = strings.ReplaceAll(want, "; ", "\n"); got != want {
		r.Errorf("heard\n%s\nwant\n%s", got, want)
	}
}

var kinds = map[ports.EventKind]string{
	ports.Accepted: "accepted", ports.Refused: "refused", ports.AgentUp: "agent up",
	ports.Progress: "rings", ports.Answered: "answered", ports.Screened: "screened",
	ports.Attached: "attached", ports.Unserved: "unserved", ports.Stage: "is",
	ports.Ended: "ended", ports.Down: "down", ports.Up: "up",
}

var stages = map[ports.CallStage]string{
	ports.StageAbsent: "absent", ports.StageDialling: "dialling", ports.StageRinging: "ringing",
	ports.StageAnswered: "answered", ports.StageAttached: "attached",
}
