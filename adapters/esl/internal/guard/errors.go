package guard

import (
	"errors"
	"fmt"
)

var (
	// ErrConfig is a Config that can't work.
	ErrConfig = errors.New("guard: bad configuration")
	// ErrAuth says that the switch refused the password, or the user.
	ErrAuth = errors.New("guard: authentication refused")
	// ErrRejected says that the switch's access list refuses this host
	// (text/rude-rejection).
	ErrRejected = errors.New("guard: rejected by the switch's access list")
	// ErrHandshake says that the other end does not speak like a switch before
	// authentication.
	ErrHandshake = errors.New("guard: not FreeSWITCH's greeting")
	// ErrCommand is a command that would be more than one line, is empty or too
	// long. Nothing was sent.
	ErrCommand = errors.New("guard: command refused")
	// ErrLost says that the link has ended; whether the switch carried the command out is
	// unknown, unless the link had ended before. It wraps the reason.
	ErrLost = errors.New("guard: link lost")
	// ErrTimeout says that a reply, the rest of a frame or the whole of Connect
	// took longer than Config.Timeout.
	ErrTimeout = errors.New("guard: timeout")
	// ErrSilence says that not one byte came for Config.Silence.
	ErrSilence = errors.New("guard: the switch has fallen silent")
	// ErrClosed says that Close was called.
	ErrClosed = errors.New("guard: link closed")
	// ErrInner says that the connection inside this process broke.
	ErrInner = errors.New("guard: inner connection broken")
)

// FrameError is a frame whose end can't be found. What follows it on the wire
// has no meaning, so it ends the link.
type FrameError struct {
	// Reason says what is wrong with it.
	Reason string
	// Text is the line in question, shortened.
	Text string
}

// Error implements error.
func (e *FrameError) Error() string {
	return fmt.Sprintf("guard: broken frame: %s: %q", e.Reason, e.Text)
}

// clipped is how much of the switch's text goes into an error.
const clipped = 120

// clip shortens text that the switch sent.
func clip[T string | []byte](text T) string {
	if len(text) > clipped {
		return string(text[:clipped]) + "…"
	}
	return string(text)
}
