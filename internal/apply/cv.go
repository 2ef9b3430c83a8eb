package apply

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"handoff/internal/recruit"
)

// contents are the types that a file of an extension may turn out to have.
var contents = map[string][]string{
	"pdf":  {"application/pdf"},
	"doc":  {"application/msword", "application/x-ole-storage"},
	"docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"},
	"odt":  {"application/vnd.oasis.opendocument.text", "application/zip"},
	"rtf":  {"text/rtf", "application/rtf"},
	"txt":  {"text/plain", "text/csv", "text/tab-separated-values"},
	"jpg":  {"image/jpeg"},
	"png":  {"image/png"},
}

// ole begins every file of the old Office, and of the new when it is encrypted.
var ole = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// checkCV looks at a file whose first most+1 bytes are given. code is empty
// when it is in order, and otherwise one of empty, too_large,
// type_not_allowed (the extension), type_mismatch (the content is another
// kind), encrypted, macro, nested_archive, archive_bomb, malformed.
//
// Nothing is opened for its meaning: these are refusals of what an ATS
// refuses, cannot show, or should not be sent.
func checkCV(name string, b []byte, most int64, exts []string) (cv recruit.CV, code string) {
	name = fileName(name)
	ext := extension(name)
	switch {
	case len(b) == 0:
		return cv, "empty"
	case int64(len(b)) > most:
		return cv, "too_large"
	case !slices.Contains(exts, ext):
		return cv, "type_not_allowed"
	}
	if code := checkContent(ext, b); code != "" {
		return cv, code
	}
	sum := sha256.Sum256(b)
	return recruit.CV{FileName: name, Size: int64(len(b)), SHA256: hex.EncodeToString(sum[:]), ContentType: contents[ext][0]}, ""
}

func checkContent(ext string, b []byte) string {
	if ext == "docx" && bytes.HasPrefix(b, ole) && bytes.Contains(b, utf16("EncryptedPackage")) {
		return "encrypted"
	}
	kind := mimetype.Detect(b)
	if !slices.ContainsFunc(contents[ext], kind.Is) {
		return "type_mismatch"
	}
	switch ext {
	case "pdf":
		if encryptedPDF(b) {
			return "encrypted"
		}
	case "doc":
		return checkOLE(b)
	case "docx", "odt":
		return checkArchive(ext, b)
	}
	return ""
}

// checkOLE looks for the names of streams, which stand in the directory of
// the file in UTF-16.
func checkOLE(b []byte) string {
	switch {
	case bytes.Contains(b, utf16("EncryptedPackage")):
		return "encrypted"
	case !bytes.Contains(b, utf16("WordDocument")):
		return "type_mismatch"
	case bytes.Contains(b, utf16("_VBA_PROJECT")):
		return "macro"
	}
	return ""
}

func utf16(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

// cvArgs are what the sentence for a code needs.
func cvArgs(code string, most int64, exts []string) []string {
	switch code {
	case "too_large":
		return []string{"max_bytes", strconv.FormatInt(most, 10)}
	case "type_not_allowed":
		return []string{"extensions", strings.Join(exts, ", ")}
	}
	return nil
}

// extension returns what follows the last dot, in lower case; jpeg is jpg.
func extension(name string) string {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if ext == "jpeg" {
		return "jpg"
	}
	return ext
}

// fileName returns the base of a submitted name, in any script, without what
// a person would not see, of at most 200 characters with its extension kept.
func fileName(s string) string {
	s = strings.ToValidUTF8(s, "")
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, s))
	if n := utf8.RuneCountInString(s); n > 200 {
		ext := path.Ext(s)
		if utf8.RuneCountInString(ext) > 20 {
			ext = ""
		}
		base := []rune(strings.TrimSuffix(s, ext))
		s = string(base[:200-utf8.RuneCountInString(ext)]) + ext
	}
	return s
}
