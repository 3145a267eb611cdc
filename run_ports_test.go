package outdial_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/pacing"
	"github.com/outdial/outdial/ports"
)

func withAgents(s *site) func(*outdial.Config) {
	return func(c *outdial.Config) { c.Agents = s.world.Agents() }
}

func TestAgentWhoHasWrappedUpIsGivenTheNextCall(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute)), Agents: simulated.Agents{Count: 1}}, func(s *site) {
		s.wantGap(s.running(withAgents(s)), 10*time.Second) // the wrap-up
	})
}

// quiet are agents who tell nobody that they are idle.
type quiet struct{ ports.Agents }

func TestAgentsWhoDoNotNotifyAreAskedNowAndThen(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute)), Agents: simulated.Agents{Count: 1}}, func(s *site) {
		s.wantGap(s.running(func(c *outdial.Config) { c.Agents = quiet{s.world.Agents()} }), 10*time.Second)
	})
}

// wantGap fails unless the only agent is given a second call so long after the
// first, give or take a second.
func (s *site) wantGap(w *runner, want time.Duration) {
	s.Helper()
	seen := s.diary()
	s.untilStatus(s.campaign(w.Dialler, 2), campaign.Completed)
	gap := seen.times(simulated.Started)[1].Sub(seen.times(simulated.Ended)[0])
	if gap < want || gap > want+time.Second {
		s.Errorf("the second call began %v after the first, want %v", gap, want)
	}
}

// once are agents that are counted while they are asked for.
type once struct {
	*simulated.Pool
	held map[string]int
	most int
}

func (o *once) Hold(agent string) {
	o.held[agent]++
	o.most = max(o.most, o.held[agent])
	o.Pool.Hold(agent)
}

func (o *once) Release(agent string, wrapUp time.Duration) {
	o.held[agent]--
	o.Pool.Release(agent, wrapUp)
}

func TestAgentIsHeldForOneCampaignAtATime(t *testing.T) {
	inBubble(t, simulated.Config{Carrier: always(talks(time.Minute)), Agents: simulated.Agents{Count: 2}}, func(s *site) {
		agents := &once{Pool: s.world.Agents(), held: map[string]int{}}
		w := s.worker(func(c *outdial.Config) { c.Agents = agents })
		first, second := s.campaign(w.Dialler, 3), s.campaign(w.Dialler, 3)
		w.run(s)
		time.Sleep(10 * time.Second)
		if n := s.world.Stats().Talking; n != 2 {
			t.Errorf("%d of two agents talk", n)
		}
		s.untilStatus(first, campaign.Completed)
		s.untilStatus(second, campaign.Completed)
		s.must(w.Shutdown(s.ctx))
		if agents.most != 1 {
			t.Errorf("an agent was held %d times at once", agents.most)
		}
		for agent, n := range agents.held {
			if n != 0 {
				t.Errorf("%s is still held", agent)
			}
		}
	})
}

// script is a Telephony that says what the test says.
type script struct {
	events chan []ports.Event
	dials  chan ports.Dial
}

func newScript() *script {
	return &script{events: make(chan []ports.Event), dials: make(chan ports.Dial, 100)}
}

func (p *script) Originate(d ports.Dial) error        { p.dials <- d; return nil }
func (p *script) Attach(ports.ID, ports.Target) error { return nil }
func (p *script) Play(ports.ID, string) error         { return nil }
func (p *script) Hangup(ports.ID, string) error       { return nil }
func (p *script) Adopt([]ports.ID) error              { return nil }
func (p *script) Events() <-chan []ports.Event        { return p.events }
func (p *script) Limits() ports.Limits                { return ports.Limits{GhostHorizon: time.Minute} }

func (p *script) tell(evs ...ports.Event) { p.events <- evs }

func TestDialSaysAllThatTheSwitchNeeds(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		phone := newScript()
		w := s.running(func(c *outdial.Config) { c.Telephony, c.Trunks = phone, []outdial.Trunk{{Name: "north"}} })
		id := s.draft(w.Dialler, 0, func(spec *campaign.Spec) {
			spec.Trunk, spec.CallerID, spec.RingTimeout, spec.Screening = "north", "+15559000", 20*time.Second, true
		})
		added, err := w.AddContacts(s.ctx, id, anna)
		s.must(err)
		s.must(w.Start(s.ctx, id))
		d := <-phone.dials
		if d.Campaign != id || d.Run != 1 || d.Contact != added[0].ID || d.Call != attempt.CallID(d.Contact, 1, 1) || d.Number != 1 {
			t.Errorf("the dial is named %+v", d)
		}
		if d.Address != anna.Address || d.Trunk != "north" || d.CallerID != "+15559000" || d.RingTimeout != 20*time.Second ||
			!d.Screen || d.Variables["debt"] != "12" || d.Agent.Destination != "1000" || d.Agent.Context != "default" {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestDoubledAndLateEventsChangeNothing(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		phone := newScript()
		w := s.running(func(c *outdial.Config) { c.Telephony = phone })
		id := s.campaign(w.Dialler, 1)
		call := (<-phone.dials).Call
		kind := func(k ports.EventKind) ports.Event {
			return ports.Event{Kind: k, Call: call, At: time.Now(), Cause: "NORMAL_CLEARING"}
		}
		phone.tell(kind(ports.Accepted), kind(ports.Answered), kind(ports.Answered), kind(ports.Attached))
		time.Sleep(time.Minute)
		phone.tell(kind(ports.Ended), kind(ports.Ended))
		phone.tell(kind(ports.Progress), kind(ports.Attached), kind(ports.Ended))
		phone.tell(ports.Event{Kind: ports.Ended, Call: outdial.ID{1}})
		s.untilStatus(id, campaign.Completed)
		if calls := s.calls(id); len(calls) != 1 || calls[0].Talk() != time.Minute {
			t.Errorf("the records are %+v, want one call of a minute", calls)
		}
	})
}

func TestAdapterThatClosesItsEventsIsALostSwitch(t *testing.T) {
	inBubble(t, simulated.Config{}, func(s *site) {
		phone := newScript()
		w := s.running(func(c *outdial.Config) { c.Telephony = phone })
		id := s.campaign(w.Dialler, 1, func(spec *campaign.Spec) { spec.FailAfter = time.Minute })
		<-phone.dials
		close(phone.events)
		synctest.Wait()
		_, err := w.AddContacts(s.ctx, id, anna)
		s.must(err)
		synctest.Wait()
		s.wantLimit(w.Dialler, id, pacing.LimitSwitchDown)
		s.untilStatus(id, campaign.Failed)
	})
}

func TestTelephonyOfTheExampleKeepsItsDuties(t *testing.T) { testYourTelephony(t) }
