package stage

import (
	"strings"
	"sync"
)

// Tail keeps the end of what processes complain of.
type Tail struct {
	mu   sync.Mutex
	text []byte
	race bool
}

// Write implements io.Writer.
func (c *Tail) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.race = c.race || strings.Contains(string(p), "DATA RACE")
	c.text = append(c.text, p...)
	if over := len(c.text) - 32<<10; over > 0 {
		c.text = append(c.text[:0], c.text[over:]...)
	}
	return len(p), nil
}

// String is the end of it.
func (c *Tail) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.text)
}

// Check reports data races of processes that were killed before they could, and
// shows the complaints if the test has failed.
func (c *Tail) Check(t T) {
	c.mu.Lock()
	raced := c.race
	c.mu.Unlock()
	if raced {
		t.Error("a process has a data race")
	}
	if t.Failed() {
		t.Logf("the processes' last complaints:\n%s", c)
	}
}
