package operator

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

// Options say how the surface is served. The zero value is useful.
type Options struct {
	// Gateways may be named by the contacts of a new campaign that lists none of
	// its own; all of them must be among the dialler's. Default none.
	Gateways []string
	// Destination takes the answered calls of new campaigns that name no
	// destination of their own. Default none.
	Destination string
	// Ceiling is the most lines that a campaign may have, for the document; the
	// dialler enforces it. Default [campaign.DefaultCeiling].
	Ceiling int
	// MaxBody bounds an upload of contacts, in bytes. Default 256 MB. Other bodies
	// take at most a megabyte.
	MaxBody int64
	// Agents counts those of the pool, for the live figures. Default: none are counted.
	Agents func() (idle, talking, total int)
	// Logger hears of what fails here without the client's doing. Default: nobody.
	Logger *slog.Logger
	// Heartbeat is the longest silence on a stream of events. Default 15 s.
	Heartbeat time.Duration
}

func (o *Options) fill() {
	if o.Ceiling == 0 {
		o.Ceiling = campaign.DefaultCeiling
	}
	if o.MaxBody == 0 {
		o.MaxBody = 256 << 20
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 15 * time.Second
	}
}

//go:generate go test . -run ^TestTheDocumentIsCheckedIn$ -update

// API is the operator's surface of a dialler. Make one with [New].
type API struct {
	d    *outdial.Dialler
	o    Options
	mux  *http.ServeMux
	huma huma.API
	memo *memo
	room *newsroom
}

// New makes the surface.
func New(d *outdial.Dialler, o Options) *API {
	o.fill()
	a := &API{d: d, o: o, mux: http.NewServeMux(), memo: newMemo(), room: newNewsroom(d)}
	a.huma = humago.New(a.mux, config())
	a.registerCampaigns()
	a.registerActions()
	a.registerContacts()
	a.registerRecords()
	a.registerCalls()
	a.registerEvents()
	a.complete()
	return a
}

// Close ends the streams of events, which would else keep a server from shutting
// down: register it with http.Server.RegisterOnShutdown. They end too when the
// dialler has run. It may be called again.
func (a *API) Close() { a.room.close() }

// ServeHTTP implements http.Handler. No answer is for a proxy to keep, or for a
// browser to take for another kind of document than it says it is.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	handler, pattern := a.mux.Handler(r)
	if pattern == "" {
		a.refuseRoute(handler, w, r)
		return
	}
	a.mux.ServeHTTP(w, r)
}
