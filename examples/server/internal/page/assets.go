package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// kinds are the types of the files we serve, said here because the machine's
// own table of types may say otherwise.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	"":     "text/plain; charset=utf-8", // a licence
}

// assetVersion is one version for all files, since the modules import each
// other by relative names: a new build is a new folder, and a browser never
// mixes two builds.
var (
	assetVersion = version(assetFiles)
	assetFolder  = "/assets/" + assetVersion
)

func version(files fs.FS) string {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, name)
		sum.Write([]byte(name))
		sum.Write(b)
		return err
	})
	if err != nil { // the files are part of the program
		panic("page: the embedded assets cannot be read: " + err.Error())
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// asset serves one embedded file. Under this build's own version it may be kept
// for ever; under another's, as while two builds serve one address, it must be
// asked for again.
func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	b, err := assetFiles.ReadFile("assets/" + name)
	kind, known := kinds[path.Ext(name)]
	if err != nil || !known {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("ETag", tag(b))
	h.Set("Cache-Control", "no-cache")
	if r.PathValue("version") == assetVersion {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	serve(w, r, b)
}

// serve answers with the bytes, or 304 where the browser has them.
func serve(w http.ResponseWriter, r *http.Request, b []byte) {
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

func tag(b []byte) string {
	sum := sha256.Sum256(b)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}
