package xmlrpc

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	kolo "github.com/kolo/xmlrpc"
)

// errReply: the switch answered, and the answer cannot be read.
var errReply = errors.New("the reply cannot be read")

// unclear reports whether the switch was there, and said nothing to go by.
func unclear(err error) bool {
	var fault kolo.FaultError
	return errors.Is(err, errReply) || errors.As(err, &fault)
}

// textInvalid is the fault with which the switch answers for a reply that holds
// invalid UTF-8: the command was carried out.
const textInvalid = -510

func textFault(err error) bool {
	var fault kolo.FaultError
	return errors.As(err, &fault) && fault.Code == textInvalid
}

// The two forms of a reply, as mod_xml_rpc writes them. The decoder is shown
// nothing else: it takes `a<![CDATA[b]]>d` and `a<b/>d` for `a`, text before a value for the
// value, and can be led down nested arrays until the stack is gone.
var (
	success = tags("methodResponse", "params", "param", "value", "string")
	failure = tags("methodResponse", "fault", "value", "struct",
		"member", "name", "/name", "value", "i4", "/i4", "/value", "/member",
		"member", "name", "/name", "value", "string", "/string", "/value")
)

// tags completes a list of tags with the ends of those that are open.
func tags(names ...string) string {
	var open []string
	for _, name := range names {
		if strings.HasPrefix(name, "/") {
			open = open[:len(open)-1]
			continue
		}
		open = append(open, name)
	}
	slices.Reverse(open)
	for _, name := range open {
		names = append(names, "/"+name)
	}
	return strings.Join(names, " ")
}

// maxFault bounds a fault, in bytes; the longest one recorded has 400.
const maxFault = 64 << 10

// decode reads a reply: what the command printed, or a fault.
func decode(body []byte) (string, error) {
	switch shape(body) {
	case success:
		var text string
		if err := kolo.Response(body).Unmarshal(&text); err != nil {
			return "", fmt.Errorf("%w: %w", errReply, err)
		}
		return text, nil
	case failure:
		if len(body) > maxFault {
			return "", fmt.Errorf("%w: a fault of %d bytes", errReply, len(body))
		}
		err := kolo.Response(body).Err()
		if !unclear(err) {
			err = fmt.Errorf("%w: %v", errReply, err) //nolint:errorlint // the decoder's errors are of no use to callers
		}
		return "", err
	}
	return "", fmt.Errorf("%w: not an XML-RPC response", errReply)
}

// shape lists the tags of a document, in order. A declaration may open it;
// anything else that is not a plain tag makes it shapeless, and so do more tags
// than a reply has, and text where no text belongs.
func shape(body []byte) string {
	if rest, ok := bytes.CutPrefix(body, []byte("<?xml ")); ok {
		_, body, _ = bytes.Cut(rest, []byte("?>"))
	}
	var found []string
	last := ""
	for len(found) <= strings.Count(failure, " ")+1 {
		text, rest, more := bytes.Cut(body, []byte("<"))
		if !strings.Contains(" string name i4 ", " "+last+" ") && len(bytes.TrimSpace(text)) > 0 {
			return ""
		}
		if !more {
			return strings.Join(found, " ")
		}
		body = rest
		end := bytes.IndexByte(body, '>')
		if end < 0 || end > 32 {
			return ""
		}
		last = string(body[:end])
		found = append(found, last)
		body = body[end+1:]
	}
	return ""
}
