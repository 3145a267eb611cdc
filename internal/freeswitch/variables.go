package freeswitch

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
)

// HostPrefix begins the names under which a contact's own variables reach the
// switch: the variable "name" is the channel's "contact_name". FreeSWITCH has
// no variable of its own that begins so, hence none that a host could set by
// accident or be made to set (execute_on_answer, sip_h_X, api_hangup_hook, …).
const HostPrefix = "contact_"

const (
	maxName  = campaign.MaxVariableName
	maxValue = 1000 // bytes
	// maxHost bounds a contact's variables on the wire, in bytes: each event of
	// the call repeats them all.
	maxHost = 8192
)

// place is where a block of variables stands, and so which parsers read it.
//
// In {…} before the first endpoint three read one after the other: originate
// splits its arguments at spaces, the block is split at commas, each variable
// at its equals sign. Each takes away one layer of backslashes, and strips
// spaces from the ends of what it finds. None of them knows how to escape a
// brace, and what stands in ${…} may be expanded, so these characters do not
// pass at all.
//
// In […] inside an application's argument more of them read: the application's
// own expansion of variables, the inline dialplan, the splitting at | and the
// marking of commas that quotes protect. So nothing passes there that one of
// them could know. A space needs no more than the first layer's \s: those that
// follow leave spaces alone that do not stand at an end.
type place struct {
	open, close string
	passes      func(string) bool
	encode      *strings.Replacer
}

var (
	braces = place{
		"{", "}", passesBraces,
		strings.NewReplacer(`\`, `\\\\\\\\`, `'`, `\\\\\\\'`, `"`, `\\\\\\\"`, `,`, `\,`, ` `, `\\\\s`),
	}
	brackets = place{"[", "]", passesBrackets, strings.NewReplacer(` `, `\s`)}
)

func passesBraces(v string) bool {
	for _, r := range v {
		if r == utf8.RuneError || !unicode.IsGraphic(r) || strings.ContainsRune("{}$%^<>", r) {
			return false
		}
	}
	return true
}

func passesBrackets(v string) bool {
	for _, r := range v {
		if !wordy(r) && !strings.ContainsRune(" ._+-@:/", r) {
			return false
		}
	}
	return v[0] != ' ' && v[len(v)-1] != ' '
}

// block is the variables of one leg, as they are said.
type block struct {
	place place
	pairs []string
	err   error // the first
}

// put adds a value of our own making.
func (b *block) put(name, value string) { b.pairs = append(b.pairs, name+"="+value) }

// seconds adds a time, as seconds finds it, and more seconds.
func (b *block) seconds(name string, d time.Duration, more int) {
	b.put(name, strconv.Itoa(wholeSeconds(d)+more))
}

// say adds a value that the check lets through; none if it is empty.
func (b *block) say(field, name, value string, check func(field, value string) error) {
	if value == "" || b.err != nil {
		return
	}
	b.err = check(field, value)
	b.put(name, b.place.encode.Replace(value))
}

// host adds a contact's variables, in the order of their names. What does not
// pass is left out and stays in the store: a call is worth more than a note on it.
func (b *block) host(vars map[string]string) {
	room := maxHost
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		value := vars[name]
		if !passesName(name) || !passes(value) || !b.place.passes(value) {
			continue
		}
		value = b.place.encode.Replace(value)
		if size := len(HostPrefix) + len(name) + len(value) + 2; size <= room {
			room -= size
			b.put(HostPrefix+name, value)
		}
	}
}

func (b *block) String() string {
	return b.place.open + strings.Join(b.pairs, ",") + b.place.close
}

func passesName(name string) bool {
	if name == "" || len(name) > maxName || digit(rune(name[0])) || magicAt(name) >= 0 {
		return false
	}
	return strings.IndexFunc(name, func(r rune) bool { return !alphanumeric(r) && r != '_' }) < 0
}

// passes reports whether a value can pass anywhere. An empty one would not be
// set, and one that begins with ARRAY:: would become a list.
func passes(v string) bool {
	return v != "" && len(v) <= maxValue && utf8.ValidString(v) && magicAt(v) < 0 &&
		!strings.Contains(v, ":_:") && !strings.HasPrefix(v, "ARRAY::")
}

// wholeSeconds rounds up, and keeps within what the switch takes for a time.
func wholeSeconds(d time.Duration) int {
	d = min(max(d, time.Second), day)
	return int((d + time.Second - 1) / time.Second)
}
