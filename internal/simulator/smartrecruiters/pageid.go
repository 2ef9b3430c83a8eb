package smartrecruiters

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// A page id holds '/', '+', '=' and a '%2B' that looks like an escape, whatever it says: sent
// unescaped or escaped twice it is another string, and refused (S: URL-encode it).
const (
	pageHead = "p/"
	pageTail = "+%2B="
)

func (s *Simulator) pageID(list, mode, value string) string {
	payload := list + "|" + mode + "|" + value
	return pageHead + base64.StdEncoding.EncodeToString(append(s.pageMark(payload), payload...)) + pageTail
}

// readPageID returns what pageID was given, or false for anything it did not make for that list.
func (s *Simulator) readPageID(list, id string) (mode, value string, ok bool) {
	middle, ok := strings.CutPrefix(id, pageHead)
	if ok {
		middle, ok = strings.CutSuffix(middle, pageTail)
	}
	b, err := base64.StdEncoding.DecodeString(middle)
	if !ok || err != nil || len(b) < 8 {
		return "", "", false
	}
	parts := strings.SplitN(string(b[8:]), "|", 3)
	if !hmac.Equal(b[:8], s.pageMark(string(b[8:]))) || len(parts) != 3 || parts[0] != list {
		return "", "", false
	}
	return parts[1], parts[2], true
}

func (s *Simulator) pageMark(payload string) []byte {
	m := hmac.New(sha256.New, strconv.AppendUint(nil, s.options.Seed, 16))
	m.Write([]byte(payload))
	return m.Sum(nil)[:8]
}

func (c *call) badPage() *simkit.Answer {
	return c.fail(http.StatusBadRequest, "INVALID_PAGE_ID", "The page id is not valid") // S
}

// nextLink is the RFC 8288 form of the next page (S).
func (c *call) nextLink(path, name, id string) string {
	q := url.Values{}
	for k, v := range c.Query {
		q[k] = v
	}
	q.Set(name, id)
	return "<" + path + "?" + q.Encode() + `>; rel="next"`
}

// whole reads a whole-number parameter between least and most.
func (c *call) whole(name string, otherwise, least, most int) (int, *simkit.Answer) {
	v := c.Query.Get(name)
	if v == "" && !c.Query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		return 0, c.fail(http.StatusBadRequest, "INVALID_PARAMETER", name+" must be between "+strconv.Itoa(least)+" and "+strconv.Itoa(most))
	}
	return n, nil
}

// moment reads a date-time parameter; the zero time when absent.
func (c *call) moment(name string) (time.Time, *simkit.Answer) {
	v := c.Query.Get(name)
	if v == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, v)
	if err != nil {
		return t, c.fail(http.StatusBadRequest, "INVALID_PARAMETER", name+" must be a date-time like 2026-10-05T18:42:11.512Z")
	}
	return t, nil
}
