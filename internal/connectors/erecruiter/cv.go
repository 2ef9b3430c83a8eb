package erecruiter

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
)

// longestName is the most characters of a file's name (A).
const longestName = 100

// acceptable refuses a file that the mapping does not allow, before anything is
// sent: an application without its CV would be half of one.
func (c *conn) acceptable(f *connector.CVFile) error {
	if f == nil {
		return nil
	}
	switch {
	case c.extension(f) == "":
		return &connector.Error{Kind: connector.Rejected, Op: erapi.OpCreate, Code: codeFileType}
	case f.Size > c.m.Files.MaxBytes:
		return &connector.Error{Kind: connector.Rejected, Op: erapi.OpCreate, Code: codeFileSize}
	}
	return nil
}

// extension is the accepted one that the file has by its name or, where the
// name has none, by its content; empty when it is neither.
func (c *conn) extension(f *connector.CVFile) string {
	byName := strings.ToLower(strings.TrimPrefix(path.Ext(line(f.Name)), "."))
	if slices.Contains(c.m.Files.Extensions, byName) {
		return byName
	}
	byContent := map[string]string{
		"application/pdf":    "pdf",
		"application/msword": "doc",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
		"application/vnd.oasis.opendocument.text":                                 "odt",
		"application/rtf": "rtf",
		"text/rtf":        "rtf",
		"text/plain":      "txt",
	}[contentType(f)]
	if slices.Contains(c.m.Files.Extensions, byContent) {
		return byContent
	}
	return ""
}

func contentType(f *connector.CVFile) string {
	t, _, _ := strings.Cut(f.ContentType, ";")
	if t = strings.ToLower(strings.TrimSpace(t)); t != "" && !strings.ContainsAny(t, "\r\n") {
		return t
	}
	return "application/octet-stream"
}

// fileName is a name that can be sent: no path, no quotes, no control
// characters, an accepted extension, at most longestName characters.
func (c *conn) fileName(f *connector.CVFile) string {
	ext := "." + c.extension(f)
	base := line(f.Name)
	if i := strings.LastIndexAny(base, `/\`); i >= 0 {
		base = base[i+1:]
	}
	if e := path.Ext(base); strings.EqualFold(e, ext) {
		base = strings.TrimSuffix(base, e)
	}
	base = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"<>:|?*;%`, r) {
			return '_'
		}
		return r
	}, base), " .")
	if base == "" {
		base = "CV"
	}
	if r, most := []rune(base), longestName-utf8.RuneCountInString(ext); len(r) > most {
		base = strings.TrimRight(string(r[:most]), " .")
	}
	return base + ext
}
