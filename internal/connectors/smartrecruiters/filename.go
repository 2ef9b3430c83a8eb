package smartrecruiters

import (
	"path"
	"strings"
	"unicode/utf8"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// longestName is the most characters of a file's name (S for the Application
// API; the Candidate API is silent).
const longestName = 100

// acceptable refuses a file that the vendor is known not to take, before
// anything is sent: a candidate without the CV would be half an application.
func acceptable(f *connector.CVFile) error {
	if f == nil {
		return nil
	}
	switch {
	case extension(f) == "":
		return &connector.Error{Kind: connector.Rejected, Op: opAttach, Code: "FILE_TYPE"}
	case f.Size > Type().File.MaxBytes:
		return &connector.Error{Kind: connector.Rejected, Op: opAttach, Code: "FILE_SIZE"}
	}
	return nil
}

// extension is the accepted one that the file has by its name or, where the
// name has none, by its content; empty when it is neither.
func extension(f *connector.CVFile) string {
	byName := strings.ToLower(strings.TrimPrefix(path.Ext(line(f.Name)), "."))
	if byName == "jpeg" {
		byName = "jpg"
	}
	for _, e := range Type().File.Extensions {
		if e == byName {
			return e
		}
	}
	contentType, _, _ := strings.Cut(f.ContentType, ";")
	switch strings.TrimSpace(strings.ToLower(contentType)) {
	case "application/pdf":
		return "pdf"
	case "application/msword":
		return "doc"
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return "docx"
	case "application/rtf", "text/rtf":
		return "rtf"
	case "image/jpeg":
		return "jpg"
	case "image/png":
		return "png"
	}
	return ""
}

// fileName is a name that can be sent: no path, no quotes, no control
// characters, an accepted extension, at most longestName characters. With a
// tag it carries that, for where the plain name is taken by another file.
func fileName(f *connector.CVFile, tag recruit.Tag) string {
	ext := "." + extension(f)
	base := line(f.Name)
	if i := strings.LastIndexAny(base, `/\`); i >= 0 {
		base = base[i+1:]
	}
	if e := path.Ext(base); strings.EqualFold(e, ext) || strings.EqualFold(e, ".jpeg") && ext == ".jpg" {
		base, ext = strings.TrimSuffix(base, e), strings.ToLower(e)
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
	if tag != "" {
		ext = "-" + string(tag) + ext
	}
	return cut(base, longestName-utf8.RuneCountInString(ext)) + ext
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:max(n, 1)]), " .")
	}
	return s
}
