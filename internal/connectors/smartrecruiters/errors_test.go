package smartrecruiters

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"handoff/internal/connector"
	"handoff/internal/secret"
)

// answers is a transport that gives prepared answers in turn, and notes what
// was asked.
type answers struct {
	list  []string // status and body, e.g. `401 {}`
	asked []string
}

func (a *answers) Do(op connector.Op, req *http.Request) (*http.Response, error) {
	a.asked = append(a.asked, op.Name)
	if len(a.list) == 0 {
		return nil, &connector.Error{Kind: connector.Unanswered, Op: op.Name}
	}
	var status int
	head, body, _ := strings.Cut(a.list[0], " ")
	a.list = a.list[1:]
	if _, err := fmt.Sscan(head, &status); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

type lent struct{ renew error }

func (l lent) Current(context.Context) (connector.Credential, error) {
	return connector.Credential{AccessToken: secret.New("first")}, nil
}

func (l lent) Renew(context.Context, secret.String) (connector.Credential, error) {
	return connector.Credential{AccessToken: secret.New("second")}, l.renew
}

func with(t *testing.T, tokens connector.Tokens, list ...string) (*conn, *answers) {
	t.Helper()
	a := &answers{list: list}
	c, err := open(connector.Settings{APIURL: "https://api.example.com/"}, connector.Env{HTTP: a, Tokens: tokens})
	if err != nil {
		t.Fatal(err)
	}
	return c.(*conn), a
}

func push(c *conn) error {
	return c.Push(context.Background(), connector.Submission{Job: "j"}, connector.Receipt{}, func(connector.Receipt) error { return nil })
}

func TestEveryStatusHasOneVerdictInEveryShape(t *testing.T) {
	special := map[int][2]connector.Kind{ // read, write
		401: {connector.Unauthorized, connector.Unauthorized}, 402: {connector.Forbidden, connector.Forbidden}, 403: {connector.Forbidden, connector.Forbidden},
		404: {connector.Gone, connector.Gone}, 408: {connector.Unavailable, connector.Unanswered}, 409: {connector.Unavailable, connector.Duplicate},
		410: {connector.Gone, connector.Gone}, 421: {connector.Unavailable, connector.Unavailable}, 423: {connector.Unavailable, connector.Unavailable},
		425: {connector.Unavailable, connector.Unanswered}, 429: {connector.RateLimited, connector.RateLimited}, 451: {connector.Forbidden, connector.Forbidden},
		499: {connector.Unavailable, connector.Unanswered},
	}
	shapes := []string{`{"message":"m","errors":[{"code":"SOME_CODE","message":"x"}]}`, `{"id":"1","code":"SOME_CODE","message":"x"}`,
		`{"message":"m","errors":[{"dataPath":"a","message":"x"}]}`, `{"error":"x"}`, `<html>`, ``, `[]`, `null`, `{"errors":{"a":1}}`}
	for status := 400; status <= 599; status++ {
		want, known := special[status]
		switch {
		case !known && status < 500:
			want = [2]connector.Kind{connector.Rejected, connector.Rejected}
		case !known:
			want = [2]connector.Kind{connector.Unavailable, connector.Unanswered}
		}
		for _, body := range shapes {
			answer := fmt.Sprintf("%d %s", status, body)
			same := []string{answer, answer, answer, answer} // a 401 is asked after
			c, _ := with(t, lent{}, same...)
			if err := push(c); connector.KindOf(err) != want[1] || !typed(err) {
				t.Errorf("write %s: %v, want %v", answer, err, want[1])
			}
			c, _ = with(t, lent{}, same...)
			if _, err := c.ListJobs(t.Context()); connector.KindOf(err) != want[0] || !typed(err) {
				t.Errorf("read %s: %v, want %v", answer, err, want[0])
			}
		}
	}
}

func typed(err error) bool {
	_, ok := err.(*connector.Error)
	return ok
}

func TestCodesThatMeanMoreThanTheirStatus(t *testing.T) {
	for answer, want := range map[string]connector.Kind{
		`400 {"errors":[{"code":"SOURCE_NOT_FOUND"}]}`:                          connector.Rejected,
		`404 {"errors":[{"code":"SOURCE_TYPE_NOT_FOUND"}]}`:                     connector.Rejected,
		`400 {"errors":[{"code":"SUBTYPE_REQUIRED"}]}`:                          connector.Rejected,
		`400 {"errors":[{"code":"INVALID_SOURCE_ID"}]}`:                         connector.Rejected,
		`404 {"errors":[{"code":"JOB_NOT_FOUND"}]}`:                             connector.Gone,
		`400 {"errors":[{"code":"OTHER"},{"code":"CANDIDATE_ALREADY_EXISTS"}]}`: connector.Duplicate,
		`400 {"id":"1","code":"REST_CALL_TIMEOUT"}`:                             connector.Unanswered,
		`400 {"errors":[{"code":"permission_denied"}]}`:                         connector.Forbidden,
		`200 {"id":""}`: connector.Unanswered, `201 <html>`: connector.Unanswered, `204 `: connector.Unanswered,
		`302 `: connector.Unanswered, `201 {"id":7`: connector.Unanswered,
	} {
		c, _ := with(t, lent{}, answer)
		err := push(c)
		if connector.KindOf(err) != want {
			t.Errorf("%s: %v, want %v", answer, err, want)
		}
		var e *connector.Error
		if errors.As(err, &e) && strings.Contains(answer, "SOURCE") && !strings.Contains(e.Code, "SOURCE") && !strings.Contains(e.Code, "SUBTYPE") {
			t.Errorf("%s: the engine decides by the code, which is %q", answer, e.Code)
		}
	}
}

func TestA401IsRenewedOnceAndThenAskedAfter(t *testing.T) {
	const denied, ok = `401 {"errors":[{"code":"PERMISSION_DENIED"}]}`, `200 {"identifier":"acme"}`
	noKey := lent{connector.ErrNoRenewal}
	for name, c := range map[string]struct {
		tokens connector.Tokens
		list   []string
		want   connector.Kind
		asked  string
	}{
		"renewed and good":            {lent{}, []string{denied, `201 {"id":"c"}`, `200 {}`}, connector.Unknown, "create create application"},
		"renewed and still denied":    {lent{}, []string{denied, denied, ok}, connector.Forbidden, "create create company"},
		"renewed and bad":             {lent{}, []string{denied, denied, denied}, connector.Unauthorized, "create create company"},
		"a key, denied":               {noKey, []string{denied, ok}, connector.Forbidden, "create company"},
		"a key, bad":                  {noKey, []string{denied, denied}, connector.Unauthorized, "create company"},
		"the question fails":          {noKey, []string{denied, `500 `}, connector.Unavailable, "create company"},
		"the question is limited":     {noKey, []string{denied, `429 `}, connector.RateLimited, "create company"},
		"the question is forbidden":   {noKey, []string{denied, `403 `}, connector.Forbidden, "create company"},
		"the question is lost":        {noKey, []string{denied}, connector.Unavailable, "create company"},
		"revoked":                     {lent{&connector.Error{Kind: connector.Revoked, Op: "token"}}, []string{denied}, connector.Revoked, "create"},
		"the renewal is lost":         {lent{&connector.Error{Kind: connector.Unanswered, Op: "token"}}, []string{denied}, connector.Unavailable, "create"},
		"the renewal fails strangely": {lent{errors.New("disk")}, []string{denied}, connector.Unavailable, "create"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, a := with(t, c.tokens, c.list...)
			if err := push(conn); connector.KindOf(err) != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if got := strings.Join(a.asked, " "); got != c.asked {
				t.Errorf("asked %s, want %s", got, c.asked)
			}
		})
	}
}

func TestAListingIsWholeOrAnError(t *testing.T) {
	row := func(id string) string { return `{"id":"` + id + `","status":"NEW"}` }
	for name, c := range map[string]struct {
		list []string
		want int // -1 for an error
	}{
		"one page":      {[]string{`200 {"totalFound":1,"content":[` + row("a") + `]}`}, 1},
		"two pages":     {[]string{`200 {"nextPageId":"p","content":[` + row("a") + `]}`, `200 {"content":[` + row("b") + `]}`}, 2},
		"repeated rows": {[]string{`200 {"nextPageId":"p","content":[` + row("a") + `]}`, `200 {"content":[` + row("a") + `,` + row("b") + `]}`}, 2},
		"a row that moved is read again": {[]string{`200 {"totalFound":2,"nextPageId":"p","content":[` + row("a") + `]}`, `200 {"totalFound":2,"content":[` + row("a") + `]}`,
			`200 {"totalFound":2,"content":[` + row("b") + `]}`}, 2},
		"never whole":            {strings.Split(strings.Repeat(`200 {"totalFound":9,"content":[`+row("a")+`]}|`, 9), "|"), -1},
		"a page id that repeats": {strings.Split(strings.Repeat(`200 {"nextPageId":"p","content":[]}|`, 9), "|"), -1},
		"a page id refused":      {[]string{`200 {"nextPageId":"p","content":[]}`, `400 {"errors":[{"code":"INVALID_PAGE_ID"}]}`}, -1},
		"no page at all":         {[]string{`200 {}`}, -1},
		"empty":                  {[]string{`200 {"totalFound":0,"content":[]}`}, 0},
		"the second page lost":   {[]string{`200 {"nextPageId":"p","content":[` + row("a") + `]}`}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			conn, a := with(t, lent{}, c.list...)
			got, err := conn.ListJobs(t.Context())
			if len(a.asked) > 4 {
				t.Errorf("%d pages were asked for", len(a.asked))
			}
			if c.want < 0 && (connector.KindOf(err) != connector.Unavailable || got != nil) || c.want >= 0 && (err != nil || len(got) != c.want) {
				t.Errorf("%d jobs, %v, want %d", len(got), err, c.want)
			}
		})
	}
}
