package smartrecruiters

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// sign is one signature of a delivery: HMAC-SHA256 over timestamp, raw body, event id, name,
// version and Link, joined by dots; a header that is missing counts as the empty string (S).
func sign(key, timestamp string, body []byte, id, name, version, link string) string {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(strings.Join([]string{timestamp, string(body), id, name, version, link}, ".")))
	return hex.EncodeToString(m.Sum(nil))
}

// signatureHeader is the header: one v1=HEX for each live key (S).
func signatureHeader(keys []string, ts string, d *delivery, version string) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = "v1=" + sign(k, ts, d.body, d.id, d.event, version, d.link)
	}
	return strings.Join(parts, ";")
}
