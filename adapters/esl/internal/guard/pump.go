package guard

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// The first two bytes of each reply that go-eventsocket sees.
const (
	tagReply = "=R" // the switch's reply follows
	tagLost  = "=L" // there will be none
)

// pump reads the switch's frames until the connection ends. When the guard has
// closed it, what is in the buffer already still counts.
func (l *Link) pump() {
	defer l.box.seal()
	for {
		f, err := l.frames.next()
		if err == nil {
			l.watch.whole(l.frames.more()) // before anyone hears of the frame
			err = l.take(&f)
		}
		if err != nil {
			l.end(err)
			return
		}
	}
}

// take passes one frame on; an error ends the link.
func (l *Link) take(f *frame) error {
	switch f.kind {
	case kindEvent:
		if event, ok := l.codec.reduce(f.body); ok {
			l.event(event)
			return nil
		}
	case kindReply:
		l.reply(false, []byte(f.reply))
		return nil
	case kindAPI:
		l.reply(true, f.body)
		return nil
	case kindNotice:
		return fmt.Errorf("guard: disconnect notice: %w", io.EOF)
	case kindRude:
		return ErrRejected
	}
	l.count.malformed.Add(1)
	l.event(nameless)
	return nil
}

// event queues an event. If that takes a while, it is not the switch's fault.
func (l *Link) event(frame []byte) {
	l.count.framesIn.Add(1)
	if l.box.full() {
		l.watch.pause()
		defer l.watch.resume()
	}
	l.box.put(frame)
}

// reply passes a reply on if a command waits for one of its kind. It does not
// wait behind the writer's queue: go-eventsocket takes in what is in flight at
// any time, so that this write and the writer's both end.
func (l *Link) reply(api bool, text []byte) {
	all, whole, known := l.box.answer(api, text)
	if !known {
		l.count.unsolicited.Add(1)
	}
	if whole {
		l.feed(inner(kindAPI, tagReply, all))
	}
}

// write feeds go-eventsocket until Close.
func (l *Link) write() {
	for {
		out := l.box.take()
		if out == nil {
			return
		}
		l.feed(out)
	}
}

// feed writes whole frames to go-eventsocket; of two at once, one after the other.
func (l *Link) feed(frames []byte) {
	if _, err := l.inner.Write(frames); err != nil {
		l.breakOff(err)
	}
}

// forward takes commands from go-eventsocket to the switch.
func (l *Link) forward() {
	r := bufio.NewReaderSize(l.inner, 4<<10)
	var command []byte
	for {
		var err error
		if command, err = readCommand(r, command[:0]); err != nil {
			l.breakOff(err)
			return
		}
		if !l.box.send() {
			continue
		}
		if _, err := l.raw.Write(append(command, "\n\n"...)); err != nil {
			l.end(err)
		}
	}
}

// readCommand reads what go-eventsocket's Send wrote: the text and two line
// ends, CR LF each. The text itself has no CR. It appends the text to buf.
func readCommand(r *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		buf = append(buf, part...)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return buf, err
		}
		if text, whole := bytes.CutSuffix(buf, []byte("\r\n\r\n")); whole {
			return text, nil
		}
	}
}

// breakOff ends the link because go-eventsocket can't be reached. After Close
// that is as it should be, and changes nothing.
func (l *Link) breakOff(err error) {
	l.end(fmt.Errorf("%w: %w", ErrInner, err))
	l.box.breakOff()
	_ = l.inner.Close()
}
