package fakeswitch

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	rpcMaxHead = 64 << 10  // bytes of request line and headers
	rpcMaxBody = 512 << 10 // bytes of an XML-RPC call
)

// rpcRequest is one HTTP request as abyss understands it.
type rpcRequest struct {
	method, uri string
	header      map[string]string // by lower-case name
	keepAlive   bool
	body        []byte
	// refused is the response to send instead of looking at the body: the
	// length of the body was missing, nothing or too much. It is sent only to
	// who may come in, and for a path that takes calls.
	refused *rpcResponse
}

// readRequest reads one request. It returns neither a request nor a response
// when the client said nothing (in time), and a response when it talked rubbish.
func (c *rpcConn) readRequest() (*rpcRequest, *rpcResponse) {
	head, ok := c.readHead()
	if !ok {
		if len(c.buf) > rpcMaxHead {
			return nil, htmlError(400, "Bad Request", "")
		}
		return nil, nil
	}
	req, ok := parseHead(head)
	if !ok {
		return nil, htmlError(400, "Bad Request", "")
	}
	size, refused := req.bodySize()
	if refused != nil {
		req.refused = refused
		return req, nil
	}
	for len(c.buf) < size {
		if c.fill() != nil {
			return req, htmlError(408, "Request Timeout", "Timed out waiting for client to send its POST data")
		}
	}
	req.body = c.buf[:size]
	return req, nil
}

// readHead reads to the empty line and cuts the head from the buffer.
func (c *rpcConn) readHead() (string, bool) {
	for {
		if i := bytes.Index(c.buf, []byte("\r\n\r\n")); i >= 0 {
			head := string(c.buf[:i])
			c.buf = c.buf[i+4:]
			return head, true
		}
		if len(c.buf) > rpcMaxHead {
			return "", false
		}
		first := len(c.buf) == 0
		if c.fill() != nil {
			return "", false
		}
		if first {
			c.await(rpcStall)
		}
	}
}

func parseHead(head string) (*rpcRequest, bool) {
	lines := strings.Split(head, "\r\n")
	words := strings.Fields(lines[0])
	if len(words) != 3 || !strings.HasPrefix(words[2], "HTTP/1.") {
		return nil, false
	}
	req := &rpcRequest{method: words[0], uri: words[1], header: map[string]string{}, keepAlive: words[2] != "HTTP/1.0"}
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, false
		}
		req.header[strings.ToLower(name)] = strings.TrimSpace(value)
	}
	switch strings.ToLower(req.header["connection"]) {
	case "close":
		req.keepAlive = false
	case "keep-alive":
		req.keepAlive = true
	}
	return req, true
}

// bodySize is how many bytes follow the head; a response when it can't be told
// or isn't acceptable. Only calls have bodies.
func (r *rpcRequest) bodySize() (int, *rpcResponse) {
	if r.method != "POST" {
		return 0, nil
	}
	text, ok := r.header["content-length"]
	if !ok {
		return 0, htmlError(411, "Length Required", "You must send a content-length HTTP header in an XML-RPC call.")
	}
	size, err := strconv.ParseUint(text, 10, 31)
	switch {
	case err != nil:
		return 0, htmlError(400, "Bad Request", "There's non-numeric crap in the value of your content-length HTTP header: '"+text+"'")
	case size == 0:
		return 0, htmlError(400, "Bad Request", "According to your content-length HTTP header, your request is empty (zero length)")
	case size > rpcMaxBody:
		return 0, htmlError(500, "Internal Server Error", fmt.Sprintf("XML-RPC request too large (%d bytes)", size))
	}
	return int(size), nil
}

// host is the Host header without its port: FreeSWITCH's domain for the user.
func (r *rpcRequest) host() string {
	name, _, _ := strings.Cut(r.header["host"], ":")
	return name
}

// rpcResponse is one HTTP response.
type rpcResponse struct {
	status      int
	reason      string
	extra       []string // header lines before the content type
	contentType string
	body        []byte
	keepAlive   bool
	ends        bool // never keep the connection after it
	ending      rpcEnding
	plain       bool // the GET front end, which writes its own headers
}

// htmlError is abyss's page for a status; without an explanation it repeats
// the reason.
func htmlError(status int, reason, explanation string) *rpcResponse {
	if explanation == "" {
		explanation = reason
	}
	page := fmt.Sprintf(`<HTML><HEAD><TITLE>Error %d</TITLE></HEAD><BODY><H1>Error %d</H1><P>%s</P><p><HR><b><i>`+
		`<a href="http://xmlrpc-c.sourceforge.net">ABYSS Web Server for XML-RPC For C/C++</a></i></b> version 1.26.0<br></p></BODY></HTML>`,
		status, status, explanation)
	return &rpcResponse{status: status, reason: reason, contentType: "text/html", body: []byte(page)}
}

// head renders status line and headers, names and order as recorded.
func (r *rpcResponse) head(now time.Time) []byte {
	var b bytes.Buffer
	line := func(text string) { b.WriteString(text + "\r\n") }
	line(fmt.Sprintf("HTTP/1.1 %d %s", r.status, r.reason))
	for _, text := range r.extra {
		line(text)
	}
	if r.plain {
		line("Connection: close")
		line("Date: " + now.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
		line("Server: FreeSWITCH-1.10.12-release~64bit-mod_xml_rpc")
		line("Content-Type: text/plain")
		line("")
		return b.Bytes()
	}
	line("Content-type: " + r.contentType)
	line("Content-length: " + strconv.Itoa(len(r.body)))
	if r.keepAlive {
		line("Connection: Keep-Alive")
		line(fmt.Sprintf("Keep-Alive: timeout=%d, max=%d", int(rpcIdle.Seconds()), rpcMaxRequests))
	} else {
		line("Connection: close")
	}
	line("Date: " + now.UTC().Format("Mon, 02 Jan 2006 15:04:05 UTC"))
	line("Server: Freeswitch xmlrpc-c_abyss /1.26.0")
	line("")
	return b.Bytes()
}
