package breakages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browser is the Admin's: it keeps cookies.
type browser struct {
	t    testing.TB
	base string
	c    *http.Client
}

func (r *rig) signIn() *browser {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	r.ok(err)
	b := &browser{r.t, r.house.URL(), &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	b.post("/sign-in", "email", "admin@acme.example.com", "password", password)
	return b
}

// post sends a form of names and values, which has to lead to another page.
func (b *browser) post(path string, pairs ...string) {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	res, err := b.c.PostForm(b.base+path, form)
	if err != nil {
		b.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("POST %s: %d", path, res.StatusCode)
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// reads returns a page in a language as a reader sees it: its words, one space
// between them.
func (b *browser) reads(path, lang string) string {
	b.t.Helper()
	res, err := b.c.Get(b.base + path + "?lang=" + lang)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.t.Fatalf("GET %s: %d, %v", path, res.StatusCode, err)
	}
	return plain(html.UnescapeString(tag.ReplaceAllString(string(body), " ")))
}

func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

// answer is what the API says.
type answer struct{ v any }

// api asks the API as the Admin's program does; any answer but a success ends
// the test.
func (r *rig) api(method, path string) answer {
	r.t.Helper()
	req, err := http.NewRequest(method, r.house.URL()+"/api/v1"+path, nil)
	r.ok(err)
	req.Header.Set("Authorization", "Bearer "+r.token)
	res, err := http.DefaultClient.Do(req)
	r.ok(err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	r.ok(err)
	if res.StatusCode/100 != 2 {
		r.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, body)
	}
	var a answer
	if len(bytes.TrimSpace(body)) > 0 {
		r.ok(json.Unmarshal(body, &a.v))
	}
	return a
}

// find returns the objects anywhere in the answer whose field says value.
func (a answer) find(field, value string) (out []map[string]any) {
	switch v := a.v.(type) {
	case map[string]any:
		if fmt.Sprint(v[field]) == value {
			out = append(out, v)
		}
		for _, x := range v {
			out = append(out, answer{x}.find(field, value)...)
		}
	case []any:
		for _, x := range v {
			out = append(out, answer{x}.find(field, value)...)
		}
	}
	return out
}

func (a answer) holds(field, value string) bool { return len(a.find(field, value)) > 0 }

// text is a field of the answer itself; empty when it has none.
func (a answer) text(field string) string {
	if m, ok := a.v.(map[string]any); ok && m[field] != nil {
		return fmt.Sprint(m[field])
	}
	return ""
}
