package fakeswitch

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// encode is the encoding that carries any character inside {…}.
var encode = strings.NewReplacer(
	`\`, `\\\\\\\\`, `'`, `\\\\\\\'`, `"`, `\\\\\\\"`, `,`, `\,`, ` `, `\\\\s`)

func TestEncodedValuesArriveAsTheyWere(t *testing.T) {
	const alphabet = `abcXYZ019 \'",=;:()|&!?*+-/.@#~_éß<>[]`
	letters := []rune(alphabet)
	dice := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		var b strings.Builder
		for range 1 + dice.IntN(12) {
			b.WriteRune(letters[dice.IntN(len(letters))])
		}
		value := b.String()
		if strings.Contains(value, ":_:") {
			continue
		}
		args := "{x_a=1,x_value=" + encode.Replace(value) + ",x_z=2}sofia/gateway/trunk/1001 &park()"
		o, err := ParseOriginate(args)
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		if o.Var("x_value") != value || o.Var("x_z") != "2" || len(o.Vars) != 3 || len(o.Legs()) != 1 || len(o.Shell) > 0 {
			t.Fatalf("%q became %q in %q", value, o.Var("x_value"), args)
		}
	}
}

func TestOriginateIsReadInAllItsParts(t *testing.T) {
	o, err := ParseOriginate("{a=1}{b=x=y}[c=3,d=4]sofia/gateway/trunk/+4930 &bridge([leg=contact]user/42) XML default Name 4711 30")
	if err != nil {
		t.Fatal(err)
	}
	leg := o.Legs()[0]
	if o.Var("a")+o.Var("b") != "1x=y" || len(leg.Vars) != 2 || leg.Gateway != "trunk" || leg.Number != "+4930" || leg.Host != "" {
		t.Errorf("%+v", o)
	}
	if o.Apps[0] != (App{"bridge", "[leg=contact]user/42"}) || o.CallerName != "Name" || o.CallerNumber != "4711" || o.Timeout != 30*time.Second {
		t.Errorf("%+v", o)
	}
	o, err = ParseOriginate("user/ann 'm:^:bridge:sofia/external/1@h^park' inline")
	if err != nil || len(o.Apps) != 2 || o.Apps[0].Args != "sofia/external/1@h" || o.Apps[1].Name != "park" {
		t.Errorf("%+v %v", o, err)
	}
}

func TestWhatFollowsALineIsReported(t *testing.T) {
	o, err := ParseOriginate("sofia/gateway/trunk/1 &park()\n\napi system x")
	if err != nil || o.Rest != "\n\napi system x" {
		t.Errorf("%q %v", o.Rest, err)
	}
	o, err = ParseOriginate("{a=reload mod_event_socket}sofia/gateway/trunk/1 &park()")
	if !o.Reload {
		t.Error("the reload is missed", err)
	}
	o, _ = ParseOriginate("sofia/gateway/trunk/1 undef &park()")
	if !o.Abort {
		t.Error("the crash is missed")
	}
}

func TestRefusalsAreAnswered(t *testing.T) {
	for args, want := range map[string]string{
		"":                                      usageOriginate,
		"sofia/gateway/trunk/1":                 usageOriginate,
		"a &park() XML default b c 5 extra":     usageOriginate,
		"{a=b sofia/gateway/trunk/1 &park()":    refused,
		"{a=b}[c sofia/gateway/trunk/1 &park()": refused,
	} {
		_, err := ParseOriginate(args)
		var parse *ParseError
		if !errors.As(err, &parse) || parse.Reply != want {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestShellCommandsAreNoticed(t *testing.T) {
	for _, args := range []string{
		"a/b &system(touch\\sx)",
		"{execute_on_answer=system\\sx}a/b &park()",
		"{api_hangup_hook=system\\sx}a/b &park()",
		"[execute_on_media_2=bgsystem::x]a/b &park()",
		"a/b &bridge(${system(x)})",
		"a/b &bridge([execute_on_answer=system\\\\\\\\sx]c/d)",
		"a/b 'm:^:answer^system:x' inline",
		"{a=${system(x)},b=origination_nested_vars=true}a/b &park()",
	} {
		o, err := ParseOriginate(args)
		if err != nil || len(o.Shell) == 0 {
			t.Errorf("%s: %q %v", args, o.Shell, err)
		}
	}
	o, err := ParseOriginate("{execute_on_answer=avmd_start}a/b &park()")
	if err != nil || len(o.Shell) > 0 {
		t.Error(o.Shell, err)
	}
}

func FuzzOriginateIsReadWithoutPanic(f *testing.F) {
	for _, seed := range []string{"{a=b}sofia/gateway/t/1 &park()", "[", "{^^", "a '", "{a=\\}b/c &d(", "<a>b :_:{ c", "m:^: x inline"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, args string) {
		o, err := ParseOriginate(args)
		if err == nil && len(o.Legs()) == 0 {
			t.Error("nothing to dial, and no error")
		}
	})
}
