package fakeswitch

import "strings"

const noChannel = "-ERR No such channel!\n"

func (s *Switch) uuidKill(args string) string {
	id, cause, _ := strings.Cut(args, " ")
	if id == "" {
		return "-USAGE: <uuid> [cause]\n"
	}
	c := s.alive(id)
	if c == nil {
		return noChannel
	}
	s.hangup(c, causeOr(strings.TrimSpace(cause), "NORMAL_CLEARING"), byUs)
	return "+OK\n"
}

func (s *Switch) uuidGetvar(args string) string {
	argv := strings.Fields(args)
	if len(argv) < 2 {
		return "-USAGE: <uuid> <var>\n"
	}
	c := s.alive(argv[0])
	if c == nil {
		return noChannel
	}
	w := writer{format: formatFind, want: "variable_" + argv[1]}
	c.variables(&w, evData)
	if !w.found {
		return "_undef_"
	}
	return w.got
}

func (s *Switch) uuidSetvar(args string) string {
	argv := strings.SplitN(args, " ", 3)
	if len(argv) < 2 {
		return "-USAGE: <uuid> <var> [value]\n"
	}
	c := s.alive(argv[0])
	if c == nil {
		return noChannel
	}
	value := ""
	if len(argv) == 3 {
		value = argv[2]
	}
	s.hooked(Var{argv[1], value})
	c.set(argv[1], value)
	return "+OK\n"
}

// hooked notes a variable that makes the switch run something.
func (s *Switch) hooked(v Var) {
	if command, ok := hook(v); ok {
		s.shell = append(s.shell, command)
	}
}

func (s *Switch) uuidSetvars(args string) string {
	id, list, _ := strings.Cut(args, " ")
	c := s.alive(id)
	if c == nil {
		return noChannel
	}
	for _, part := range split(list, ';', 64) {
		name, value, _ := strings.Cut(part, "=")
		s.hooked(Var{name, value})
		c.set(name, value)
	}
	return "+OK\n"
}

func (s *Switch) uuidDump(args string) string {
	id, name, _ := strings.Cut(args, " ")
	if id == "" {
		return "-USAGE: <uuid> [format]\n"
	}
	c := s.alive(id)
	if c == nil {
		return noChannel
	}
	w := writer{format: formatPlain}
	for i, n := range formatNames {
		if strings.EqualFold(strings.TrimSpace(name), n) {
			w.format = i2f(i)
		}
	}
	s.eventSeq++
	w.begin()
	s.channelEvent(&w, evData, c)
	w.end("")
	return string(w.buf)
}

func (s *Switch) uuidBridges(args string) string {
	argv := strings.Fields(args)
	if len(argv) != 2 {
		return "-USAGE: <uuid> <other_uuid>\n"
	}
	a, b := s.alive(argv[0]), s.alive(argv[1])
	if a == nil || b == nil || a == b {
		return "-ERR Invalid uuid\n"
	}
	if a.answered == 0 && b.answered == 0 {
		return "-ERR Invalid uuid\n"
	}
	s.later(func() {
		if a.state < stateHungUp && b.state < stateHungUp {
			s.uuidBridge(a, b)
		}
	})
	return "+OK " + b.uuid + "\n"
}

func (s *Switch) uuidTransfer(args string) string {
	argv := words(args, 6)
	if len(argv) < 2 {
		return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
	}
	c := s.alive(argv[0])
	if c == nil {
		return noChannel
	}
	argv = argv[1:]
	legs := []*channel{c}
	if argv[0] == "-bleg" || argv[0] == "-both" {
		if c.peer == nil {
			return "-ERR No other channel\n"
		}
		legs = append(legs[:1:1], c.peer)
		if argv[0] == "-bleg" {
			legs = legs[1:]
		}
		argv = argv[1:]
	}
	argv = append(argv, "", "")
	s.runShells(argv[0], argv[1])
	s.later(func() { s.transferAll(legs, argv[0], argv[1]) })
	return "+OK\n"
}

// runShells notes what an inline dialplan would run in a shell.
func (s *Switch) runShells(exten, dialplan string) {
	if !strings.EqualFold(dialplan, "inline") {
		return
	}
	var o Originate
	for _, a := range inline(exten) {
		o.shellApp(a)
	}
	s.shell = append(s.shell, o.Shell...)
}

func (s *Switch) transferAll(legs []*channel, exten, dialplan string) {
	if len(legs) == 2 && legs[0].peer == legs[1] {
		s.sever(legs[0], legs[1])
	}
	for _, c := range legs {
		if c.state >= stateHungUp {
			continue
		}
		s.release(c)
		s.transfer(c, exten, dialplan)
	}
}

// sever takes two channels apart that both live on.
func (s *Switch) sever(a, b *channel) {
	lead := a
	if b.bridgedBy != "" {
		lead = b
	}
	a.peer, b.peer = nil, nil
	s.emit(evUnbridge, lead)
	a.bridgedBy, b.bridgedBy = "", ""
}

func (s *Switch) uuidBroadcast(args string) string {
	argv := strings.Fields(args)
	if len(argv) < 2 {
		return "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"
	}
	c := s.alive(argv[0])
	if c == nil {
		return "-ERR invalid uuid\n"
	}
	app := App{"playback", argv[1]}
	if name, arg, ok := strings.Cut(argv[1], "::"); ok {
		app = App{name, arg}
	}
	var o Originate
	o.shellApp(app)
	s.shell = append(s.shell, o.Shell...)
	s.later(func() {
		if c.state < stateHungUp {
			s.perform(c, app)
		}
	})
	return "+OK Message sent\n"
}

// avmdCommand says that it listens, and never hears anything: only the
// application does.
func (s *Switch) avmdCommand(args string) string {
	argv := strings.Fields(args)
	if len(argv) < 2 {
		return "-USAGE: <uuid> <command>\n"
	}
	c := s.alive(argv[0])
	if c == nil {
		return "-ERR, no session for uuid [" + argv[0] + "]!\n"
	}
	past := "started!"
	if argv[1] == "stop" {
		past = "stopped"
	}
	class := "avmd::" + argv[1]
	s.later(func() { c.avmd(class) })
	return "+OK\n [" + c.uuid + "] [" + c.name + "] " + past + "\n\n"
}

func (s *Switch) hupall(args string) string {
	argv := strings.Fields(args)
	cause := "MANAGER_REQUEST"
	if len(argv) > 0 {
		cause = causeOr(argv[0], cause)
	}
	reply := "+OK hangup all channels with cause " + cause + "\n"
	if len(argv) > 2 {
		reply = "+OK hangup all channels matching [" + argv[1] + "]=[" + argv[2] + "] with cause: " + cause + "\n"
	}
	for _, c := range append([]*channel(nil), s.order...) {
		if c.state < stateHungUp && (len(argv) < 3 || c.value(argv[1]) == argv[2]) {
			s.hangup(c, cause, byUs)
		}
	}
	return reply
}
