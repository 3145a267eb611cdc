package guide

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/campaign"
)

// Options are what the surface needs to know beyond the dialler.
type Options struct {
	// Gateways may be named by contacts given as dial strings
	// (sofia/gateway/NAME/NUMBER); all of them must be among the dialler's.
	// Default none.
	Gateways []string
	// Ceiling bounds max_concurrent; the dialler's own should be the same.
	// Default [campaign.DefaultCeiling].
	Ceiling int
	// MaxBody bounds a batch of contacts, in bytes. Default 256 MiB.
	MaxBody int64
	// Logger hears of what was answered with a 5xx. Default: nobody.
	Logger *slog.Logger
}

const (
	root           = "/v1/telephony/campaigns"
	defaultMaxBody = 256 << 20
)

type server struct {
	d        *outdial.Dialler
	gateways []string
	ceiling  int
	maxBody  int64
	log      *slog.Logger
}

// New serves everything under /v1/telephony/campaigns.
func New(d *outdial.Dialler, o Options) http.Handler {
	s := &server{d: d, gateways: slices.Clone(o.Gateways), ceiling: o.Ceiling, maxBody: o.MaxBody, log: o.Logger}
	if s.ceiling == 0 {
		s.ceiling = campaign.DefaultCeiling
	}
	if s.maxBody == 0 {
		s.maxBody = defaultMaxBody
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s.routes()
}

// methods are the handlers of one path.
type methods map[string]http.HandlerFunc

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	for path, m := range map[string]methods{
		root:                    {http.MethodGet: s.list, http.MethodPost: s.create},
		root + "/{id}":          {http.MethodDelete: s.named(s.stop)},
		root + "/{id}/contacts": {http.MethodPost: s.named(s.contacts)},
		root + "/{id}/status":   {http.MethodGet: s.named(s.status)},
		root + "/{id}/pause":    {http.MethodPost: s.named(s.pause)},
		root + "/{id}/resume":   {http.MethodPost: s.named(s.resume)},
	} {
		mux.Handle(path, m)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "There is nothing at "+cut(r.URL.Path))
	})
	return mux
}

// ServeHTTP answers in the guide's words where [http.ServeMux] would use its own.
func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if serve, ok := m[method]; ok {
		serve(w, r)
		return
	}
	allowed := strings.Join(slices.Sorted(maps.Keys(m)), ", ")
	w.Header().Set("Allow", allowed)
	refuse(w, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "This path takes "+allowed)
}

// named reads the campaign's id. What is no UUID is no campaign's.
func (s *server) named(serve func(http.ResponseWriter, *http.Request, outdial.ID)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text := r.PathValue("id")
		id, err := uuid.Parse(text)
		if err != nil || len(text) != len(uuid.UUID{}.String()) { // Parse knows other spellings
			notFound(w, text)
			return
		}
		serve(w, r, id)
	}
}

// state reads a campaign with the figures of its present run. The campaign comes
// first: a campaign that ends between reads active with nothing left to do, and
// never completed with calls to come.
func (s *server) state(ctx context.Context, id outdial.ID) (campaign.Campaign, campaign.Metrics, error) {
	c, err := s.d.Campaign(ctx, id)
	if err != nil {
		return c, campaign.Metrics{}, err
	}
	m, err := s.d.Metrics(ctx, id, 0)
	return c, m, err
}
