package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func hashOf(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func fingerprintOf(path, body string) string { return hashOf(path + "\napplication/json\n" + body) }

// Everything that a person or an operator would not want to read elsewhere.
var private = []string{"Wiśniewska", "zofia.w@", "Zofia.W@", "600100200", "600 100 200", "linkedin.com/in/zofia", "Tajne-CV", "hush-hush", "a long enough password"}

func TestNoRefusalAndNoLogLineHoldsWhatWasSent(t *testing.T) {
	h, ids := furnished(t)
	p := ids["process"]
	sent := []got{}
	for _, field := range []string{"first_name", "last_name", "email", "phone", "linkedin_url"} {
		body := h.candidate(p)
		body["candidate"].(map[string]any)[field] = []string{"Wiśniewska", "zofia.w@"}
		sent = append(sent, h.admin.ask("POST", "/processes/"+p+"/applications", body))
		body = h.candidate(p)
		body["candidate"].(map[string]any)[field] = "Wiśniewska zofia.w@ " + strings.Repeat("600100200", 40)
		sent = append(sent, h.admin.ask("POST", "/processes/"+p+"/applications", body))
	}
	body := h.candidate(p)
	body["zofia.w@example.com"] = "Wiśniewska"
	sent = append(sent, h.admin.ask("POST", "/processes/"+p+"/applications", body))
	body = h.candidate(p)
	delete(body["candidate"].(map[string]any), "email") // huma's own refusal quotes the whole object
	sent = append(sent, h.admin.ask("POST", "/processes/"+p+"/applications", body))
	cv := withCV(h.candidate(p), "Tajne-CV Wiśniewska.pdf", []byte("not a CV of zofia.w@"))
	sent = append(sent, h.admin.ask("POST", "/processes/"+p+"/applications", cv))
	for _, broken := range []string{`{"name": "zofia.w@`, `{"zofia.w@example.com": "Wiśniewska"}`, `["Wiśniewska"]`, `"hush-hush"`} {
		sent = append(sent, h.oper.ask("POST", "/companies", broken), h.admin.ask("POST", "/connections", broken),
			h.admin.ask("POST", "/processes/"+p+"/applications", broken))
	}
	sent = append(sent,
		h.admin.ask("POST", "/connections", map[string]any{"ats": "smartrecruiters", "auth": "api_key", "credentials": map[string]any{"api_key": "hush-hush", "x": "hush-hush"}}),
		h.admin.ask("POST", "/users", map[string]any{"email": "zofia.w@x", "name": "Wiśniewska", "role": "user", "password": "hush-hush"}),
		h.admin.ask("GET", "/applications?q=zofia.w@example.com", nil),
		h.admin.ask("GET", "/applications?zofia.w@example.com=Wiśniewska", nil),
		h.admin.ask("GET", "/applications?stage=zofia.w@example.com", nil),
		h.admin.ask("GET", "/applications/zofia.w@example.com", nil),
		h.oper.ask("POST", "/companies", `{}`, "Idempotency-Key", "zofia.w@ Wiśniewska"))
	for _, g := range sent {
		if g.status < 400 {
			t.Errorf("answered %d: %s", g.status, g.body)
		}
		for _, s := range private {
			if strings.Contains(string(g.body), s) {
				t.Errorf("a refusal says %q: %s", s, g.body)
			}
		}
	}
	log := h.log.String()
	if !strings.Contains(log, "http.request") {
		t.Error("nothing was logged")
	}
	for _, s := range append(private, h.admin.token, ids["application"]+"/", "q=") {
		if strings.Contains(log, s) {
			t.Errorf("the log says %q", s)
		}
	}
}

func TestNoAnswerTellsACredential(t *testing.T) {
	h, ids := furnished(t)
	h.admin.ask("PATCH", "/connections/"+ids["connection"], map[string]any{"credentials": map[string]any{"api_key": "hush-hush-other"}}).want(200)
	var all strings.Builder
	for _, r := range h.Routes() {
		if r.Method == "GET" && strings.HasPrefix(r.Pattern, "/api/v1/") {
			all.Write(h.admin.ask("GET", address(r.Pattern, ids), nil).body)
		}
	}
	for _, s := range []string{"hush-hush", "a long enough password", h.admin.token} {
		if strings.Contains(all.String(), s) {
			t.Errorf("an answer tells %q", s)
		}
	}
	if !strings.Contains(all.String(), fmt.Sprintf("%q", ids["connection"])) {
		t.Error("nothing was read")
	}
}
