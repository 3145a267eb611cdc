package fakeswitch

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// api runs an API command. done is called with what it prints, in this turn or,
// for an originate, in a later one.
func (s *Switch) api(command, args string, done func(string)) {
	if strings.Contains(command+" "+args, reloading) {
		done("+OK Reloading XML\n+OK module reloaded\n")
		s.later(func() {
			for _, c := range append([]*conn(nil), s.conns...) {
				c.bye()
			}
		})
		return
	}
	if strings.EqualFold(command, "originate") {
		s.originate(args, done)
		return
	}
	f, ok := commands[strings.ToLower(command)]
	if !ok {
		done("-ERR " + command + " Command not found!\n")
		return
	}
	reply := f(s, strings.TrimSpace(args))
	if s.leaving {
		return // it answers nobody any more
	}
	done(reply)
}

// commands are those that answer at once. Answers end as the real ones do, some
// with a line break and some without.
var commands map[string]func(s *Switch, args string) string

func init() {
	commands = map[string]func(*Switch, string) string{
		"status":            (*Switch).status,
		"version":           func(*Switch, string) string { return "FreeSWITCH Version " + version + " ( 64bit)\n" },
		"hostname":          func(*Switch, string) string { return "vm" },
		"create_uuid":       func(s *Switch, _ string) string { return s.newID() },
		"strepoch":          func(s *Switch, _ string) string { return fmt.Sprint(s.clock.Now().Unix()) },
		"show":              (*Switch).show,
		"sofia":             (*Switch).sofia,
		"fsctl":             (*Switch).fsctl,
		"hupall":            (*Switch).hupall,
		"uuid_exists":       func(s *Switch, id string) string { return boolText(s.alive(id) != nil) },
		"uuid_kill":         (*Switch).uuidKill,
		"uuid_getvar":       (*Switch).uuidGetvar,
		"uuid_setvar":       (*Switch).uuidSetvar,
		"uuid_setvar_multi": (*Switch).uuidSetvars,
		"uuid_dump":         (*Switch).uuidDump,
		"uuid_bridge":       (*Switch).uuidBridges,
		"uuid_transfer":     (*Switch).uuidTransfer,
		"uuid_broadcast":    (*Switch).uuidBroadcast,
		"avmd":              (*Switch).avmdCommand,
		"system":            (*Switch).system,
		"bg_system":         func(s *Switch, args string) string { s.system(args); return "+OK\n" },
		"eval":              (*Switch).eval,
		"expand":            (*Switch).eval,
	}
}

// system is a shell, so to say.
func (s *Switch) system(args string) string {
	s.shell = append(s.shell, args)
	return ""
}

// eval expands its argument, which is as good as a shell.
func (s *Switch) eval(args string) string {
	s.shell = append(s.shell, expansions(args)...)
	return ""
}

// originate begins a call, when its turn comes.
func (s *Switch) originate(args string, done func(string)) {
	if s.cfg.Pace <= 0 {
		s.begin(args, done)
		return
	}
	now := s.clock.Now()
	if s.next.Before(now) {
		s.next = now
	}
	wait := s.next.Sub(now)
	s.next = s.next.Add(time.Second / time.Duration(s.cfg.Pace))
	s.after(wait, func() { s.begin(args, done) })
}

func (s *Switch) begin(args string, done func(string)) {
	o, err := parseOriginate(args)
	s.shell = append(s.shell, o.Shell...)
	if o.Abort {
		s.restart()
		return
	}
	if err != nil {
		done(refusedReply(err))
		return
	}
	d := &dial{s: s, groups: o.Groups, vars: o.Vars, cidName: o.CallerName, cidNum: o.CallerNumber,
		timeout: int64(o.Timeout / time.Second)}
	d.done = func(c *channel, cause string) {
		if c == nil {
			done("-ERR " + cause + "\n")
			return
		}
		done("+OK " + c.uuid + "\n")
		s.later(func() { s.follow(c, o) })
	}
	d.start()
}

// refusedReply is what FreeSWITCH says to a command that it cannot read.
func refusedReply(err error) string {
	var refused *ParseError
	if errors.As(err, &refused) {
		return refused.Reply
	}
	return "-ERR " + outOfOrder + "\n"
}

// follow runs what an originate wants of the call that came to be.
func (s *Switch) follow(c *channel, o Originate) {
	if c.state >= stateHungUp {
		return
	}
	if o.Exten == "" {
		s.play(c, o.Apps)
		return
	}
	apps, ok := s.extension(c, o.Exten)
	if !ok {
		s.hangup(c, "NO_ROUTE_DESTINATION", byUs)
		return
	}
	s.play(c, apps)
}

// fsctl controls the switch.
func (s *Switch) fsctl(args string) string {
	argv := strings.Fields(args)
	argv = append(argv, "", "", "")
	switch argv[0] {
	case "sps":
		if n := seconds(argv[1]); n > 0 {
			s.perSecond = int(n)
			s.second = 0
		}
		return "+OK sessions per second: " + itoa(s.perSecond) + "\n"
	case "max_sessions":
		if n := seconds(argv[1]); n > 0 {
			s.maxCalls = int(n)
		}
		return "+OK max sessions: " + itoa(s.maxCalls) + "\n"
	case "pause", "resume":
		if argv[1] != "inbound" {
			s.paused = argv[0] == "pause"
		}
		return "+OK\n"
	case "shutdown":
		if argv[1] == "now" {
			s.restart()
			return ""
		}
		s.stalled, s.leaving = true, true // it waits for the calls to end
		return ""
	}
	return "-USAGE: [recover|send_sighup|hupall|pause [inbound|outbound]|resume [inbound|outbound]|shutdown [cancel|elegant|asap|now|restart]|sps|sync_clock|max_sessions]\n"
}

func uptime(up time.Duration) string {
	sec := int64(up / time.Second)
	return fmt.Sprintf("%d years, %d days, %d hours, %d minutes, %d seconds, %d milliseconds, %d microseconds",
		sec/31536000, sec/86400%365, sec/3600%24, sec/60%60, sec%60, up.Milliseconds()%1000, up.Microseconds()%1000)
}

// status is the switch's health, for people.
func (s *Switch) status(string) string {
	return fmt.Sprintf("UP %s\nFreeSWITCH (Version 1.10.12-release  64bit) is ready\n"+
		"%d session(s) since startup\n%d session(s) - peak %d, last 5min %d \n"+
		"0 session(s) per Sec out of max %d, peak 0, last 5min 0 \n%d session(s) max\n"+
		"min idle cpu 0.00/97.97\nCurrent Stack Size/Max 240K/240K\n",
		uptime(s.clock.Now().Sub(s.started)), s.sessions, len(s.channels), s.peak, s.peak, s.perSecond, s.maxCalls)
}
