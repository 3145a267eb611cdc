package fakeswitch

import (
	"strconv"
	"strings"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// play runs applications one after the other; when they are done the call is
// hung up.
func (s *Switch) play(c *channel, apps []App) {
	c.flipped, c.hit = true, true
	c.script = apps
	s.nextApp(c)
}

func (s *Switch) nextApp(c *channel) {
	if c.state >= stateHungUp {
		return
	}
	if len(c.script) == 0 {
		s.hangup(c, "NORMAL_CLEARING", byUs)
		return
	}
	app := c.script[0]
	c.script = c.script[1:]
	s.start(c, app)
}

// start runs an application of the script. Those that take time go on to the
// next one when they end.
func (s *Switch) start(c *channel, app App) {
	c.app, c.lastApp = app, app
	if !exists(app.Name) {
		c.app, c.lastApp = App{}, App{}
		s.hangup(c, outOfOrder, byUs)
		return
	}
	s.emit(evExecute, c)
	switch app.Name {
	case "park":
		s.park(c)
		return
	case "bridge":
		s.bridge(c, app.Args)
		return
	case "hangup":
		s.hangup(c, causeOr(app.Args, "NORMAL_CLEARING"), byUs)
		return
	case "playback":
		s.playback(c, app.Args, func() { s.finishNext(c) })
		return
	}
	s.effect(c, app)
	s.finishNext(c)
}

func (s *Switch) finishNext(c *channel) {
	c.finishApp()
	s.later(func() { s.nextApp(c) })
}

// perform runs one application besides what the channel is doing: what
// execute_on_answer, sendmsg and uuid_broadcast ask for.
func (s *Switch) perform(c *channel, app App) {
	if app.Name == "hangup" {
		before := c.app
		c.app = app
		s.emit(evExecute, c)
		s.hangup(c, causeOr(app.Args, "NORMAL_CLEARING"), byUs)
		s.emit(evExecuted, c)
		c.app = before
		return
	}
	if app.Name != "playback" {
		c.runs(app)
		return
	}
	before := c.app
	c.app = app
	s.emit(evExecute, c)
	c.app = before
	s.playback(c, app.Args, func() {
		before := c.app
		c.app = app
		s.emit(evExecuted, c)
		c.app = before
	})
}

// runs is an application that takes no time.
func (c *channel) runs(app App) {
	before := c.app
	c.app = app
	c.s.emit(evExecute, c)
	c.s.effect(c, app)
	c.s.emit(evExecuted, c)
	c.app = before
}

func exists(app string) bool {
	switch app {
	case "park", "bridge", "hangup", "playback", "answer", "set", "export", "avmd_start", "avmd_stop",
		"system", "bgsystem", "sleep", "pre_answer", "ring_ready", "log", "echo", "endless_playback":
		return true
	}
	return false
}

// effect is what an application does that takes no time.
func (s *Switch) effect(c *channel, app App) {
	switch app.Name {
	case "set", "export":
		name, value, _ := strings.Cut(app.Args, "=")
		c.set(strings.TrimPrefix(name, "nolocal:"), c.expand(value))
	case "avmd_start":
		if !c.screening {
			c.screening = true
			c.avmd("avmd::start")
		}
	case "avmd_stop":
		if c.screening {
			c.screening = false
			c.avmd("avmd::stop")
		}
	}
}

// finishApp ends the application under way.
func (c *channel) finishApp() {
	if c.parked {
		c.parked = false
		c.s.cancel(c.parkTimer)
		c.parkTimer = nil
		c.s.emit(evUnpark, c)
	}
	if c.app.Name != "" && c.app.Name != "uuid_bridge" {
		c.s.emit(evExecuted, c)
	}
	c.app = App{}
}

// park keeps the call until something is done with it, or park_timeout is over.
func (s *Switch) park(c *channel) {
	if c.state >= stateHungUp {
		return
	}
	c.parked = true
	s.emit(evPark, c)
	n, cause, _ := strings.Cut(c.value("park_timeout"), ":")
	c.set("park_timeout", "") // it counts for one time of being parked
	if limit := seconds(n); limit > 0 {
		c.parkTimer = s.atSecond(limit, func() {
			s.hangup(c, causeOr(cause, "NORMAL_CLEARING"), byUs)
		})
	}
}

// playback plays a file for as long as the file lasts: a tone's length is in its
// name, any other file lasts a second, and one that is not there no time.
func (s *Switch) playback(c *channel, file string, done func()) {
	if strings.HasPrefix(file, "/nosuch") || file == "" {
		s.later(done)
		return
	}
	s.emit(evPlayStart, c)
	length := time.Second
	if _, tone, ok := strings.Cut(file, "tone_stream://%("); ok {
		length = time.Duration(seconds(tone)) * time.Millisecond
	}
	c.timer(length, func() {
		s.emit(evPlayStop, c)
		done()
	})
}

// expand replaces ${…}: a variable by its value, a command by what it prints.
func (c *channel) expand(text string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, "${")
		if i < 0 {
			break
		}
		end := strings.IndexByte(text[i:], '}')
		if end < 0 {
			break
		}
		b.WriteString(text[:i])
		b.WriteString(c.expansion(text[i+2 : i+end]))
		text = text[i+end+1:]
	}
	b.WriteString(text)
	return b.String()
}

func (c *channel) expansion(name string) string {
	switch name {
	case "destination_number":
		return c.leg.Number
	case "uuid":
		return c.uuid
	}
	if v := c.value(name); !strings.Contains(v, "${") { // one level is all there is
		return v
	}
	return ""
}
