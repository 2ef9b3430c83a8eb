package integration

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

// testCV is the one-page PDF that a test candidate carries. It names the run,
// so that no two are the same file.
func testCV(r recruit.TestRun) *connector.CVFile {
	b := onePagePDF("Handoff test candidate", "This is no person. Run "+string(r.ID)+".")
	sum := sha256.Sum256(b)
	return &connector.CVFile{Name: "handoff-test.pdf", ContentType: "application/pdf", Size: int64(len(b)), SHA256: hex.EncodeToString(sum[:]),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// onePagePDF writes a valid PDF 1.4 of two lines of ASCII.
func onePagePDF(title, line string) []byte {
	text := fmt.Sprintf("BT /F1 18 Tf 72 760 Td (%s) Tj 0 -28 Td /F1 11 Tf (%s) Tj ET", title, line)
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}
