package erecruiter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"handoff/internal/simulator/simkit"
)

// fileTypes the CV may have (A: the vendor's are unknown).
var fileTypes = []string{".pdf", ".doc", ".docx", ".odt", ".rtf", ".txt"}

// cvFiles checks the CV. Without one the application is taken, unless the form demands it (C that
// a candidate may come without).
func (c *call) cvFiles(r *recruitment, in *createInput) ([]*file, *simkit.Answer) {
	if len(in.files) == 0 && r.demandsCV {
		return nil, c.fail(http.StatusBadRequest, "CvRequired", "The form demands a CV", "CvFile")
	}
	for _, f := range in.files {
		switch kind := strings.ToLower(path.Ext(f.name)); {
		case f.name == "" || strings.ContainsAny(f.name, "/\\\x00\r\n") || len(f.name) > 255:
			return nil, c.fail(http.StatusBadRequest, "FileName", "A file has no name, or one that cannot be", "CvFile")
		case !slices.Contains(fileTypes, kind), c.sw.FileCheck == "content" && !looksLike(kind, f.bytes):
			return nil, c.fail(http.StatusBadRequest, "FileType", "A file is none of "+strings.Join(fileTypes, " "), "CvFile")
		case len(f.bytes) == 0:
			return nil, c.fail(http.StatusBadRequest, "FileContent", "A file is empty", "CvFile")
		case c.s.limits.FileBytes > 0 && len(f.bytes) > c.s.limits.FileBytes:
			return nil, c.fail(http.StatusRequestEntityTooLarge, "FileTooLarge", "A file is too large", "CvFile")
		}
	}
	var out []*file
	for _, f := range in.files {
		sum := sha256.Sum256(f.bytes)
		out = append(out, &file{id: c.s.st.next("file", 880001), name: f.name, contentType: f.contentType, bytes: bytes.Clone(f.bytes),
			sha256: hex.EncodeToString(sum[:])})
	}
	return out, nil
}

// looksLike compares the first bytes with what files of a kind begin with.
func looksLike(kind string, b []byte) bool {
	switch kind {
	case ".pdf":
		return bytes.HasPrefix(b, []byte("%PDF-"))
	case ".docx", ".odt":
		return bytes.HasPrefix(b, []byte("PK\x03\x04"))
	case ".doc":
		return bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0"))
	case ".rtf":
		return bytes.HasPrefix(b, []byte(`{\rtf`))
	}
	return utf8.Valid(b)
}
