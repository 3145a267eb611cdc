package xmlrpc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/ports"
)

// spoilt is the switch's answer where somebody's name is not UTF-8.
func spoilt(string) answer {
	const body = `<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
<fault><value><struct><member><name>faultCode</name><value><i4>-510</i4></value></member>` +
		`<member><name>faultString</name><value><string>Invalid UTF-8</string></value></member></struct></value></fault>
</methodResponse>
`
	return answer{raw: ok(body)}
}

func TestGhostIsSeenWhileTheListCannotBeRead(t *testing.T) {
	b := newBench(t)
	b.d.does("originate", func(string) answer { return answer{lose: true} })
	call := b.place(1)
	b.replied()
	b.pass(3 * time.Second)
	b.d.does("show", spoilt)
	b.d.dumps(map[string]string{call.String(): `,"Answer-State":"answered"`})
	b.pass(5 * time.Second)
	if told := b.story(call); !strings.HasPrefix(told, "Accepted") {
		t.Errorf("of a ghost that lives it told %q", told)
	}
}

func TestCallWhoseDumpCannotBeReadIsAdoptedByTheList(t *testing.T) {
	b := newBench(t)
	call := id(7)
	b.d.say("show", list(call.String()+" ACTIVE"))
	b.d.does("uuid_dump", spoilt)
	if err := b.Adopt([]ports.ID{call}); err != nil {
		t.Fatal(err)
	}
	b.pass(5 * time.Second)
	b.want(call, "Stage(3)")
	b.d.say("show", list())
	b.d.say("uuid_dump", "-ERR No such channel!\n")
	b.pass(10 * time.Second)
	b.want(call, "Stage(3) Ended")
}

func TestTransferWhoseReplyIsLostIsAskedAboutAndNotRepeated(t *testing.T) {
	b := newBench(t)
	call := b.answered(1)
	b.d.say("show", list(call.String()+" ACTIVE"))
	b.d.does("uuid_transfer", func(string) answer {
		b.d.dumps(map[string]string{call.String(): `,"variable_transfer_source":"1:x:bl_xfer:5000/default/XML"`})
		return answer{lose: true}
	})
	if err := b.Attach(call, ports.Target{Destination: "5000"}); err != nil {
		t.Fatal(err)
	}
	b.pass(5 * time.Second)
	b.want(call, "Accepted Answered Attached")
	if n := b.d.times("uuid_transfer"); n != 1 {
		t.Errorf("it was transferred %d times", n)
	}
}
