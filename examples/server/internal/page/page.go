// Package page is the operator's page of the reference server: html/template,
// vanilla ES modules, server-sent events and uPlot, all embedded, without a
// build step. It holds no rule of its own: everything it shows and does goes
// through the operator's API under /v1/campaigns, in the browser, so that the
// page can do nothing that the API's callers cannot.
//
// Nothing is inline: the pages are served under a content security policy that
// allows scripts, styles and connections of this server and nothing else.
package page

import (
	"context"
	"net/http"
)

// Options say what the page offers beyond the campaigns.
type Options struct {
	// Demo shows the demo's controls: the button that starts a sample campaign
	// (POST /demo/campaign) and the speed (GET /demo, PUT /demo/speed).
	Demo bool
	// Has reports whether there is a campaign of this id, as an address writes it:
	// of one that there is not, the page is a 404. Nil: there are all, and the page
	// finds out in the browser.
	Has func(ctx context.Context, id string) bool
	// SignIn checks an API key and, where it is good, starts a session on the
	// response (its cookie) and reports true. It writes no status and no body.
	// Nil: this server has no keys, and nobody signs in.
	SignIn func(w http.ResponseWriter, r *http.Request, key string) bool
	// SignOut ends the session on the response. Nil where SignIn is.
	SignOut func(w http.ResponseWriter, r *http.Request)
}

// New returns the page's handler: / and /campaigns/{id}, /assets/, and where
// there are keys /signin and /signout; where there are none /signin leads back.
// It asks nobody for a session: whoever mounts it guards all but /signin and
// /assets/.
func New(o Options) http.Handler {
	p := &pages{options: o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.list)
	mux.HandleFunc("GET /campaigns/{id}", p.campaign)
	mux.HandleFunc("GET /assets/{version}/{file...}", asset)
	if o.SignIn == nil {
		mux.HandleFunc("GET /signin", back)
	} else {
		mux.HandleFunc("GET /signin", p.askKey)
		mux.HandleFunc("POST /signin", p.takeKey)
		mux.HandleFunc("POST /signout", p.signOut)
	}
	return secure(http.NewCrossOriginProtection().Handler(mux))
}

// pages renders the templates.
type pages struct{ options Options }

// view is what the templates read.
type view struct {
	Page     string // the template's name, and the script's where it is live
	Title    string
	Assets   string // the folder of this build's assets
	Campaign string // the id in the address
	Demo     bool
	SignedIn bool   // there is a session that can be ended
	Next     string // where to go once signed in
	Wrong    bool   // the key was wrong
}

// Live reports whether the page has a script, and shows what goes on.
func (v view) Live() bool { return v.Page == "list" || v.Page == "campaign" }

func (p *pages) list(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusOK, view{Page: "list", Title: "Campaigns"})
}

func (p *pages) campaign(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if p.options.Has != nil && !p.options.Has(r.Context(), id) {
		p.show(w, r, http.StatusNotFound, view{Page: "missing", Title: "No such campaign"})
		return
	}
	p.show(w, r, http.StatusOK, view{Page: "campaign", Title: "Campaign", Campaign: id})
}

func (p *pages) show(w http.ResponseWriter, r *http.Request, status int, v view) {
	v.Demo, v.SignedIn = p.options.Demo, p.options.SignIn != nil
	p.render(w, r, status, v)
}
