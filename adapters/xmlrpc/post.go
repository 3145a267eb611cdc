package xmlrpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	kolo "github.com/kolo/xmlrpc"
)

// door is where the switch is asked.
type door struct {
	url            string // without credentials
	user, password string
}

const (
	// shortReply bounds the reply to a command, in bytes; a channel's dump is
	// some 10 kB.
	shortReply = 1 << 20
	// longReply bounds the list of channels: some 15,000 of them.
	longReply = 16 << 20
)

// errLogin: the switch refused the user or the password.
var errLogin = errors.New("the XML-RPC interface refused the login")

// statusError is an HTTP status other than 200.
type statusError int

func (e statusError) Error() string {
	return fmt.Sprintf("the XML-RPC interface answered %d %s", int(e), http.StatusText(int(e)))
}

// newClient returns a client that never has more than so many connections, and
// uses each for one request. It follows no redirect: that would send an
// originate twice.
func newClient(cfg *Config, most int) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            cfg.Dial,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxConnsPerHost:        most,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post runs one API command and returns what it printed. Errors are
// [errReply] or a fault, where the switch answered and the answer does not tell
// ([unclear]); all others say that it cannot be reached.
func (d *door) post(ctx context.Context, client *http.Client, c *command) (string, error) {
	req, err := kolo.NewRequest(d.url, "freeswitch.api", []any{c.api, c.args})
	if err != nil {
		return "", err
	}
	// Without GetBody nothing below can send the request a second time.
	req.GetBody = nil
	if d.user != "" || d.password != "" {
		req.SetBasicAuth(d.user, d.password)
	}
	resp, err := client.Do(req.WithContext(ctx))
	if err != nil {
		return "", cause(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // it has been read
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return "", errLogin
	default:
		return "", statusError(resp.StatusCode)
	}
	if resp.ContentLength > c.most() {
		return "", fmt.Errorf("%w: %d bytes are announced, at most %d are taken", errReply, resp.ContentLength, c.most())
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.most()+1))
	if err != nil {
		return "", cause(ctx, err)
	}
	if int64(len(body)) > c.most() {
		return "", fmt.Errorf("%w: more than %d bytes", errReply, c.most())
	}
	return decode(body)
}

// cause prefers why we gave up to how that looked to the connection.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// errTimeout: our own clock ended a request.
var errTimeout = errors.New("no reply in time")

// within returns a context that ends with the switch, or after so long by its
// clock. Stop must be called.
func (s *Switch) within(c *command) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(s.ctx)
	timer, fired := s.clock.NewTimer(c.limit)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-fired:
			cancel(errTimeout)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		timer.Stop()
		cancel(nil)
		<-done
	}
}
