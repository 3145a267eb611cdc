package fakeswitch

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// answer does what a request asks for. The order of the checks is abyss's:
// who, then where to, then how long, then what.
func (s *rpcServer) answer(req *rpcRequest) *rpcResponse {
	user, refused := s.authorize(req)
	if refused != nil {
		return refused
	}
	resp := s.route(req)
	who := []string{"freeswitch-user: " + user, "freeswitch-domain: " + req.host()}
	resp.extra = append(who, resp.extra...)
	return resp
}

// authorize checks HTTP basic authentication. The realm of a refusal is the
// host that was asked, or "freeswitch" when there were no credentials at all.
func (s *rpcServer) authorize(req *rpcRequest) (string, *rpcResponse) {
	user, password, ok := basicAuth(req.header["authorization"])
	realm := "freeswitch"
	if ok {
		realm = req.host()
	}
	if want, known := s.users[user]; ok && known && want == password {
		return user, nil
	}
	resp := htmlError(401, "Unauthorized", "")
	resp.extra = []string{`WWW-Authenticate: Basic realm="` + realm + `"`}
	return "", resp
}

func basicAuth(header string) (user, password string, ok bool) {
	scheme, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(raw), ":")
}

func (s *rpcServer) route(req *rpcRequest) *rpcResponse {
	path, query, _ := strings.Cut(req.uri, "?")
	switch {
	case path == "/RPC2" && req.method != "POST":
		return htmlError(405, "Method Not Allowed", "POST is the only HTTP method this server understands")
	case path == "/RPC2" && req.refused != nil:
		return req.refused
	case path == "/RPC2":
		return s.call(req.body)
	case req.method != "GET" && req.method != "HEAD":
		resp := htmlError(405, "Method Not Allowed", "")
		resp.extra = []string{"Allow: GET, HEAD"}
		return resp
	case strings.HasPrefix(path, "/txtapi/"):
		return s.txtAPI(strings.TrimPrefix(path, "/txtapi/"), query)
	}
	return htmlError(404, "Not Found", "")
}

// txtAPI is the front end that mod_xml_rpc opens beside XML-RPC: whoever may
// send a call may as well open an address in a browser.
func (s *rpcServer) txtAPI(command, query string) *rpcResponse {
	args, err := url.PathUnescape(query)
	if err != nil {
		return htmlError(400, "Bad Request", "")
	}
	text := s.execute(command, args)
	return &rpcResponse{status: 200, reason: "OK", body: []byte(text), plain: true, ends: true}
}

// call answers the XML of one call.
func (s *rpcServer) call(body []byte) *rpcResponse {
	resp := &rpcResponse{status: 200, reason: "OK", contentType: "text/xml"}
	call, fault := parseCall(body)
	if fault != nil {
		resp.body = fault.xml()
		return resp
	}
	switch call.method {
	case "freeswitch.api", "freeswitch_api":
		return s.callAPI(call, resp)
	default:
		resp.body = callSystem(call)
	}
	return resp
}

// callAPI is freeswitch.api(command, args), with the misbehaviour asked for.
func (s *rpcServer) callAPI(call *rpcCall, resp *rpcResponse) *rpcResponse {
	if fault := call.wantStrings(2); fault != nil {
		resp.body = fault.xml()
		return resp
	}
	command, args := call.params[0].text, call.params[1].text
	faults, life := s.faults(), s.api.life()
	if asked(faults.LoseRequest, command, args) {
		resp.ending = rpcLost
		return resp
	}
	if asked(faults.FailRequest, command, args) {
		return htmlError(500, "Internal Server Error", "")
	}
	if wait := askedTime(faults.HoldRequest, command, args); wait > 0 {
		s.sleep(wait)
	}
	if s.api.life() != life { // the process that held the request has ended
		resp.ending = rpcLost
		return resp
	}
	text := s.execute(command, args)
	if wait := askedTime(faults.DelayReply, command, args); wait > 0 {
		s.sleep(wait)
	}
	return spoil(faults, command, args, text, resp)
}

// spoil fills resp with the reply to an executed command, or what a fault
// leaves of it.
func spoil(faults XMLRPCFaults, command, args, text string, resp *rpcResponse) *rpcResponse {
	switch {
	case asked(faults.LoseReply, command, args):
		resp.ending = rpcLost
	case asked(faults.FailReply, command, args):
		return htmlError(500, "Internal Server Error", "")
	case asked(faults.CutReply, command, args):
		resp.ending = rpcCut
	case asked(faults.Garble, command, args):
		text = garbage + text
	}
	resp.body = stringReply(text)
	return resp
}

// execute runs one API command and returns what mod_xml_rpc makes of its
// output. The event socket says more in two cases: that a command is unknown,
// and that one printed nothing.
func (s *rpcServer) execute(command, args string) string {
	if s.ctx.Err() != nil {
		return ""
	}
	text := s.api.API(s.ctx, command, args)
	s.stats.executed(command)
	switch text {
	case "-ERR " + command + " Command not found!\n":
		return "ERROR!"
	case "-ERR no reply\n":
		return ""
	}
	return text
}
