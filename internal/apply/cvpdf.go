package apply

import "bytes"

// encryptedPDF tells whether a trailer, old or new, names an encryption
// dictionary. It reads names as PDF writes them (#xx escapes) and leaves out
// what lies inside streams, where a text may speak of encryption.
func encryptedPDF(b []byte) bool {
	for len(b) > 0 {
		outside := b
		start := bytes.Index(b, []byte("stream"))
		if start >= 0 {
			outside = b[:start]
		}
		if namesEncrypt(outside) {
			return true
		}
		if start < 0 {
			return false
		}
		b = b[start+len("stream"):]
		end := bytes.Index(b, []byte("endstream"))
		if end < 0 {
			// A stream without an end hides nothing: look at what follows too.
			return namesEncrypt(b)
		}
		b = b[end+len("endstream"):]
	}
	return false
}

// namesEncrypt looks for the name Encrypt followed by a reference (9 0 R) or a
// dictionary (<<).
func namesEncrypt(b []byte) bool {
	for {
		i := bytes.IndexByte(b, '/')
		if i < 0 {
			return false
		}
		b = b[i+1:]
		name, rest := pdfName(b)
		if name != "Encrypt" {
			continue
		}
		rest = bytes.TrimLeft(rest, " \t\r\n\f\x00")
		if len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' || bytes.HasPrefix(rest, []byte("<<")) {
			return true
		}
	}
}

// pdfName reads a name up to its end. Names that matter here are short.
func pdfName(b []byte) (string, []byte) {
	var name []byte
	for i := 0; i < len(b); i++ {
		c := b[i]
		if bytes.IndexByte([]byte(" \t\r\n\f\x00/<>[](){}%"), c) >= 0 || len(name) > 20 {
			return string(name), b[i:]
		}
		if c == '#' && i+2 < len(b) {
			hi, ok1 := hexDigit(b[i+1])
			lo, ok2 := hexDigit(b[i+2])
			if ok1 && ok2 {
				c, i = hi<<4|lo, i+2
			}
		}
		name = append(name, c)
	}
	return string(name), nil
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
