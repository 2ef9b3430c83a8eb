package srapi

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"handoff/internal/connector"
)

// canned is a transport with one answer for everything.
type canned struct {
	status int
	body   string
}

func (c canned) Do(connector.Op, *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: c.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(c.body))}, nil
}

func TestErrorBodiesInEveryShape(t *testing.T) {
	for body, want := range map[string]string{
		`{"message":"Bad","errors":[{"code":"A","message":"m"},{"code":"b_2"}]}`: "A B_2",
		`{"id":"x","code":"DATA_VALIDATION_ERROR","message":"m"}`:                "DATA_VALIDATION_ERROR",
		`{"message":"m","errors":[{"dataPath":"a.b","message":"m"}]}`:            "",
		`{"errors":[{"code":"Jan Kowalski"},{"code":42}]}`:                       "42",
		`{"errors":{"code":"A"},"code":"B"}`:                                     "B",
		`<html>`:                                                                 "", ``: "", `[]`: "", `null`: "", `"A"`: "", `{"errors":[null,{}]}`: "",
	} {
		if got, _ := parseError([]byte(body)); strings.Join(got, " ") != want {
			t.Errorf("%s has the codes %v, want %s", body, got, want)
		}
	}
	for body, want := range map[string]string{`{"error":"invalid_grant"}`: "invalid_grant", `{"error":"INVALID_CLIENT"}`: "invalid_client",
		`{"error":"jan@example.com"}`: "", `{"error":{"a":1}}`: ""} {
		if _, got := parseError([]byte(body)); got != want {
			t.Errorf("%s is %q, want %q", body, got, want)
		}
	}
}

func FuzzParseError(f *testing.F) {
	for _, s := range []string{`{"errors":[{"code":"A"}]}`, `{"id":"1","code":"B"}`, `{"error":"invalid_grant"}`, `{"errors":[{"dataPath":"x"}]}`, "\xef\xbb\xbf{}", `{"code":1e9}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		codes, oauth := parseError(b)
		for _, c := range codes {
			if c == "" || connector.SafeCode(c) != c {
				t.Errorf("%q is no code", c)
			}
		}
		if strings.ContainsAny(oauth, " @") || len(oauth) > 32 || len(codes) > 17 {
			t.Errorf("%q, %d codes", oauth, len(codes))
		}
	})
}

func FuzzJobs(f *testing.F) {
	for _, s := range []string{`{"totalFound":1,"content":[{"id":"a","location":{"city":"X"}}]}`, `{"content":[{"id":7,"template":true}],"nextPageId":"x"}`, `{"content":null}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		rows := 0
		err := Client{HTTP: canned{200, body}, Base: "https://api.example.com"}.Jobs(t.Context(), func(j Job) {
			if rows++; j.ID == "" {
				t.Error("a job without an id")
			}
		})
		if err == nil && !json.Valid([]byte(strings.TrimPrefix(body, "\xef\xbb\xbf"))) {
			t.Errorf("%q was read", body)
		}
	})
}

func FuzzCandidates(f *testing.F) {
	for _, s := range []string{`{"content":[{"id":"a","email":"x@y","createdOn":"2026-10-05T18:42:11.512Z","tags":["t",1,null],"primaryAssignment":{"job":{"id":"j"}}}]}`, `{"content":[{"tags":null}]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		_ = Client{HTTP: canned{200, body}, Base: "https://api.example.com"}.Candidates(t.Context(), "j", func(c Candidate) {
			if c.ID == "" {
				t.Error("a candidate without an id")
			}
		})
	})
}

func FuzzToken(f *testing.F) {
	for _, s := range []string{`{"access_token":"a","expires_in":1800,"refresh_token":"r"}`, `{"access_token":"a","expires_in":"3600"}`, `{"expires_in":-1}`, `{"access_token":7}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, err := Client{HTTP: canned{200, body}, Base: "https://api.example.com"}.RequestToken(t.Context(), nil)
		if err == nil && got.AccessToken == "" {
			t.Error("a token without a token")
		}
		if err != nil && connector.KindOf(err) != connector.Unanswered {
			t.Errorf("%v", err)
		}
	})
}

func TestTimesInTheVendorsForms(t *testing.T) {
	want := time.Date(2026, 10, 5, 18, 42, 11, 512e6, time.UTC)
	for _, s := range []string{`"2026-10-05T18:42:11.512Z"`, `"2026-10-05T18:42:11.512+00:00"`, `"2026-10-05T20:42:11.512+0200"`, `"2026-10-05T18:42:11.512"`} {
		var v Time
		if err := json.Unmarshal([]byte(s), &v); err != nil || !v.Equal(want) {
			t.Errorf("%s is %v, %v", s, v, err)
		}
	}
	for _, s := range []string{`null`, `""`, `7`, `"soon"`, `{}`} {
		var v Time
		if err := json.Unmarshal([]byte(s), &v); err != nil || !v.IsZero() {
			t.Errorf("%s is %v, %v", s, v, err)
		}
	}
}

func TestAnIDCannotLeaveItsPlaceInAPath(t *testing.T) {
	for _, c := range []struct{ template, value, want string }{
		{"/candidates/{id}", "a/../b?x#y", "/candidates/a%2F..%2Fb%3Fx%23y"}, {"/jobs", "x", "/jobs"},
		{"/jobs/{jobId}/candidates", "{id}", "/jobs/%7Bid%7D/candidates"},
	} {
		if got := path(c.template, []string{c.value}); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
