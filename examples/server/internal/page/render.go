package page

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages by name, each with the layout around it. They are
// part of the program, so one that does not parse is a fault of the build.
var templates = parseTemplates("list", "campaign", "missing", "signin")

func parseTemplates(names ...string) map[string]*template.Template {
	all := make(map[string]*template.Template, len(names))
	for _, n := range names {
		all[n] = template.Must(template.ParseFS(templateFiles,
			"templates/layout.html", "templates/parts.html", "templates/"+n+".html"))
	}
	return all
}

// render writes a whole page, or nothing of it and a 500.
func (p *pages) render(w http.ResponseWriter, r *http.Request, status int, v view) {
	v.Assets = assetFolder
	var page bytes.Buffer
	if err := templates[v.Page].ExecuteTemplate(&page, "layout", v); err != nil {
		http.Error(w, "the page could not be rendered", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache") // asked for again each time, answered 304
	if status != http.StatusOK {
		w.WriteHeader(status)
		_, _ = w.Write(page.Bytes())
		return
	}
	h.Set("ETag", tag(page.Bytes()))
	serve(w, r, page.Bytes())
}
