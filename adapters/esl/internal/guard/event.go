package guard

import (
	"bytes"
	"strconv"

	"github.com/fiorix/go-eventsocket/eventsocket"
	"github.com/tidwall/gjson"

	"github.com/outdial/outdial/internal/freeswitch"
)

const (
	nameHeader = "Event-Name"
	bodyKey    = "_body" // FreeSWITCH's and go-eventsocket's alike

	// A JSON reader that recurses takes stack for each level; FreeSWITCH's
	// events have one.
	maxDepth = 1000
)

// nameless is the frame of an event of which nothing is known.
var nameless = inner(kindEvent, "", "{}")

// codec reduces the switch's events to frames for go-eventsocket, and turns
// go-eventsocket's events back. In between, header number 7 is called "_7":
// go-eventsocket changes the case of all names but those that begin with "_".
type codec struct {
	number    map[string]int    // by FreeSWITCH's name
	keys      []string          // by number
	originals []string          // FreeSWITCH's name, by number
	byLength  [][]int           // numbers, by the length of FreeSWITCH's name
	names     map[string]string // FreeSWITCH's name, by key

	json []byte // scratch, as is seen
	seen []bool
}

func newCodec(keep []string) *codec {
	c := &codec{number: map[string]int{}, names: map[string]string{}}
	c.add(nameHeader)
	for _, name := range keep {
		c.add(name)
	}
	c.add(bodyKey)
	c.keys[c.number[bodyKey]] = bodyKey
	delete(c.names, bodyKey)
	c.seen = make([]bool, len(c.keys))
	return c
}

// add numbers a name.
func (c *codec) add(name string) {
	if _, ok := c.number[name]; ok || name == "" {
		return
	}
	n := len(c.keys)
	key := "_" + strconv.Itoa(n)
	c.number[name], c.names[key] = n, name
	c.keys = append(c.keys, key)
	c.originals = append(c.originals, name)
	for len(c.byLength) <= len(name) {
		c.byLength = append(c.byLength, nil)
	}
	c.byLength[len(name)] = append(c.byLength[len(name)], n)
}

// reduce makes the frame of an event, or reports that this is none.
func (c *codec) reduce(body []byte) ([]byte, bool) {
	c.begin()
	if !c.flat(body) {
		c.begin()
		if !c.general(body) {
			return nil, false
		}
	}
	if !c.seen[c.number[nameHeader]] {
		return nil, false
	}
	c.json[len(c.json)-1] = '}' // over the last comma
	return inner(kindEvent, "", c.json), true
}

func (c *codec) begin() {
	clear(c.seen)
	c.json = append(c.json[:0], '{')
}

// general reduces any object; false: it is none.
func (c *codec) general(body []byte) bool {
	if deep(body) || !gjson.ValidBytes(body) {
		return false
	}
	object := gjson.ParseBytes(body)
	if !object.IsObject() {
		return false
	}
	object.ForEach(func(key, value gjson.Result) bool {
		n, kept := c.number[key.Str]
		if text, ok := scalar(value); ok && kept {
			c.write(n, text)
		}
		return true
	})
	return true
}

// write writes one member.
func (c *codec) write(n int, text string) {
	if c.open(n, text == "") {
		c.json = gjson.AppendJSONString(c.json, text)
		c.json = append(c.json, ',')
	}
}

// open begins a member, unless it came before or is an event's name that names
// nothing.
func (c *codec) open(n int, empty bool) bool {
	if c.seen[n] || empty && n == c.number[nameHeader] {
		return false
	}
	c.seen[n] = true
	c.json = append(c.json, '"')
	c.json = append(c.json, c.keys[n]...)
	c.json = append(c.json, `":`...)
	return true
}

// scalar is a value as text; nested values and null have none.
func scalar(value gjson.Result) (string, bool) {
	switch value.Type {
	case gjson.String:
		return value.Str, true
	case gjson.Number, gjson.True, gjson.False:
		return value.Raw, true
	}
	return "", false
}

// restore turns an event that came through go-eventsocket back.
func (c *codec) restore(ev *eventsocket.Event) freeswitch.Event {
	if len(ev.Header) == 0 {
		return freeswitch.Event{}
	}
	headers := make(map[string]string, len(ev.Header))
	for key, value := range ev.Header {
		name, known := c.names[key]
		if text, ok := value.(string); ok && known {
			headers[name] = text
		}
	}
	return freeswitch.Event{Headers: headers, Body: ev.Body}
}

// deep reports whether JSON nests deeper than maxDepth.
func deep(body []byte) bool {
	if bytes.Count(body, []byte("{"))+bytes.Count(body, []byte("[")) <= maxDepth {
		return false
	}
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth > maxDepth {
			return true
		}
	}
	return false
}

// inner is a frame for go-eventsocket: its body is a tag and a text.
func inner[T string | []byte](kind, tag string, text T) []byte {
	length := len(tag) + len(text)
	f := make([]byte, 0, len(kind)+length+48)
	f = append(f, "Content-Type: "...)
	f = append(f, kind...)
	f = append(f, "\nContent-Length: "...)
	f = strconv.AppendInt(f, int64(length), 10)
	f = append(f, "\n\n"...)
	f = append(f, tag...)
	return append(f, text...)
}
