package fakeswitch

import (
	"strconv"
	"strings"
)

// extension is what a dialplan extension runs.
func (s *Switch) extension(c *channel, name string) ([]App, bool) {
	ext, ok := s.cfg.Extensions[name]
	if !ok && (s.cfg.Extensions != nil || !isExtension(name)) {
		return nil, false
	}
	if ext.Talk > 0 {
		c.timer(ext.Talk, func() { s.hangup(c, "NORMAL_CLEARING", byUs) })
	}
	if len(ext.Apps) == 0 {
		return []App{{Name: "answer"}, {Name: "park"}}, true
	}
	return ext.Apps, true
}

func isExtension(name string) bool {
	for i := range len(name) {
		if name[i] < '0' || name[i] > '9' {
			return false
		}
	}
	return len(name) >= 2 && len(name) <= 6
}

// transfer sends a call to an extension, or to an inline dialplan.
func (s *Switch) transfer(c *channel, exten, dialplan string) {
	var apps []App
	known := true
	before := c.destination
	c.destination = exten
	if strings.EqualFold(dialplan, "inline") {
		apps = inline(exten)
		c.finishApp()
		c.destination = before
	} else {
		apps, known = s.extension(c, exten)
		c.finishApp()
	}
	c.transferred = s.now()
	c.source = s.sourceOf(c, "bl_xfer:"+exten+"/default/"+dialplan)
	if !known {
		s.hangup(c, "NO_ROUTE_DESTINATION", byUs)
		return
	}
	s.play(c, apps)
}

// sourceOf is what transfer_source says of a channel that is sent somewhere.
func (s *Switch) sourceOf(c *channel, how string) string {
	return strconv.FormatInt(s.now()/1_000_000, 10) + ":" + c.uuid + ":" + how
}
