package fakeswitch

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Fault codes of xmlrpc-c.
const (
	faultInternal  = -500
	faultType      = -501
	faultIndex     = -502
	faultParse     = -503
	faultNoMethod  = -506
	faultNotUTF8   = -510
	notACall       = "Call XML not a proper XML-RPC call.  "
	notXML         = notACall + "Call is not valid XML.  "
	multicallWants = "system.multicall takes one parameter, which is an array, each element describing one RPC.  You supplied %d arguments"
)

// rpcMethods is what system.listMethods of FreeSWITCH answers.
var rpcMethods = []string{
	"system.listMethods", "system.methodExist", "system.methodHelp", "system.methodSignature",
	"system.multicall", "system.shutdown", "system.capabilities", "system.getCapabilities",
	"freeswitch.api", "freeswitch_api", "freeswitch.management", "freeswitch_management",
}

// rpcCall is a parsed methodCall.
type rpcCall struct {
	method string
	params []rpcParam
}

// rpcParam is one parameter: its type as xmlrpc-c names it, and its text.
type rpcParam struct{ kind, text string }

// rpcKinds are the type names in faults, by element. A value without a type
// is a string.
var rpcKinds = map[string]string{
	"string": "STRING", "int": "INT", "i4": "INT", "i8": "I8", "boolean": "BOOL", "double": "DOUBLE",
	"dateTime.iso8601": "DATETIME", "base64": "BASE64", "array": "ARRAY", "struct": "STRUCT", "nil": "NIL",
}

// callSystem answers every method but freeswitch.api. Methods that the switch
// lists and no recording shows are refused with a fault of the double's own.
func callSystem(call *rpcCall) []byte {
	switch {
	case !slices.Contains(rpcMethods, call.method):
		return newFault(faultNoMethod, "Method '%s' not defined", call.method).xml()
	case call.method == "system.listMethods":
		return listReply(rpcMethods)
	case call.method == "system.methodSignature":
		return methodSignature(call)
	case call.method == "system.multicall" && len(call.params) != 1:
		return newFault(faultParse, multicallWants, len(call.params)).xml()
	}
	return newFault(faultInternal, "The double doesn't play method '%s'", call.method).xml()
}

// methodSignature answers "undef": no method of FreeSWITCH declares its types.
func methodSignature(call *rpcCall) []byte {
	if fault := call.wantStrings(1); fault != nil {
		return fault.xml()
	}
	if name := call.params[0].text; !slices.Contains(rpcMethods, name) {
		return newFault(faultNoMethod, "Method '%s' not defined", name).xml()
	}
	return stringReply("undef")
}

// wantStrings checks that the call has n parameters, all strings.
func (c *rpcCall) wantStrings(n int) *rpcFault {
	if len(c.params) < n {
		return newFault(faultIndex, "Format string requests %d items from array, but array has only %d items.", n, len(c.params))
	}
	if len(c.params) > n {
		return newFault(faultIndex, "Format string requests exactly %d items from array, but array has %d items.", n, len(c.params))
	}
	for _, p := range c.params {
		if p.kind != "STRING" {
			return newFault(faultType, "Value of type %s supplied where string type was expected.", p.kind)
		}
	}
	return nil
}

// rpcXMLValue is a <value>: its own text, and the elements inside.
type rpcXMLValue struct {
	Text  string `xml:",chardata"`
	Inner []struct {
		XMLName xml.Name
		Text    string `xml:",chardata"`
	} `xml:",any"`
}

type rpcXMLCall struct {
	XMLName xml.Name
	Method  *string `xml:"methodName"`
	Params  []struct {
		Values []rpcXMLValue `xml:"value"`
	} `xml:"params>param"`
}

// parseCall reads a methodCall; a fault when it isn't one.
func parseCall(body []byte) (*rpcCall, *rpcFault) {
	var doc rpcXMLCall
	if why := decodeXML(body, &doc); why != "" {
		return nil, newFault(faultParse, "%s", notXML+why)
	}
	if name := doc.XMLName.Local; name != "methodCall" {
		return nil, newFault(faultParse, "%sXML-RPC call should be a <methodCall> element.  Instead, we have a <%s> element.", notACall, name)
	}
	if doc.Method == nil {
		return nil, newFault(faultParse, "%sExpected <methodCall> to have child <methodName>", notACall)
	}
	call := &rpcCall{method: *doc.Method}
	for _, p := range doc.Params {
		if len(p.Values) != 1 {
			return nil, newFault(faultParse, "%sExpected <param> to have 1 children, found %d", notACall, len(p.Values))
		}
		param, fault := p.Values[0].param()
		if fault != nil {
			return nil, fault
		}
		call.params = append(call.params, param)
	}
	return call, nil
}

func (v rpcXMLValue) param() (rpcParam, *rpcFault) {
	if len(v.Inner) == 0 {
		return rpcParam{kind: "STRING", text: v.Text}, nil
	}
	name := v.Inner[0].XMLName.Local
	kind, ok := rpcKinds[name]
	if !ok || len(v.Inner) > 1 {
		return rpcParam{}, newFault(faultParse, "%sUnknown value type -- XML element is named <%s>", notACall, name)
	}
	return rpcParam{kind: kind, text: v.Inner[0].Text}, nil
}

// decodeXML decodes one whole document; the answer is empty or what expat, the
// parser of xmlrpc-c, says is wrong.
func decodeXML(body []byte, into any) string {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return "syntax error"
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return expatError(err)
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ""
		}
		if err != nil {
			return expatError(err)
		}
		if text, ok := token.(xml.CharData); !ok || len(bytes.TrimSpace(text)) > 0 {
			return "junk after document element"
		}
	}
}

func expatError(err error) string {
	switch text := fmt.Sprint(err); {
	case strings.Contains(text, "EOF"):
		return "no element found"
	case strings.Contains(text, "closed by"):
		return "mismatched tag"
	}
	return "not well-formed (invalid token)"
}
