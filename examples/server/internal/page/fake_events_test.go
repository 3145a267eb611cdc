package page_test

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// stream is one listener.
type stream struct {
	campaign string // empty: all
	out      chan string
	cut      chan struct{}
}

// events serves server-sent events: the figures on connect, then what is sent.
func (f *fakeAPI) events(w http.ResponseWriter, r *http.Request) {
	s := &stream{campaign: r.PathValue("id"), out: make(chan string, 1000), cut: make(chan struct{})}
	f.mu.Lock()
	if f.down {
		f.mu.Unlock()
		problem(w, 503, "the server is going down")
		return
	}
	f.streams[s] = true
	for _, c := range f.campaigns {
		f.send(c, "metrics", c.live())
	}
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.streams, s)
		f.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		_ = out.Flush()
		select {
		case event := <-s.out:
			_, _ = fmt.Fprint(w, event)
		case <-s.cut:
			return
		case <-r.Context().Done():
			return
		}
	}
}

// send tells the streams that listen to the campaign; f.mu is held.
func (f *fakeAPI) send(c *fakeCampaign, kind string, data object) {
	b, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	for s := range f.streams {
		if s.campaign == "" || s.campaign == c.ID {
			s.out <- fmt.Sprintf("event: %s\ndata: %s\n\n", kind, b)
		}
	}
}

// cutStreams ends all streams and refuses new ones, or takes them again.
func (f *fakeAPI) cutStreams(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
	if !down {
		return
	}
	for s := range f.streams {
		close(s.cut)
		delete(f.streams, s)
	}
}
