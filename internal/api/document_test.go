package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"handoff/internal/door"
)

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

func TestTheDocumentIsTheOneThatWasPromised(t *testing.T) {
	h := start(t)
	res, err := http.Get(h.URL() + "/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	now, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	now = append(now, '\n')
	golden := filepath.Join("testdata", "openapi.json")
	if *update {
		if err := os.WriteFile(golden, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(was, now) {
		t.Error("the API changed: look at the difference after go test ./internal/api -run TestTheDocument -update, and note it in the changelog")
	}
}

func TestTheDocumentAndTheAuthorisationTableNameTheSameOperations(t *testing.T) {
	h := start(t)
	res, err := http.Get(h.URL() + "/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var doc struct {
		Paths map[string]map[string]struct {
			Security []map[string][]string `json:"security"`
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	var told, listed []string
	for path, methods := range doc.Paths {
		for m := range methods {
			told = append(told, strings.ToUpper(m)+" /api/v1"+path)
		}
	}
	for _, r := range h.Routes() {
		if !strings.HasPrefix(r.Pattern, "/api/v1/") {
			continue
		}
		listed = append(listed, r.Method+" "+r.Pattern)
		switch r.Access {
		case door.Token, door.AnyToken, door.Admin, door.Operator:
		default:
			t.Errorf("%s %s is open to %s", r.Method, r.Pattern, r.Access)
		}
	}
	sort.Strings(told)
	sort.Strings(listed)
	if a, b := strings.Join(told, "\n"), strings.Join(listed, "\n"); a != b {
		t.Errorf("the document tells\n%s\nthe table lists\n%s", a, b)
	}
	if len(told) < 50 {
		t.Errorf("only %d operations", len(told))
	}
}

func TestTheDocsPageNeedsNothingFromElsewhere(t *testing.T) {
	h := start(t)
	res, err := http.Get(h.URL() + "/api/docs")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || !bytes.Contains(b, []byte(`id="apply"`)) || !bytes.Contains(b, []byte(`id="Application"`)) {
		t.Errorf("status %d, %d bytes", res.StatusCode, len(b))
	}
	for _, part := range []string{"part application <i>required</i>", "part cv<"} {
		if !bytes.Contains(b, []byte(part)) {
			t.Errorf("the page does not tell %q of multipart", part)
		}
	}
	for _, bad := range []string{"<script", "style=", "http://", "https://", " onclick"} {
		if bytes.Contains(b, []byte(bad)) {
			t.Errorf("the page has %s", bad)
		}
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
}
