package atshttp_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"handoff/internal/atshttp"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestRetryAfterInBothForms(t *testing.T) {
	for v, want := range map[string]time.Duration{
		"0": 0, "7": 7 * time.Second, " 2.5 ": 2500 * time.Millisecond, "99999999999999999999": time.Hour,
		"Sat, 21 Nov 2026 12:00:30 GMT": 30 * time.Second, "Sat, 21 Nov 2026 11:00:00 GMT": 0, "Sun, 21 Nov 2027 11:00:00 GMT": time.Hour,
	} {
		if got, ok := atshttp.RetryAfter(http.Header{"Retry-After": {v}}, noon); !ok || got != want {
			t.Errorf("%q is %v, %v, want %v", v, got, ok, want)
		}
	}
	for _, v := range []string{"", "soon", "-1", "NaN"} {
		if got, ok := atshttp.RetryAfter(http.Header{"Retry-After": {v}}, noon); ok {
			t.Errorf("%q is believed: %v", v, got)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"7", "-1", "1e400", "inf", "Sat, 21 Nov 2026 12:00:30 GMT", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, _ := atshttp.RetryAfter(http.Header{"Retry-After": {s}}, noon); d < 0 || d > atshttp.LongestRetryAfter {
			t.Errorf("%q is %v", s, d)
		}
	})
}

func TestNextLink(t *testing.T) {
	for v, want := range map[string]string{
		`</jobs?pageId=a%2Fb%3D>; rel="next"`:                    "a/b=",
		`</jobs?pageId=x>; rel=prev, </jobs?pageId=y>; rel=next`: "y",
		`</jobs?pageId=x>; title="a, b"; REL="last next"`:        "x",
		`<https://evil.example/?pageId=z>; rel="next"`:           "z",
		`</jobs?pageId=x>; rel="prev"`:                           "",
		`jobs; rel=next`:                                         "", `<`: "", `<>; rel=next`: "", `<%zz>; rel=next`: "",
	} {
		got := ""
		if u := atshttp.NextLink(http.Header{"Link": {v}}); u != nil {
			got = u.Query().Get("pageId")
		}
		if got != want {
			t.Errorf("%s leads to %q, want %q", v, got, want)
		}
	}
}

func FuzzNextLink(f *testing.F) {
	for _, s := range []string{`</a?b=c>; rel="next"`, `<a>;rel=next,<b>`, `<<<>>>;;;,,,`, `"`} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) { atshttp.NextLink(http.Header{"Link": {s}}) })
}

func TestAnUnreadableAnswerIsNotQuoted(t *testing.T) {
	for _, body := range []string{"", "<html>" + canary, `{"id": "` + canary, `{"n": "` + canary + `"}`, `{"n": 1} ` + canary} {
		var v struct {
			N int `json:"n"`
		}
		err := atshttp.DecodeJSON(strings.NewReader(body), &v)
		if !errors.Is(err, atshttp.ErrAnswer) || strings.Contains(err.Error(), "kowalski") {
			t.Errorf("%q gives %v", body, err)
		}
	}
	var v struct {
		ID    atshttp.Text `json:"id"`
		Other atshttp.Text `json:"other"`
		Life  atshttp.Int  `json:"life"`
	}
	if err := atshttp.DecodeJSON(strings.NewReader("\xef\xbb\xbf"+`{"id": 42, "other": null, "life": "1800", "new": {"x": []}}`), &v); err != nil || v.ID != "42" || v.Other != "" || v.Life != 1800 {
		t.Errorf("%+v, %v", v, err)
	}
}

func FuzzLenientValues(f *testing.F) {
	for _, s := range []string{`"a"`, `1`, `-1.5e300`, `null`, `true`, `{}`, `[1]`, `"12"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var v struct {
			A atshttp.Text
			B atshttp.Int
		}
		body := `{"A":` + s + `,"B":` + s + `}`
		if err := atshttp.DecodeJSON(strings.NewReader(body), &v); err == nil && !json.Valid([]byte(body)) {
			t.Errorf("%q was read", body)
		}
	})
}
