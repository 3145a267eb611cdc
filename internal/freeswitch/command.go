package freeswitch

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/outdial/outdial/ports"
)

// AgentLegID is the channel of the agent's leg of an agent-first call: a UUID of
// version 5 with the call as name space, so that whoever looks after the call
// knows it without having been told.
func AgentLegID(call ports.ID) ports.ID { return uuid.NewSHA1(call, []byte("agent")) }

// AttachLegID is the channel of the nth agent's leg (1 is the first) that is
// raised for a parked contact.
func AttachLegID(call ports.ID, nth int) ports.ID {
	return uuid.NewSHA1(call, []byte("attach/"+strconv.Itoa(nth)))
}

// Transfer returns the arguments of `uuid_transfer`: the call goes to an
// extension of a dialplan, by default of the XML dialplan in the context
// "default".
func (s *Site) Transfer(call ports.ID, to ports.Target) (string, error) {
	dialplan, context := to.Dialplan, to.Context
	if dialplan == "" {
		dialplan = defaultDial
	}
	if context == "" {
		context = defaultContext
	}
	if to.Agent != "" {
		return "", &TextError{Field: "Agent", Value: to.Agent, At: -1, Why: "no agent: agents are called and bridged, not transferred to"}
	}
	if err := extForm.check("Destination", to.Destination); err != nil {
		return "", err
	}
	if err := wordForm.check("Dialplan", dialplan); err != nil {
		return "", err
	}
	if strings.EqualFold(dialplan, "inline") {
		return "", &TextError{Field: "Dialplan", Value: dialplan, At: -1, Why: "a dialplan that looks extensions up: inline runs applications"}
	}
	if err := wordForm.check("Context", context); err != nil {
		return "", err
	}
	return call.String() + " " + to.Destination + " " + dialplan + " " + context, nil
}

// Files that may be played: a path, or a stream of one of these schemes. The
// switch chooses the reader by scheme or by ending, and one reader of its own,
// shell_stream, runs a program; so both are on a list.
var (
	schemes = []string{"local_stream", "silence_stream", "http_cache", "http", "https"}
	endings = []string{"", ".wav", ".mp3", ".ogg", ".opus", ".flac", ".gsm", ".au", ".PCMU", ".PCMA", ".G722", ".G729", ".L16", ".r8", ".r16"}
)

// Play returns the arguments of `uuid_broadcast` that play a file to the call
// and to nobody else on it. A name with "::" would run an application.
func (s *Site) Play(call ports.ID, file string) (string, error) {
	if err := fileForm.check("File", file); err != nil {
		return "", err
	}
	name := file
	if scheme, rest, ok := strings.Cut(file, "://"); ok {
		if !slices.Contains(schemes, scheme) {
			return "", &TextError{Field: "File", Value: file, At: -1, Why: "a stream that is " + strings.Join(schemes, ", ")}
		}
		name = rest
	}
	if at := strings.IndexByte(name, ':'); at >= 0 {
		return "", &TextError{Field: "File", Value: file, At: len(file) - len(name) + at, Char: ':', Why: fileForm.why}
	}
	if strings.Contains(name, "..") {
		return "", &TextError{Field: "File", Value: file, At: strings.Index(file, ".."), Char: '.', Why: "a path that does not climb"}
	}
	if end := path.Ext(name); !slices.Contains(endings, end) {
		return "", &TextError{Field: "File", Value: file, At: len(file) - len(end), Char: '.', Why: "a sound file"}
	}
	return call.String() + " " + file + " aleg", nil
}

// Kill returns the arguments of `uuid_kill`. The switch takes a cause that it
// does not know for NORMAL_CLEARING; here it is refused.
func Kill(call ports.ID, cause string) (string, error) {
	if err := causeForm.check("Cause", cause); err != nil {
		return "", err
	}
	if _, known := slices.BinarySearch(causes, cause); !known {
		return "", &TextError{Field: "Cause", Value: cause, At: -1, Why: causeForm.why}
	}
	return call.String() + " " + cause, nil
}
