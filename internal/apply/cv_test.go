package apply

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// pdf is a small document with more in its trailer.
func pdf(more string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R " + more + " >>\nstartxref\n0\n%%EOF\n")
}

// archive makes a zip of entries, in order: name, content, name, content.
func archive(t testing.TB, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err == nil {
			_, err = io.WriteString(w, entries[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func docx(t testing.TB, more ...string) []byte {
	return archive(t, append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document/>"}, more...)...)
}

func odt(t testing.TB, more ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "mimetype", Method: zip.Store, CompressedSize64: 39, UncompressedSize64: 39,
		CRC32: crc32.ChecksumIEEE([]byte("application/vnd.oasis.opendocument.text"))})
	if err == nil {
		_, err = io.WriteString(w, "application/vnd.oasis.opendocument.text")
	}
	for i, entries := 0, append([]string{"content.xml", "<x/>"}, more...); err == nil && i < len(entries); i += 2 {
		if w, err = z.Create(entries[i]); err == nil {
			_, err = io.WriteString(w, entries[i+1])
		}
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// oldWord is the least that is taken for a document of the old Office.
func oldWord(streams ...string) []byte {
	b := make([]byte, 512)
	copy(b, ole)
	for _, s := range append([]string{"Root Entry"}, streams...) {
		entry := make([]byte, 128)
		copy(entry, utf16(s))
		b = append(b, entry...)
	}
	return b
}

func TestACVIsTakenForWhatItIs(t *testing.T) {
	png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde")
	jpg := []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9")
	for _, c := range []struct {
		what, name string
		b          []byte
		want       string
	}{
		{"a PDF", "cv.pdf", pdf(""), ""},
		{"a PDF in capitals", "CV.PDF", pdf(""), ""},
		{"a docx", "cv.docx", docx(t), ""},
		{"an odt", "cv.odt", odt(t), ""},
		{"an old doc", "cv.doc", oldWord("WordDocument"), ""},
		{"an rtf", "cv.rtf", []byte(`{\rtf1\ansi Anna}`), ""},
		{"text", "cv.txt", []byte("Zażółć gęślą jaźń"), ""},
		{"text with commas", "cv.txt", []byte("a,b,c\n1,2,3\n4,5,6\n"), ""},
		{"a jpg called jpeg", "cv.jpeg", jpg, ""},
		{"a png", "cv.png", png, ""},
		{"nothing", "cv.pdf", nil, "empty"},
		{"a program", "cv.exe", []byte("MZ"), "type_not_allowed"},
		{"no extension", "cv", []byte("x"), "type_not_allowed"},
		{"only an extension", ".pdf", pdf(""), ""},
		{"a docx with macros by name", "cv.docm", docx(t), "type_not_allowed"},
		{"a program called pdf", "cv.pdf", []byte("MZ\x90\x00\x03\x00\x00\x00"), "type_mismatch"},
		{"a page called txt", "cv.txt", []byte("<!DOCTYPE html><html><script>x</script></html>"), "type_mismatch"},
		{"a PDF called docx", "cv.docx", pdf(""), "type_mismatch"},
		{"a png called jpg", "cv.jpg", png, "type_mismatch"},
		{"a zip called docx", "cv.docx", archive(t, "a.xml", "x"), "type_mismatch"},
		{"another old Office file", "cv.doc", oldWord("Workbook"), "type_mismatch"},
		{"an encrypted PDF", "cv.pdf", pdf("/Encrypt 9 0 R"), "encrypted"},
		{"an encrypted PDF with its dictionary in place", "cv.pdf", pdf("/Encrypt<</V 4>>"), "encrypted"},
		{"an encrypted PDF that hides it", "cv.pdf", pdf("/#45ncr#79pt\n9 0 R"), "encrypted"},
		{"a PDF about encryption", "cv.pdf", pdf("/EncryptMetadata false /Title (x)"), ""},
		{"a PDF whose text speaks of it", "cv.pdf", []byte(strings.Replace(string(pdf("")), "trailer", "2 0 obj\n<<>>\nstream\n/Encrypt 9 0 R\nendstream\ntrailer", 1)), ""},
		{"a PDF that hides it behind an open stream", "cv.pdf", []byte("%PDF-1.7\nstream\n trailer << /Encrypt 9 0 R >>"), "encrypted"},
		{"an encrypted docx", "cv.docx", oldWord("EncryptedPackage"), "encrypted"},
		{"an encrypted doc", "cv.doc", oldWord("EncryptedPackage"), "encrypted"},
		{"an encrypted odt", "cv.odt", odt(t, "META-INF/manifest.xml", `<manifest:encryption-data/>`), "encrypted"},
		{"an odt with a manifest", "cv.odt", odt(t, "META-INF/manifest.xml", `<manifest:manifest/>`), ""},
		{"a docx with macros", "cv.docx", docx(t, "word/vbaProject.bin", "x"), "macro"},
		{"a doc with macros", "cv.doc", oldWord("WordDocument", "_VBA_PROJECT"), "macro"},
		{"an odt with macros", "cv.odt", odt(t, "Basic/Standard/Module1.xml", "x"), "macro"},
		{"a docx in a docx", "cv.docx", docx(t, "word/embeddings/x.bin", string(docx(t))), "nested_archive"},
		{"a zip in a docx, by name", "cv.docx", docx(t, "x.ZIP", ""), "nested_archive"},
		{"a torn docx", "cv.docx", docx(t)[:60], "malformed"},
	} {
		if _, got := checkCV(c.name, c.b, ownMost, ownExtensions); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestEachBoundOfAFileHasTwoSides(t *testing.T) {
	entries := func(n int) []byte {
		var e []string
		for i := range n - 2 {
			e = append(e, fmt.Sprintf("word/%d.xml", i), "")
		}
		return docx(t, e...)
	}
	// Zeros shrink a thousandfold; noise of this size keeps the ratio down.
	noise := func(n int) string {
		var b strings.Builder
		for sum := sha256.Sum256(nil); b.Len() < n; sum = sha256.Sum256(sum[:]) {
			b.WriteString(hex.EncodeToString(sum[:]))
		}
		return b.String()
	}(2 << 20)
	unpacked := func(total int) []byte {
		fixed := len("<Types/>") + len("<w:document/>") + len(noise)
		return docx(t, "a.xml", noise, "b.xml", strings.Repeat("\x00", total-fixed))
	}
	for _, c := range []struct {
		what string
		b    []byte
		name string
		most int64
		want string
	}{
		{"as large as allowed", []byte(strings.Repeat("x", 1000)), "cv.txt", 1000, ""},
		{"a byte larger", []byte(strings.Repeat("x", 1001)), "cv.txt", 1000, "too_large"},
		{"2,000 entries", entries(archiveEntries), "cv.docx", ownMost, ""},
		{"2,001 entries", entries(archiveEntries + 1), "cv.docx", ownMost, "archive_bomb"},
		{"100 MB unpacked", unpacked(archiveMost), "cv.docx", ownMost, ""},
		{"100 MB and a byte unpacked", unpacked(archiveMost + 1), "cv.docx", ownMost, "archive_bomb"},
		{"200 times its size", swollen(t, 0), "cv.docx", ownMost, ""},
		{"a byte more than 200 times its size", swollen(t, 1), "cv.docx", ownMost, "archive_bomb"},
	} {
		if _, got := checkCV(c.name, c.b, c.most, ownExtensions); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// swollen is a docx that unpacks to exactly archiveRatio times its size, and
// over bytes more.
func swollen(t *testing.T, over int) []byte {
	t.Helper()
	main := strings.Repeat("\x00", 1<<20)
	for pad := 0; pad < 1<<16; {
		z := stored(t, main, pad)
		want := archiveRatio*len(z) + over
		if have := len(main) + pad; have == want {
			return z
		} else if have < want {
			main += strings.Repeat("\x00", max(1, (want-have)/2))
		} else {
			pad += max(1, (have-want)/archiveRatio)
		}
	}
	t.Fatal("no size fits")
	return nil
}

// stored is a docx with one entry of pad bytes that is not compressed.
func stored(t *testing.T, main string, pad int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	if err == nil {
		_, err = io.WriteString(w, main)
	}
	if err == nil {
		if w, err = z.CreateHeader(&zip.FileHeader{Name: "p", Method: zip.Store}); err == nil {
			_, err = io.WriteString(w, strings.Repeat("x", pad))
		}
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnArchiveThatLiesAboutItsSizeIsMeasured(t *testing.T) {
	b := docx(t, "b.xml", strings.Repeat("\x00", 64<<20))
	// Say that the large entry is small, in the directory at the end.
	i := bytes.LastIndex(b, []byte("PK\x01\x02"))
	copy(b[i+24:i+28], []byte{1, 0, 0, 0})
	if _, got := checkCV("cv.docx", b, ownMost, ownExtensions); got != "malformed" && got != "archive_bomb" {
		t.Errorf("got %q", got)
	}
}

func TestAFileNameIsItsBaseInAnyScript(t *testing.T) {
	for in, want := range map[string]string{
		`C:\Users\Anna\CV.pdf`:              "CV.pdf",
		"../../etc/passwd.txt":              "passwd.txt",
		" życiorys Łukasza.pdf ":            "życiorys Łukasza.pdf",
		"履歴書.pdf":                           "履歴書.pdf",
		"a\x00b\r\n\u202efdp.exe\u2066.pdf": "abfdp.exe.pdf",
		"bad\xff.pdf":                       "bad.pdf",
		strings.Repeat("ł", 300) + ".pdf":   strings.Repeat("ł", 196) + ".pdf",
		strings.Repeat("ł", 200):            strings.Repeat("ł", 200),
		"x." + strings.Repeat("long", 60):   ("x." + strings.Repeat("long", 60))[:200],
		"":                                  "",
	} {
		if got := fileName(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func FuzzACVIsNeverMisjudgedByItsName(f *testing.F) {
	f.Add("cv.pdf", pdf("/Encrypt 9 0 R"))
	f.Add("cv.docx", docx(f))
	f.Add("cv.odt", odt(f))
	f.Add("cv.doc", oldWord("WordDocument"))
	f.Add("cv.txt", []byte("text"))
	f.Add("a/b\\c.rtf", []byte(`{\rtf1}`))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		const most = 1 << 16
		cv, code := checkCV(name, b, most, ownExtensions)
		again, same := checkCV(name, b, most, ownExtensions)
		if cv != again || code != same {
			t.Error("judged twice, differently")
		}
		if code != "" {
			return
		}
		if len(b) == 0 || len(b) > most || cv.Size != int64(len(b)) || len(cv.SHA256) != 64 {
			t.Errorf("accepted %d bytes as %d", len(b), cv.Size)
		}
		if !utf8.ValidString(cv.FileName) || strings.ContainsAny(cv.FileName, "/\\\x00\r\n") || utf8.RuneCountInString(cv.FileName) > 200 {
			t.Errorf("accepted the name %q", cv.FileName)
		}
	})
}
