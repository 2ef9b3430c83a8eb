// Package asset serves the files that pages need besides themselves: the
// style sheets, the vendored scripts, the icon. They are part of the binary,
// and each is served under an address that holds the hash of its content, so
// that a browser may keep it for ever and never shows an old one.
package asset

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var static embed.FS

// Prefix is where the files are served.
const Prefix = "/static/"

// Files are the embedded files. It is safe for concurrent use.
type Files struct {
	address map[string]string // by name
	content map[string]file   // by address
}

type file struct {
	kind string
	body []byte
}

// Open hashes the embedded files.
func Open() (*Files, error) {
	f := &Files{address: map[string]string{}, content: map[string]file{}}
	entries, err := fs.ReadDir(static, "static")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		body, err := static.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, err
		}
		kind, ok := kinds[path.Ext(e.Name())]
		if !ok {
			return nil, fmt.Errorf("static file %s has no known type", e.Name())
		}
		sum := sha256.Sum256(body)
		at := Prefix + hex.EncodeToString(sum[:6]) + "/" + e.Name()
		f.address[e.Name()] = at
		f.content[at] = file{kind: kind, body: body}
	}
	return f, nil
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// URL returns the address of a file, empty when there is none of that name.
func (f *Files) URL(name string) string { return f.address[name] }

// Has tells whether an address is that of a file.
func (f *Files) Has(address string) bool { _, ok := f.content[address]; return ok }

func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, ok := f.content[r.URL.Path]
	if !ok || strings.Contains(r.URL.Path, "..") {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", found.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(found.body)
}
