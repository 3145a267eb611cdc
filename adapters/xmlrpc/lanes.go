package xmlrpc

// How many of the 16 connections that mod_xml_rpc serves are ours at most:
// originates have dialSlots of them, everything else has lanes. What is left
// over is for an operator's own tools, and for connections that have ended
// without the switch having noticed.
const (
	dialSlots = 10
	lanes     = 4
)

// lane runs one short command after the other.
func (s *Switch) lane() {
	for {
		c := s.next()
		if c == nil {
			return
		}
		ctx, stop := s.within(c)
		reply, err := s.door.post(ctx, s.short, c)
		stop()
		s.replied(c, reply, err)
	}
}

// next waits for a command; nil: the switch is closed.
func (s *Switch) next() *command {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.ctx.Err() != nil {
			return nil
		}
		if c := s.queue.pop(); c != nil {
			s.busy++
			s.stats.Commands++
			if c.start != nil {
				c.start()
			}
			return c
		}
		s.wake.Wait()
	}
}

// replied hands on the reply to a short command. All but a bridge may be run
// twice, and are, when the first try has failed; the second failure says that the
// switch is away.
func (s *Switch) replied(c *command, reply string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
	if s.ctx.Err() != nil {
		return
	}
	away := err != nil && !unclear(err)
	if (away || c.needed && err != nil) && s.up && !c.again && !c.once {
		c.again = true
		s.push(&s.queue.urgent, c)
		return
	}
	if !away {
		s.heard = s.clock.Now()
		s.stats.Bytes += int64(len(reply))
	}
	if unclear(err) {
		s.stats.Malformed++
	}
	if c.done != nil {
		c.done(reply, err)
	}
	if away && s.up && !c.once {
		s.lose(err)
	}
	s.settle()
}

// push queues a command.
func (s *Switch) push(line *[]*command, c *command) {
	c.limit = s.cfg.Timeout
	*line = append(*line, c)
	s.wake.Signal()
}
