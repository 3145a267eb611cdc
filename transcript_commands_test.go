package outdial_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/adapters/memory"
	"github.com/outdial/outdial/adapters/simulated"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// perform carries out the command in hand and says what came of it.
func (s *scene) perform() (string, error) {
	switch cmd := s.line.Cmd; cmd {
	case "world":
		return s.makeWorld()
	case "campaign":
		return s.makeCampaign()
	case "carrier":
		return s.setCarrier()
	case "contacts":
		return s.addContacts()
	case "start", "pause", "resume", "stop", "discard", "archive", "restart", "clone", "edit":
		return s.operate(cmd)
	case "run":
		return s.pass()
	case "dispose":
		return s.dispose()
	case "cancel":
		return "callback cancelled", s.asked().CancelCallback(s.ctx, s.contact())
	case "second-worker":
		s.hire()
		return s.workers[len(s.workers)-1].name + " starts", nil
	case "kill":
		return s.kill()
	case "switch":
		return s.cut()
	case "agent":
		return s.agent()
	}
	return s.view()
}

// makeWorld begins: world agents=2 workers=1 seed=1 zone=UTC
// start=2024-03-04T09:00:00 trunk-lines=0 unhurried.
func (s *scene) makeWorld() (string, error) {
	zone, err := time.LoadLocation(s.text("zone", "UTC"))
	if err != nil {
		return "", err
	}
	start, err := time.ParseInLocation("2006-01-02T15:04:05", s.text("start", "2024-03-04T09:00:00"), zone)
	if err != nil {
		return "", err
	}
	const sec = time.Second
	agents := s.count("agents", 0)
	s.plans = map[string][]simulated.Plan{}
	s.world = simulated.New(simulated.Config{
		Seed: uint64(s.count("seed", 1)), Start: start, Oracle: true,
		Agents: simulated.Agents{Count: agents, WrapUp: simulated.Fixed(10 * sec)},
		Carrier: simulated.Carrier{
			Mix:    simulated.Mix{attempt.OutcomeAnswered: 1},
			Script: func(d ports.Dial) (simulated.Plan, bool) { return simulated.ByNumber(s.plans)(d) },
			Post:   simulated.Fixed(sec), Ring: simulated.Fixed(4 * sec), Screening: simulated.Fixed(2 * sec),
			Patience: simulated.Fixed(20 * sec), Attach: simulated.Fixed(sec), Talk: simulated.Fixed(60 * sec),
			Machine: simulated.Fixed(30 * sec), AgentRing: simulated.Fixed(3 * sec),
		},
	})
	s.zone, s.pool, s.store = zone, agents > 0, memory.New()
	s.ids = seededIDs(uint64(s.count("seed", 1)))
	s.config = outdial.Config{Store: s.store, Clock: s.world.Clock(), NewID: s.ids}
	if s.line.HasArg("unhurried") { // for scenarios of days
		s.config.PollEvery, s.config.WorkerTimeout = time.Minute, 10*time.Minute
	}
	if n := s.count("trunk-lines", 0); n > 0 {
		s.config.Trunks = []outdial.Trunk{{Name: "trunk", Lines: n}}
	}
	s.camps, s.numbers, s.names, s.workers = map[string]outdial.ID{}, map[outdial.ID]string{}, nil, nil
	s.operator = s.dialler(s.config)
	workers := s.count("workers", 1)
	for range workers {
		s.hire()
	}
	return fmt.Sprintf("%s, %d agents, %d workers", start.Format("Mon 2006-01-02 15:04:05 MST"), agents, workers), nil
}

func (s *scene) makeCampaign() (string, error) {
	spec := campaign.Defaults()
	spec.Destination, spec.Agent = "1000", "1000" // who takes the calls where no agents are counted
	if err := s.settings(&spec); err != nil {
		return "", err
	}
	c, err := s.asked().Create(s.ctx, spec)
	if err != nil {
		return "", err
	}
	s.know(c)
	return fmt.Sprintf("%s is %s", c.Spec.Name, c.Status), nil
}

// know makes a campaign the current one.
func (s *scene) know(c campaign.Campaign) {
	s.current = c.Spec.Name
	s.camps[s.current] = c.ID
	s.names = append(s.names, s.current)
}

// setCarrier says how calls go, a number a line: +15550100 busy, answered talk=60s.
// The nth call follows the nth plan, later ones the last.
func (s *scene) setCarrier() (string, error) {
	for _, line := range s.lines() {
		number, plans, _ := strings.Cut(line, " ")
		s.plans[number] = nil
		for _, text := range strings.Split(plans, ",") {
			p, err := planFrom(strings.Fields(text))
			if err != nil {
				return "", err
			}
			s.plans[number] = append(s.plans[number], p)
		}
	}
	return "ok", nil
}

func (s *scene) addContacts() (string, error) {
	var contacts []campaign.Contact
	for _, line := range s.lines() {
		words := strings.Fields(line)
		c := campaign.Contact{Address: words[0]}
		for _, w := range words[1:] {
			key, value, _ := strings.Cut(w, "=")
			switch key {
			case "priority":
				n, err := strconv.ParseInt(value, 10, 32)
				if err != nil {
					return "", err
				}
				c.Priority = int32(n)
			case "not-before":
				c.NotBefore = s.moment(value)
			case "key":
				c.Key = value
			default:
				return "", fmt.Errorf("contacts: unknown word %q", w)
			}
		}
		contacts = append(contacts, c)
	}
	before := s.now().Status
	added, err := s.asked().AddContacts(s.ctx, s.id(), contacts...)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("add_contacts: %s > %s, %d added", before, s.now().Status, len(added)), nil
}

// operate performs an action of the operator's or the host's: action: from > to.
func (s *scene) operate(cmd string) (string, error) {
	d, id, before, more := s.asked(), s.id(), s.now(), ""
	var err error
	switch cmd {
	case "start":
		err = d.Start(s.ctx, id)
	case "pause":
		err = d.Pause(s.ctx, id)
	case "resume":
		err = d.Resume(s.ctx, id)
	case "stop":
		if s.line.HasArg("drain") {
			err = d.StopDraining(s.ctx, id)
		} else {
			err = d.Stop(s.ctx, id)
		}
	case "discard":
		err = d.Discard(s.ctx, id)
	case "archive":
		err = d.Archive(s.ctx, id)
	case "restart":
		err = d.Restart(s.ctx, id, campaign.Scope(s.text("scope", string(campaign.All))))
	case "edit":
		spec := before.Spec.Clone()
		if err = s.settings(&spec); err == nil {
			err = d.Edit(s.ctx, id, spec)
		}
	case "clone":
		var c campaign.Campaign
		if c, err = d.Clone(s.ctx, id, s.text("as", before.Spec.Name+"-copy"), s.line.HasArg("contacts")); err == nil {
			s.camps[c.Spec.Name], s.names = c.ID, append(s.names, c.Spec.Name)
			more = fmt.Sprintf(", %s is %s", c.Spec.Name, c.Status)
		}
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: %s > %s%s", cmd, before.Status, s.now().Status, more), nil
}

// pass lets time pass: run, run until=09:10:00, run for=10s; with limits also
// what binds is told.
func (s *scene) pass() (string, error) {
	until := time.Time{}
	if at := s.text("until", ""); at != "" {
		until = s.moment(at)
	}
	if span := s.text("for", ""); span != "" {
		d, err := time.ParseDuration(span)
		if err != nil {
			return "", err
		}
		until = s.world.Now().Add(d)
	}
	stuck := s.run(until)
	out := s.log(s.line.HasArg("limits"))
	if stuck {
		return out + "!! there is no end to it", nil
	}
	now := s.world.Now()
	return out + s.date(now) + s.clock(now) + " --", nil
}

func (s *scene) dispose() (string, error) {
	it, err := s.store.Attempt(s.ctx, s.contact(), 0)
	if err != nil {
		return "", err
	}
	a := &it.Attempt
	d := attempt.Disposition{Code: s.text("code", ""), DoNotCall: s.line.HasArg("dnc")}
	if at := s.text("callback", ""); at != "" {
		d.CallbackAt = s.moment(at)
	}
	call := attempt.CallID(a.Contact, a.Run, s.count("call", a.Calls))
	if err := s.asked().Dispose(s.ctx, call, d); err != nil {
		return "", errors.New(strings.ReplaceAll(err.Error(), call.String(), "N"))
	}
	return "noted", nil
}

// kill ends a worker without a word.
func (s *scene) kill() (string, error) {
	w := s.workers[s.count("worker", 1)-1]
	w.line.Close()
	w.dead = true
	return w.name + " is dead", nil
}

// cut takes a worker's switch away, or brings it back.
func (s *scene) cut() (string, error) {
	for _, w := range s.workers {
		switch {
		case w.dead:
		case s.line.HasArg("down"):
			w.line.Down("connection reset")
		default:
			w.line.Up()
		}
	}
	return "ok", nil
}

// agent lets one vanish, or return.
func (s *scene) agent() (string, error) {
	if name := s.text("vanish", ""); name != "" {
		s.world.Agents().Vanish(name)
	}
	if name := s.text("return", ""); name != "" {
		s.world.Agents().Return(name)
	}
	return "ok", nil
}
