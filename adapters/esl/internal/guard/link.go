package guard

import (
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/fiorix/go-eventsocket/eventsocket"

	"github.com/outdial/outdial/internal/freeswitch"
)

// maxCommand is the longest command, its header lines included.
const maxCommand = 64 << 10

// Link is a connection to a switch, from authentication to its end. It is never
// opened again; whoever wants another calls [Connect].
type Link struct {
	raw    net.Conn     // to the switch
	inner  *net.TCPConn // to go-eventsocket
	es     *eventsocket.Connection
	frames *framer
	codec  *codec
	watch  *watch
	box    *outbox
	count  counters

	sending sync.Mutex // one command at a time
	reading sync.Mutex // one Read at a time
	running sync.WaitGroup

	once sync.Once
	done chan struct{}
	err  error // written before done is closed
}

func newLink(cfg *Config, raw net.Conn) *Link {
	l := &Link{
		watch: newWatch(cfg),
		codec: newCodec(cfg.Keep),
		box:   newOutbox(cfg.MaxQueue),
		done:  make(chan struct{}),
	}
	l.raw = &wire{Conn: raw, watch: l.watch, count: &l.count}
	l.frames = newFramer(l.raw, cfg)
	return l
}

func (l *Link) start() {
	l.running.Go(l.pump)
	l.running.Go(l.write)
	l.running.Go(l.forward)
	l.running.Go(func() { l.watch.run(l.done, l.end) })
}

// Send sends one command and returns the switch's reply, raw: the Reply-Text, or
// the body of an api command's response. "-ERR …" is a reply. Header lines such
// as "Job-UUID: …" follow the command. Callers are served one after another.
//
// An error means that no reply came: [ErrCommand] if nothing was sent, else
// [ErrLost] and the reason; the link has then ended.
func (l *Link) Send(command string, headers ...string) (string, error) {
	text, err := compose(command, headers)
	if err != nil {
		return "", err
	}
	return l.exchange(text, isAPI(command), 1)
}

// Command is one for [Link.SendAll]: a line, and header lines.
type Command struct {
	Line    string
	Headers []string
}

// SendAll is Send for several commands at once, none of them api: they go out one
// behind the other, without waiting between them, and the replies come in their
// order. Together they have the time of one. An error says the same of each of
// them as Send's says of one.
func (l *Link) SendAll(commands []Command) ([]string, error) {
	texts := make([]string, len(commands))
	for i, c := range commands {
		text, err := compose(c.Line, c.Headers)
		if err != nil {
			return nil, err
		}
		if isAPI(c.Line) {
			return nil, fmt.Errorf("%w: api among several: %q", ErrCommand, clip(c.Line))
		}
		texts[i] = text
	}
	if len(texts) == 0 {
		return nil, nil
	}
	all, err := l.exchange(strings.Join(texts, "\n\n"), false, len(texts))
	if err != nil {
		return nil, err
	}
	return strings.Split(all, "\n"), nil // a Reply-Text is one line
}

// exchange sends a text that is so many commands, and waits for their replies.
func (l *Link) exchange(text string, api bool, replies int) (string, error) {
	l.sending.Lock()
	defer l.sending.Unlock()
	if !l.box.begin(api, replies) {
		return "", l.lost()
	}
	defer l.box.finish()
	l.watch.begin()
	defer l.watch.finish()
	ev, err := l.es.Send(text)
	if err != nil {
		l.breakOff(err)
		return "", l.lost()
	}
	reply, ok := strings.CutPrefix(ev.Body, tagReply)
	if !ok {
		return "", l.lost()
	}
	return reply, nil
}

// compose writes a command as go-eventsocket wants it: one line, and one for
// each header.
func compose(command string, headers []string) (string, error) {
	size := 0
	for _, line := range append([]string{command}, headers...) {
		if strings.TrimSpace(line) == "" || control(line) {
			return "", fmt.Errorf("%w: empty line or control character: %q", ErrCommand, clip(line))
		}
		size += len(line) + 1
	}
	for _, line := range headers {
		if name, _, ok := strings.Cut(line, ":"); !ok || strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			return "", fmt.Errorf("%w: no header: %q", ErrCommand, clip(line))
		}
	}
	if size > maxCommand {
		return "", fmt.Errorf("%w: %d bytes", ErrCommand, size)
	}
	return strings.Join(append([]string{command}, headers...), "\n"), nil
}

// isAPI reports whether a command is answered by an api/response.
func isAPI(command string) bool {
	name, _, _ := strings.Cut(command, " ")
	return strings.EqualFold(name, "api")
}

// Read returns the next event. Each event that came whole before the end of the
// connection is returned, in order; then io.EOF, or the reason if the end was
// another. After Close it returns [ErrClosed] at once.
func (l *Link) Read() (freeswitch.Event, error) {
	l.reading.Lock()
	defer l.reading.Unlock()
	if !l.box.await() {
		return freeswitch.Event{}, l.over()
	}
	ev, err := l.es.ReadEvent()
	if err != nil {
		l.breakOff(err)
		return freeswitch.Event{}, l.over()
	}
	l.box.landed()
	l.count.eventsOut.Add(1)
	return l.codec.restore(ev), nil
}

// Close ends the link, if it has not ended, and all its goroutines. It may be
// called again, and never fails.
func (l *Link) Close() error {
	l.end(ErrClosed)
	l.box.close()
	// Whoever is inside go-eventsocket has what it waits for on the way. Only
	// when nobody is can the connection be cut without anyone waiting on.
	l.sending.Lock()
	defer l.sending.Unlock()
	l.reading.Lock()
	defer l.reading.Unlock()
	_ = l.inner.SetLinger(0) // no port is kept in TIME_WAIT
	_ = l.inner.Close()
	l.running.Wait()
	return nil
}

// Done is closed when the link has ended: no command goes out any more. Events
// that came before can still be read.
func (l *Link) Done() <-chan struct{} { return l.done }

// Err is why the link has ended; nil if it has not.
func (l *Link) Err() error {
	select {
	case <-l.done:
		return l.err
	default:
		return nil
	}
}

// end ends the link; the first reason counts.
func (l *Link) end(reason error) {
	l.once.Do(func() {
		l.err = reason
		l.box.end(inner(kindAPI, tagLost, ""), l.done)
		_ = l.raw.Close()
	})
}

// lost is the error of a command without reply.
func (l *Link) lost() error {
	return fmt.Errorf("%w: %w", ErrLost, l.err)
}

// over is the error of Read when no event is left.
func (l *Link) over() error {
	if l.box.dropped() {
		return ErrClosed
	}
	return l.err
}
