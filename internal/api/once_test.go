package api_test

import (
	"context"
	"strings"
	"sync"
	"testing"
)

func TestTheSameKeyAndBodyGiveTheFirstAnswerAgain(t *testing.T) {
	h := start(t)
	company := map[string]any{"name": "Cedar Logistics"}
	first := h.oper.ask("POST", "/companies", company, "Idempotency-Key", "one").want(201)
	if first.header.Get("Idempotency-Replayed") != "" {
		t.Error("the first answer says it was replayed")
	}
	again := h.oper.ask("POST", "/companies", company, "Idempotency-Key", "one").want(201)
	if string(again.body) != string(first.body) || again.header.Get("Location") != first.header.Get("Location") ||
		again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("first %s, again %s, %v", first.body, again.body, again.header)
	}
	if n := len(h.oper.ask("GET", "/companies", nil).want(200).get("items").([]any)); n != 3 {
		t.Errorf("%d companies, want 3", n)
	}
	h.oper.ask("POST", "/companies", map[string]any{"name": "Cedar Two"}, "Idempotency-Key", "one").want(409, "idempotency_conflict")
	h.oper.ask("POST", "/companies", company, "Idempotency-Key", "two").want(201)
}

func TestAKeyBelongsToItsTokenAndItsRoute(t *testing.T) {
	h := start(t)
	a := h.admin.ask("POST", "/processes", map[string]any{"name": "One"}, "Idempotency-Key", "same").want(201).text("id")
	b := h.other.ask("POST", "/processes", map[string]any{"name": "One"}, "Idempotency-Key", "same").want(201).text("id")
	if a == b {
		t.Error("two companies share a process")
	}
	h.admin.ask("POST", "/tokens", map[string]any{"name": "x", "role": "user"}, "Idempotency-Key", "same").want(201)
	// Of another resource under the same route it is another request.
	p, q := h.admin.open(), h.admin.open()
	h.admin.ask("POST", "/processes/"+p+"/applications", h.candidate(p), "Idempotency-Key", "app").want(201)
	h.admin.ask("POST", "/processes/"+q+"/applications", h.candidate(q), "Idempotency-Key", "app").want(409, "idempotency_conflict")
}

func TestWhatWasRefusedMayBeCorrectedUnderTheSameKey(t *testing.T) {
	h := start(t)
	h.oper.ask("POST", "/companies", map[string]any{"name": ""}, "Idempotency-Key", "k").want(422)
	h.oper.ask("POST", "/companies", map[string]any{"name": "Now with a name"}, "Idempotency-Key", "k").want(201)
}

func TestAReplayedTokenHasNoSecretAndSaysSo(t *testing.T) {
	h := start(t)
	body := map[string]any{"name": "ci", "role": "user"}
	first := h.admin.ask("POST", "/tokens", body, "Idempotency-Key", "t").want(201)
	again := h.admin.ask("POST", "/tokens", body, "Idempotency-Key", "t").want(201)
	if first.text("secret") == "" || first.text("secret_state") != "shown_now" {
		t.Errorf("first %s", first.get("secret_state"))
	}
	if again.get("secret") != nil || again.text("secret_state") != "shown_before" || again.text("id") != first.text("id") {
		t.Errorf("again: state %q", again.text("secret_state"))
	}
	if strings.Contains(string(h.admin.ask("GET", "/tokens", nil).want(200).body), first.text("secret")) {
		t.Error("the list tells the secret")
	}
}

func TestOneOfManyAtOnceDoesTheWork(t *testing.T) {
	h := start(t)
	p := h.admin.open()
	body := h.candidate(p)
	statuses := make([]int, 12)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = h.admin.ask("POST", "/processes/"+p+"/applications", body, "Idempotency-Key", "race").status
		})
	}
	wg.Wait()
	for _, s := range statuses {
		if s != 201 && s != 409 {
			t.Errorf("status %d", s)
		}
	}
	id := h.admin.ask("GET", "/applications", nil).want(200).text("items.0.id")
	for _, e := range h.admin.ask("GET", "/applications/"+id+"/timeline", nil).want(200).get("items").([]any) {
		if kind := e.(map[string]any)["kind"].(string); strings.Contains(kind, "resubmi") {
			t.Errorf("the work was done twice: %s", kind)
		}
	}
}

func TestWorkUnderWayIsSaidToBe(t *testing.T) {
	h := start(t)
	body := `{"name":"Stuck"}`
	// As a process leaves it that is still at work: claimed, not finished.
	tokens := h.oper.ask("GET", "/tokens", nil).want(200)
	scope := tokens.text("items.0.id") + " POST /companies"
	h.oper.ask("POST", "/companies", body, "Idempotency-Key", "seen").want(201)
	if _, _, err := h.Store.ClaimKey(context.Background(), scope, hashOf("stuck"), fingerprintOf("/api/v1/companies", body)); err != nil {
		t.Fatal(err)
	}
	g := h.oper.ask("POST", "/companies", body, "Idempotency-Key", "stuck").want(409, "idempotency_in_progress")
	if g.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestAKeyHasABound(t *testing.T) {
	h := start(t)
	h.oper.ask("POST", "/companies", map[string]any{"name": "x"}, "Idempotency-Key", strings.Repeat("k", 255)).want(201)
	h.oper.ask("POST", "/companies", map[string]any{"name": "x"}, "Idempotency-Key", strings.Repeat("k", 256)).want(422, "invalid")
	h.oper.ask("POST", "/companies", map[string]any{"name": "x"}, "Idempotency-Key", "a b").want(422, "invalid")
}
