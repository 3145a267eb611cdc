package fakeswitch

import (
	"bytes"
	"strconv"
	"strings"
)

const (
	notice    = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
	shutting  = "The system is being shut down.\n"
	unknownIt = "-ERR command not found"
)

// reply answers a command that is not api.
func (c *conn) reply(text string) {
	c.send([]byte("Content-Type: command/reply\nReply-Text: " + text + "\n\n"))
}

func noticeFrame(text string) []byte {
	return []byte("Content-Type: text/disconnect-notice\nContent-Length: " + strconv.Itoa(len(text)) + "\n\n" + text)
}

func apiFrame(text string) []byte {
	if text == "" {
		text = "-ERR no reply\n"
	}
	b := append(make([]byte, 0, len(text)+64), "Content-Type: api/response\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(text)), 10)
	b = append(b, "\n\n"...)
	return append(b, text...)
}

// part takes leave.
func (c *conn) part(text string) {
	c.reply(text)
	c.send(noticeFrame(notice))
	c.bye()
}

// run deals with one command: its line, and headers.
func (c *conn) run(raw []byte) {
	line, rest := raw, []byte(nil)
	if i := bytes.IndexAny(raw, "\r\n"); i >= 0 {
		line, rest = raw[:i], raw[i+1:]
	}
	verb, args, spaced := strings.Cut(string(line), " ")
	verb = strings.ToLower(verb)
	if !c.authed && verb != "exit" {
		c.authenticate(verb, args)
		return
	}
	switch verb {
	case "exit":
		c.part("+OK bye")
	case "auth", "userauth":
		c.reply(unknownIt)
	case "api", "bgapi":
		if !spaced {
			c.reply(unknownIt)
			return
		}
		c.call(verb == "bgapi", args, rest)
	case "event", "nixevent", "noevents", "filter":
		c.subscribe(verb, strings.Fields(args))
	case "sendmsg":
		c.message(strings.TrimSpace(args), rest)
	default:
		c.reply(unknownIt)
	}
}

// header reads a header of a command.
func header(raw []byte, name string) string {
	for len(raw) > 0 {
		var line []byte
		if i := bytes.IndexByte(raw, '\n'); i >= 0 {
			line, raw = raw[:i], raw[i+1:]
		} else {
			line, raw = raw, nil
		}
		k, v, ok := strings.Cut(strings.TrimRight(string(line), "\r"), ":")
		if ok && strings.EqualFold(k, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// bodyLength is how much follows the headers of a message.
func bodyLength(cmd []byte) int {
	if !bytes.HasPrefix(cmd, []byte("sendmsg")) && !bytes.HasPrefix(cmd, []byte("sendevent")) {
		return 0
	}
	n, err := strconv.Atoi(header(cmd, "Content-Length"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func (c *conn) authenticate(verb, args string) {
	switch verb {
	case "auth":
		if args != c.s.cfg.Password {
			c.part("-ERR invalid")
			return
		}
		c.reply("+OK accepted")
	case "userauth":
		user, password, _ := strings.Cut(args, ":")
		if want, ok := c.s.cfg.Users[user]; !ok || want != password || !strings.Contains(user, "@") {
			c.part("-ERR invalid")
			return
		}
		c.reply("+OK accepted\nAllowed-Events: all\nAllowed-API: all\nAllowed-LOG: all")
	default:
		c.reply(unknownIt)
		return
	}
	c.authed = true
}

func (c *conn) subscribe(verb string, args []string) {
	switch verb {
	case "noevents":
		c.sub.clear()
		c.reply("+OK no longer listening for events")
	case "nixevent":
		c.sub.disable(args)
		c.reply("+OK events nixed")
	case "filter":
		c.filter(args)
	default:
		c.enable(args)
	}
}

func (c *conn) enable(args []string) {
	format := formatPlain
	if len(args) > 0 {
		for i, name := range formatNames {
			if strings.EqualFold(args[0], name) {
				format, args = i2f(i), args[1:]
				break
			}
		}
	}
	if len(args) == 0 || !c.sub.enable(args) {
		c.reply("-ERR no keywords supplied")
		return
	}
	c.sub.format = format
	c.reply("+OK event listener enabled " + formatNames[format])
}

func i2f(i int) format { return format(i) } //nolint:gosec // an index of formatNames

func (c *conn) filter(args []string) {
	switch {
	case len(args) == 0:
		c.reply(unknownIt)
	case args[0] == "delete":
		args = append(args[1:], "", "")
		c.unfilter(args[0], args[1])
		c.reply("+OK filter deleted. [" + args[0] + "][" + args[1] + "]")
	default:
		name, value := args[0], strings.Join(args[1:], " ")
		c.sub.filters = append(c.sub.filters, newFilter(name, value))
		c.reply("+OK filter added. [" + name + "]=[" + value + "]")
	}
}

func (c *conn) unfilter(name, value string) {
	var left []eventFilter
	for _, f := range c.sub.filters {
		if name != "all" && (f.name != name || (value != "" && f.value != value)) {
			left = append(left, f)
		}
	}
	c.sub.filters = left
}

// call runs an API command: at once, which blocks the connection until it ends,
// or as a job.
func (c *conn) call(job bool, line string, headers []byte) {
	command, args, _ := strings.Cut(line, " ")
	if !job {
		c.blocked = true
		c.s.api(command, args, func(reply string) {
			c.blocked = false
			c.send(apiFrame(reply))
			c.s.later(c.work)
		})
		return
	}
	id := header(headers, "Job-UUID")
	if id == "" {
		id = c.s.newID()
	}
	c.reply("+OK Job-UUID: " + id + "\nJob-UUID: " + id)
	c.s.api(command, args, func(reply string) { c.s.jobDone(id, command, args, reply) })
}

// message is sendmsg: hang up, or run an application.
func (c *conn) message(id string, headers []byte) {
	ch := c.s.alive(id)
	if ch == nil {
		c.reply("-ERR invalid session id [" + id + "]")
		return
	}
	c.reply("+OK")
	switch strings.ToLower(header(headers, "call-command")) {
	case "hangup":
		c.s.hangup(ch, causeOr(header(headers, "hangup-cause"), "NORMAL_CLEARING"), byUs)
	case "execute":
		c.s.perform(ch, App{header(headers, "execute-app-name"), header(headers, "execute-app-arg")})
	}
}
