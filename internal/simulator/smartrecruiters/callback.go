package smartrecruiters

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// request builds an attempt, signed by every live key; nil when its authentication failed.
func (h *sender) request(ctx context.Context, sub *subscription, d *delivery) (*http.Request, callback) {
	s := h.s
	s.mu.Lock()
	now, version := s.clock.Now(), string(s.Switches().EventVersion)
	keys := sub.liveKeys(now)
	target := sub.callbackURL
	s.mu.Unlock()

	headers := map[string]string{"Content-Type": "application/json", "event-name": d.event, "event-version": version, "event-id": d.id}
	if d.link != "" {
		headers["Link"] = d.link
	}
	if len(keys) > 0 {
		ts := strconv.FormatInt(now.Unix(), 10)
		headers["smartrecruiters-timestamp"] = ts
		headers["smartrecruiters-signature"] = signatureHeader(keys, ts, d, version)
	}
	entry := callback{at: now, url: target, body: string(d.body), headers: headers}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(d.body))
	if err != nil {
		return nil, entry
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	if !h.authenticate(req, sub) {
		return nil, entry
	}
	return req, entry
}

// authenticate adds what callbackAuthentication asks for.
func (h *sender) authenticate(req *http.Request, sub *subscription) bool {
	str := func(name string) string { v, _ := sub.auth[name].(string); return v }
	switch str("type") {
	case "basic":
		req.SetBasicAuth(str("username"), str("password"))
	case "header":
		req.Header.Set(str("headerName"), str("headerValue"))
	case "oauth2":
		token := h.callbackToken(req.Context(), sub, str("tokenServiceUrl"), url.Values{"grant_type": {"client_credentials"},
			"client_id": {str("clientId")}, "client_secret": {str("clientSecret")}})
		req.Header.Set("Authorization", "Bearer "+token)
		return token != ""
	}
	return true
}

// callbackToken asks the receiver's token service; expires_in is in milliseconds there (S).
func (h *sender) callbackToken(ctx context.Context, sub *subscription, service string, form url.Values) string {
	h.s.mu.Lock()
	token, until := sub.token, sub.tokenUntil
	h.s.mu.Unlock()
	if token != "" && h.s.clock.Now().Before(until) {
		return token
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, service, strings.NewReader(form.Encode()))
	if err != nil {
		return ""
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer struct {
		AccessToken string  `json:"access_token"`
		ExpiresIn   float64 `json:"expires_in"`
	}
	ok := h.do(req, callbackTime, func(res *http.Response) bool {
		return res.StatusCode == http.StatusOK && json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer) == nil
	})
	if !ok {
		return ""
	}
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	sub.token, sub.tokenUntil = answer.AccessToken, h.s.clock.Now().Add(time.Duration(answer.ExpiresIn)*time.Millisecond)
	return answer.AccessToken
}

func (h *sender) handshake(sub *subscription, secret string) bool {
	req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, sub.callbackURL, nil)
	if err != nil || !h.authenticate(req, sub) {
		return false
	}
	req.Header.Set("X-Hook-Secret", secret)
	return h.do(req, handshakeTime, func(res *http.Response) bool {
		return res.StatusCode == http.StatusOK && res.Header.Get("X-Hook-Secret") == secret
	})
}

func (h *sender) do(req *http.Request, within time.Duration, good func(*http.Response) bool) bool {
	ctx, cancel := context.WithTimeout(req.Context(), within)
	defer cancel()
	res, err := h.client.Do(req.WithContext(ctx))
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return good(res)
}
