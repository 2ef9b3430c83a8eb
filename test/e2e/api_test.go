package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// client speaks the REST API with a token.
type client struct {
	t     testing.TB
	url   string
	token string
	http  *http.Client
}

type object = map[string]any

func newClient(t testing.TB, url, token string) *client {
	return &client{t: t, url: url, token: token, http: &http.Client{Timeout: 20 * time.Second}}
}

// try sends one request; err is for a connection that broke.
func (c *client) try(method, path string, body any, key string) (status int, answer object, err error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, c.url+"/api/v1"+path, r)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &answer); err != nil {
			return resp.StatusCode, nil, fmt.Errorf("status %d, not JSON", resp.StatusCode)
		}
	}
	return resp.StatusCode, answer, nil
}

// must sends one request and expects success.
func (c *client) must(method, path string, body any) object {
	c.t.Helper()
	status, answer, err := c.try(method, path, body, "")
	if err != nil || status/100 != 2 {
		c.t.Fatalf("%s %s: %d %v %v", method, path, status, answer, err)
	}
	return answer
}

// browser is a person without script: it follows links and sends forms.
type browser struct {
	t    testing.TB
	http *http.Client
	page *html.Node
	at   *url.URL

	target string // where the form last looked at goes
}

func newBrowser(t testing.TB) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

func (b *browser) open(u string) {
	b.t.Helper()
	resp, err := b.http.Get(u)
	b.take(resp, err)
}

func (b *browser) take(resp *http.Response, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(resp.Body)
		b.t.Fatalf("%s answered %d\n%.2000s", resp.Request.URL.Path, resp.StatusCode, body)
	}
	if b.page, err = html.Parse(resp.Body); err != nil {
		b.t.Fatal(err)
	}
	b.at = resp.Request.URL
}

// form returns what stands in the form whose action contains part, and
// remembers where it goes.
func (b *browser) form(part string) url.Values {
	b.t.Helper()
	form := find(b.page, func(n *html.Node) bool { return n.Data == "form" && strings.Contains(attr(n, "action"), part) })
	if form == nil {
		b.t.Fatalf("no form %q on %s", part, b.at.Path)
	}
	values := url.Values{}
	each(form, func(n *html.Node) {
		switch attr(n, "type") {
		case "submit", "checkbox", "radio", "file":
			return
		}
		if n.Data == "input" && attr(n, "name") != "" {
			values.Set(attr(n, "name"), attr(n, "value"))
		}
	})
	target, err := b.at.Parse(attr(form, "action"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.target = target.String()
	return values
}

// send fills the form whose action contains part and sends it; fields
// override what stands in it, a button's name and value included.
func (b *browser) send(part string, fields map[string]string) {
	b.t.Helper()
	values := b.form(part)
	for k, v := range fields {
		values.Set(k, v)
	}
	req, err := http.NewRequest(http.MethodPost, b.target, strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.http.Do(req)
	b.take(resp, err)
}

func find(n *html.Node, is func(*html.Node) bool) (out *html.Node) {
	each(n, func(n *html.Node) {
		if out == nil && is(n) {
			out = n
		}
	})
	return out
}

func each(n *html.Node, do func(*html.Node)) {
	for x := range n.Descendants() {
		if x.Type == html.ElementNode {
			do(x)
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// authorize does what a person does with an authorization link of ours, from
// its page through the ATS's login and permissions and back.
func authorize(t testing.TB, link string) {
	t.Helper()
	b := newBrowser(t)
	b.open(link)
	b.send("/connect/", nil)
	b.send("/identity/oauth/login", map[string]string{"email": "integration@acme.example.com", "password": "any"})
	b.send("/identity/oauth/decide", map[string]string{"decision": "allow"})
}
