package fakeswitch

import (
	"strconv"
	"strings"
	"time"
)

// Originate is an originate command as FreeSWITCH understands it, which is not
// always as it was meant: the oracle for "one call, one leg, the intended
// destination, no other variable, no second command".
type Originate struct {
	Vars   []Var   // of the {…} blocks: all legs of Groups have them
	Groups [][]Leg // tried one after the other; the legs of a group ring at once
	Apps   []App   // what an answered call runs: &app(…), or an inline dialplan

	// Exten is where an answered call goes, if not to Apps.
	Exten, Dialplan, Context string
	CallerName, CallerNumber string
	Timeout                  time.Duration // 0: none given

	// Shell are commands that FreeSWITCH would run in a shell.
	Shell []string
	// Rest is what follows the first line break: on the event socket a header, or
	// after an empty line another command.
	Rest string
	// Reload: the words that make the event socket restart instead.
	Reload bool
	// Abort: the command brings FreeSWITCH down.
	Abort bool
}

// App is an application and its argument.
type App struct{ Name, Args string }

// Var returns a variable that all legs have, or "". The last of a name counts.
func (o *Originate) Var(name string) string {
	v, _ := find(o.Vars, name)
	return v
}

// Legs are all legs, of all groups.
func (o *Originate) Legs() []Leg {
	var legs []Leg
	for _, g := range o.Groups {
		legs = append(legs, g...)
	}
	return legs
}

// A ParseError is FreeSWITCH's refusal of a command; no channel comes to be.
type ParseError struct{ Reply string }

// Error is the refusal's text.
func (e *ParseError) Error() string { return "originate refused: " + strings.TrimSpace(e.Reply) }

const (
	usageOriginate = "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>] [<timeout_sec>]\n"
	outOfOrder     = "DESTINATION_OUT_OF_ORDER"
	reloading      = "reload mod_event_socket"
)

// ParseOriginate reads the arguments of an originate command that came on the
// event socket, hostile ones as FreeSWITCH does or worse. The error is a
// [ParseError], with the answer that FreeSWITCH gives; Rest, Reload and Abort
// are valid besides it.
func ParseOriginate(args string) (Originate, error) {
	line, rest := args, ""
	if i := strings.IndexAny(args, "\r\n"); i >= 0 {
		line, rest = args[:i], args[i:]
	}
	o, err := parseOriginate(line)
	o.Rest = rest
	return o, err
}

// parseOriginate reads them as XML-RPC hands them over, line breaks and all.
func parseOriginate(args string) (Originate, error) {
	o := Originate{Reload: strings.Contains(args, reloading)}
	argv := words(args, 10)
	if len(argv) < 2 || len(argv) > 7 {
		return o, &ParseError{usageOriginate}
	}
	for i, a := range argv {
		if strings.EqualFold(a, "undef") {
			o.Abort = o.Abort || i < 2
			argv[i] = ""
		}
	}
	argv = append(argv, make([]string, 7-len(argv))...)
	o.target(argv[1], argv[2])
	o.Dialplan, o.Context = argv[2], argv[3]
	o.CallerName, o.CallerNumber = argv[4], argv[5]
	if n, err := strconv.Atoi(argv[6]); err == nil && n > 0 {
		o.Timeout = time.Duration(n) * time.Second
	}
	var err error
	if o.Vars, o.Groups, err = parseDial(argv[0]); err != nil || len(o.Legs()) == 0 {
		return o, &ParseError{"-ERR " + outOfOrder + "\n"}
	}
	o.shells(argv[0])
	return o, nil
}

// target reads what an answered call runs.
func (o *Originate) target(exten, dialplan string) {
	switch {
	case len(exten) > 1 && exten[0] == '&':
		name, args, _ := strings.Cut(exten[1:], "(")
		if i := strings.LastIndexByte(args, ')'); i >= 0 {
			args = args[:i]
		}
		o.Apps = []App{{name, args}}
	case strings.EqualFold(dialplan, "inline"):
		o.Apps = inline(exten)
	default:
		o.Exten = exten
	}
}

// inline reads an inline dialplan: app:args,app:args, or m:^:app:args^app:args
// with another separator.
func inline(s string) []App {
	delim := byte(',')
	if len(s) > 4 && s[0] == 'm' && s[1] == ':' && s[3] == ':' {
		delim, s = s[2], s[4:]
	}
	var apps []App
	for _, part := range split(s, delim, 128) {
		name, args, _ := strings.Cut(part, ":")
		apps = append(apps, App{name, args})
	}
	return apps
}

// shells notes what would run in a shell: variables that run something, the
// application system, and ${system …} where it is expanded.
func (o *Originate) shells(dial string) {
	for _, a := range o.Apps {
		o.shellApp(a)
	}
	all := o.Vars
	for _, leg := range o.Legs() {
		all = append(all[:len(all):len(all)], leg.Vars...)
	}
	for _, v := range all {
		if c, ok := hook(v); ok {
			o.Shell = append(o.Shell, c)
		}
	}
	if strings.Contains(dial, "origination_nested_vars=true") {
		o.Shell = append(o.Shell, expansions(dial)...)
	}
}

func (o *Originate) shellApp(a App) {
	if isShell(a.Name) {
		o.Shell = append(o.Shell, a.Args)
	}
	o.Shell = append(o.Shell, expansions(a.Args)...)
	if a.Name != "bridge" {
		return
	}
	vars, groups, _ := parseDial(a.Args)
	inner := Originate{Vars: vars, Groups: groups}
	inner.shells(a.Args)
	o.Shell = append(o.Shell, inner.Shell...)
}

// isShell reports an application or API command that runs a shell.
func isShell(name string) bool {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "system", "bg_system", "bgsystem", "spawn", "bg_spawn", "spawn_stream", "shell":
		return true
	}
	return false
}

// hook reports the shell command of a variable that makes the switch run one.
func hook(v Var) (string, bool) {
	name := strings.ToLower(v.Name)
	if !strings.HasPrefix(name, "execute_on_") && !strings.HasPrefix(name, "api_") &&
		!strings.Contains(name, "_pre_execute_") && !strings.HasPrefix(name, "exec_after_") {
		return "", false
	}
	app, args, _ := strings.Cut(strings.NewReplacer("(", " ", "::", " ").Replace(strings.TrimSpace(v.Value)), " ")
	if isShell(app) {
		return strings.TrimSuffix(args, ")"), true
	}
	if inner := expansions(v.Value); len(inner) > 0 {
		return inner[0], true
	}
	return "", false
}

// expansions lists the shell commands of the ${system …} in a text that
// FreeSWITCH expands. The closing parenthesis may be missing.
func expansions(s string) []string {
	var out []string
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			return out
		}
		s = s[i+2:]
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return out
		}
		name, args, ok := strings.Cut(s[:end], "(")
		if !ok {
			name, args, _ = strings.Cut(s[:end], " ")
		}
		if isShell(name) {
			out = append(out, strings.TrimSuffix(args, ")"))
		}
	}
}

// find returns the last variable of a name.
func find(vars []Var, name string) (string, bool) {
	for i := len(vars) - 1; i >= 0; i-- {
		if vars[i].Name == name {
			return vars[i].Value, true
		}
	}
	return "", false
}
