package apply

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// Bounds of a document that is an archive. They are measured by unpacking:
// what an archive says of itself is believed only when it is too much.
const (
	archiveEntries = 2_000
	archiveMost    = 100 << 20 // bytes of all entries unpacked
	archiveRatio   = 200       // of that to the archive's own size
)

// archives are extensions of entries that hold files themselves.
var archives = []string{".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".jar", ".docx", ".xlsx", ".pptx", ".odt", ".ods"}

// mainPart is the entry without which a document is not one.
var mainPart = map[string]string{"docx": "word/document.xml", "odt": "content.xml"}

// checkArchive unpacks a document into nothing, within the bounds.
func checkArchive(ext string, b []byte) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "malformed"
	}
	if len(z.File) > archiveEntries {
		return "archive_bomb"
	}
	most := min(int64(archiveMost), archiveRatio*int64(len(b)))
	var declared uint64
	main := false
	for _, f := range z.File {
		if f.UncompressedSize64 > uint64(most) {
			return "archive_bomb"
		}
		declared += f.UncompressedSize64
		name := strings.ToLower(f.Name)
		main = main || f.Name == mainPart[ext]
		switch {
		case declared > uint64(most):
			return "archive_bomb"
		case f.Flags&1 != 0:
			return "encrypted"
		case path.Base(name) == "vbaproject.bin", ext == "odt" && strings.HasPrefix(name, "basic/"):
			return "macro"
		case slices.Contains(archives, path.Ext(name)):
			return "nested_archive"
		}
	}
	if !main {
		return "type_mismatch"
	}
	left := most
	for _, f := range z.File {
		code := unpack(ext, f, &left)
		if code != "" {
			return code
		}
	}
	return ""
}

// unpack reads one entry to its end, and takes its size off left.
func unpack(ext string, f *zip.File, left *int64) string {
	if strings.HasSuffix(f.Name, "/") {
		return ""
	}
	r, err := f.Open()
	if err != nil {
		return "malformed"
	}
	defer r.Close()
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "malformed"
	}
	if bytes.Equal(head[:n], []byte("PK\x03\x04")) {
		return "nested_archive"
	}
	*left -= int64(n)
	rest := io.Reader(io.LimitReader(r, *left+1))
	if ext == "odt" && f.Name == "META-INF/manifest.xml" {
		// The manifest of an encrypted document says how to decrypt each part.
		b, err := io.ReadAll(rest)
		if err != nil {
			return "malformed"
		}
		if bytes.Contains(b, []byte("encryption-data")) {
			return "encrypted"
		}
		*left -= int64(len(b))
	} else {
		m, err := io.Copy(io.Discard, rest)
		if err != nil {
			return "malformed"
		}
		*left -= m
	}
	if *left < 0 {
		return "archive_bomb"
	}
	return ""
}
