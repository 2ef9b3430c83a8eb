package smartrecruiters

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
	"handoff/internal/secret"
)

// hookEvents are what we ask for (S: names): a stage, and what says that a job
// closed or changed its name.
func hookEvents() []string {
	return []string{"application.status.updated", "job.updated", "job.status.updated"}
}

// Subscribe implements connector.Webhooks.
func (c *conn) Subscribe(ctx context.Context, url string, token secret.String) (string, error) {
	s, err := call(ctx, c, writing, "subscribe", func(api srapi.Client) (srapi.Subscription, error) {
		return api.Subscribe(ctx, url, connector.HookHeader, token, hookEvents())
	})
	return string(s.ID), err
}

// MakeHookKey implements connector.Webhooks.
func (c *conn) MakeHookKey(ctx context.Context, id string) (secret.String, error) {
	return call(ctx, c, writing, "secret_key", func(api srapi.Client) (secret.String, error) { return api.MakeSecretKey(ctx, id) })
}

// Activate implements connector.Webhooks. An active one is a success (S: 409).
func (c *conn) Activate(ctx context.Context, id string) error {
	_, err := call(ctx, c, writing, "activation", func(api srapi.Client) (struct{}, error) { return struct{}{}, api.Activate(ctx, id) })
	if connector.KindOf(err) == connector.Duplicate {
		return nil
	}
	return err
}

// HookState implements connector.Webhooks.
func (c *conn) HookState(ctx context.Context, id string) (bool, error) {
	s, err := call(ctx, c, reading, "subscription", func(api srapi.Client) (srapi.Subscription, error) { return api.Subscription(ctx, id) })
	return s.Status == "active", err
}

// Unsubscribe implements connector.Webhooks.
func (c *conn) Unsubscribe(ctx context.Context, id, url string) error {
	if id == "" {
		all, err := call(ctx, c, reading, "subscriptions", func(api srapi.Client) ([]srapi.Subscription, error) { return api.Subscriptions(ctx) })
		for _, s := range all {
			if err == nil && s.CallbackURL == url && s.ID != "" {
				err = c.Unsubscribe(ctx, string(s.ID), url)
			}
		}
		return err
	}
	_, err := call(ctx, c, writing, "unsubscribe", func(api srapi.Client) (struct{}, error) { return struct{}{}, api.Unsubscribe(ctx, id) })
	if connector.KindOf(err) == connector.Gone {
		return nil
	}
	return err
}

// hooks reads what a subscription sends (reference 10).
type hooks struct{}

// handshakeHeader is echoed in the answer to an activation's call (S).
const handshakeHeader = "X-Hook-Secret"

// Handshake implements connector.HookReader.
func (hooks) Handshake(h http.Header) (name, value string, ok bool) {
	value = h.Get(handshakeHeader)
	return handshakeHeader, value, value != ""
}

// ReadHook implements connector.HookReader. The Link header is signed and never
// followed: where an entity is read is ours to know.
func (hooks) ReadHook(h http.Header, body []byte, keys []secret.String) (connector.HookEvent, error) {
	none := connector.HookEvent{}
	id, name := h.Get("event-id"), h.Get("event-name")
	signed := strings.Join([]string{h.Get("smartrecruiters-timestamp"), string(body), id, name, h.Get("event-version"), h.Get("Link")}, ".")
	if !signedBy(keys, signed, h.Get("smartrecruiters-signature")) {
		return none, &connector.Error{Kind: connector.Unauthorized, Op: "webhook", Code: "SIGNATURE"}
	}
	if id == "" || len(id) > 100 {
		return none, &connector.Error{Kind: connector.Rejected, Op: "webhook", Code: "EVENT_ID"}
	}
	e := connector.HookEvent{ID: id, Kind: connector.HookOther}
	var b struct {
		ID          string `json:"id"` // of a job
		Job         string `json:"job_id"`
		Candidate   string `json:"candidate_id"`
		Application string `json:"application_id"`
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return none, &connector.Error{Kind: connector.Rejected, Op: "webhook", Code: "BODY", Err: errHookBody}
	}
	switch name {
	case "application.status.updated":
		e.Kind, e.Job, e.Candidate, e.Application = connector.HookStage, recruit.RemoteJobID(b.Job), recruit.RemoteCandidateID(b.Candidate), recruit.RemoteApplicationID(b.Application)
	case "job.updated", "job.status.updated":
		e.Kind, e.Job = connector.HookJob, recruit.RemoteJobID(b.ID)
	}
	if e.Kind == connector.HookStage && (e.Job == "" || e.Candidate == "") || e.Kind == connector.HookJob && e.Job == "" {
		return none, &connector.Error{Kind: connector.Rejected, Op: "webhook", Code: "BODY", Err: errHookBody}
	}
	return e, nil
}

var errHookBody = errors.New("the body names nothing that can be read")

// signedBy compares each signature of the header (v1=HEX, separated by
// semicolons, one for each live key) with that of each key, in constant time.
func signedBy(keys []secret.String, text, header string) bool {
	var given [][]byte
	for part := range strings.SplitSeq(header, ";") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(part), "v1="); ok && len(given) < 32 {
			if b, err := hex.DecodeString(v); err == nil {
				given = append(given, b)
			}
		}
	}
	ok := false
	for _, k := range keys {
		m := hmac.New(sha256.New, []byte(k.Reveal()))
		m.Write([]byte(text))
		want := m.Sum(nil)
		for _, g := range given {
			ok = hmac.Equal(want, g) || ok
		}
	}
	return ok
}
