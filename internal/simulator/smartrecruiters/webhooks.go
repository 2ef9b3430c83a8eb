package smartrecruiters

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

const (
	subscriptionLimit = 20             // per user, or per OAuth app and user (S)
	secretKeyLimit    = 16             // live keys (S)
	secretKeyOverlap  = 24 * time.Hour // a new key leaves the older ones valid so long (S)
	handshakeTime     = 20 * time.Second
	callbackLogDays   = 30
)

type subscription struct {
	id, callbackURL, owner string
	events                 []string
	auth                   obj
	active                 bool
	suspended              bool // the vendor switched it off after repeated failures
	keys                   []hookKey
	queue                  []*delivery
	failures               int // in a row
	log                    []callback
	token                  string // of callbackAuthentication oauth2
	tokenUntil             time.Time
	wake                   chan struct{}
	stop                   context.CancelFunc // of its worker; nil while inactive
}

type hookKey struct {
	value   string
	created time.Time
}

type callback struct {
	at      time.Time
	ok      bool
	url     string
	body    string
	headers map[string]string
}

// eventNames is the vendor's list (S).
var eventNames = strings.Fields(`job.created job.updated job.status.updated job.hiring-team.updated job.ad.created job.ad.updated
	job.ad.postings.updated position.created position.updated position.deleted application.created application.status.updated
	application.fields.updated application.onboarding-status.updated application.attachment.created application.source.updated
	candidate.created candidate.updated candidate.deleted offer.created offer.updated offer.approval.created offer.approval.approved
	offer.approval.rejected offer.approval.abandoned offer.approval.step.approved offer.approval.step.rejected offer.approver.skipped
	offer.approver.delegated offer.approval.comment.created job.approval.created job.approval.approved job.approval.rejected
	job.approval.abandoned job.approval.step.approved job.approval.step.rejected job.approver.skipped job.approver.delegated
	job.approval.comment.created review.created review.updated review.deleted application.screening-answers.created
	application.screening-answers.updated onboarding.process.started onboarding.assignments.high-priority.completed
	onboarding.assignments.completed`)

var subscriptionShape = object(need("callbackUrl", text(1, 0)), need("events", list(text(1, 0), 1, 0)),
	may("alertingEmailAddress", email), may("alertEmailAddress", email), // the guide's spelling (D)
	may("callbackAuthentication", authShape))

func authShape(path string, v any) []problem {
	m, _ := v.(obj)
	kind := need("type", oneOf("basic", "header", "oauth2"))
	switch m["type"] {
	case "basic":
		return object(kind, need("username", text(1, 0)), need("password", text(1, 0)))(path, v)
	case "header":
		out := object(kind, need("headerName", text(3, 0)), need("headerValue", text(1, 0)))(path, v)
		if name, _ := m["headerName"].(string); !strings.HasPrefix(strings.ToLower(name), "x-") {
			out = append(out, problem{codeInvalid, path + ".headerName must begin with x-"})
		}
		return out
	case "oauth2":
		return object(kind, need("clientId", text(1, 0)), need("clientSecret", text(1, 0)), need("tokenServiceUrl", text(1, 0)))(path, v)
	}
	return object(kind)(path, v)
}

// owner is whom the limit counts for: the user, or the pair where there is none.
func (c *credential) owner() string {
	if c.user != nil {
		return c.user.id + " " + c.clientID
	}
	return c.id
}

func (c *call) createSubscription() *simkit.Answer {
	body := c.body.(obj)
	u, err := url.Parse(body["callbackUrl"].(string))
	if err != nil || u.Host == "" || u.Scheme != "https" && !(c.s.options.PlainCallbacks && u.Scheme == "http") {
		return c.fail(http.StatusUnprocessableEntity, "INVALID_CALLBACK_URL", "The callback URL must be https")
	}
	events := strs(body["events"])
	for i, e := range events {
		if !slices.Contains(eventNames, e) || slices.Contains(events[:i], e) {
			return c.fail(http.StatusUnprocessableEntity, "INVALID_EVENT", "Unknown or repeated event "+e)
		}
	}
	n := 0
	for _, sub := range c.s.st.subscriptions {
		if sub.owner == c.cred.owner() {
			n++
		}
	}
	if n >= subscriptionLimit {
		return c.fail(http.StatusForbidden, "SUBSCRIPTIONS_LIMIT_EXCEEDED", "At most 20 subscriptions")
	}
	sub := &subscription{id: c.s.rand.UUID(), callbackURL: u.String(), owner: c.cred.owner(), events: events, wake: make(chan struct{}, 1)}
	sub.auth, _ = body["callbackAuthentication"].(obj)
	c.s.st.subscriptions = append(c.s.st.subscriptions, sub)
	return c.json(http.StatusCreated, c.subscription(sub))
}

func (c *call) subscription(sub *subscription) obj {
	events := []obj{}
	for _, e := range sub.events {
		events = append(events, obj{"name": e, "version": string(c.sw.EventVersion)})
	}
	status := "inactive"
	if sub.active {
		status = "active"
	}
	return obj{"id": sub.id, "callbackUrl": sub.callbackURL, "events": events, "status": status}
}

func (c *call) findSubscription() (*subscription, *simkit.Answer) {
	for _, sub := range c.s.st.subscriptions {
		if sub.id == c.Params["id"] && sub.owner == c.cred.owner() {
			return sub, nil
		}
	}
	return nil, c.fail(http.StatusNotFound, "SUBSCRIPTION_NOT_FOUND", "Subscription not found")
}

func (c *call) getSubscription() *simkit.Answer {
	sub, bad := c.findSubscription()
	if bad != nil {
		return bad
	}
	return c.json(http.StatusOK, c.subscription(sub))
}

func (c *call) listSubscriptions() *simkit.Answer {
	items := []obj{}
	for _, sub := range c.s.st.subscriptions {
		if sub.owner == c.cred.owner() {
			items = append(items, c.subscription(sub))
		}
	}
	return c.bareList(items)
}

// bareList answers a bare array; the next page is in Link only, and its name is page_id here (S).
func (c *call) bareList(items []obj) *simkit.Answer {
	limit, bad := c.whole("limit", 10, 1, 100)
	if bad != nil {
		return bad
	}
	from := 0
	if c.Query.Has("page_id") {
		_, value, ok := c.s.readPageID(c.Op.ID, c.Query.Get("page_id"))
		if !ok {
			return c.badPage()
		}
		from, _ = strconv.Atoi(value)
	}
	items = items[min(from, len(items)):]
	more := len(items) > limit
	a := c.json(http.StatusOK, items[:min(limit, len(items))])
	if more {
		a.Header.Set("Link", c.nextLink(c.Request.URL.EscapedPath(), "page_id", c.s.pageID(c.Op.ID, "at", strconv.Itoa(from+limit))))
	}
	return a
}

func (c *call) deleteSubscription() *simkit.Answer {
	sub, bad := c.findSubscription()
	if bad != nil {
		return bad
	}
	sub.off()
	c.s.st.subscriptions = slices.DeleteFunc(c.s.st.subscriptions, func(x *subscription) bool { return x == sub })
	return nothing()
}

// activateSubscription does the handshake inside the call: POST with X-Hook-Secret, to be echoed
// with 200 within 20 seconds (S, D). The lock is free meanwhile, since the receiver may call back.
func (c *call) activateSubscription() *simkit.Answer {
	sub, bad := c.findSubscription()
	if bad != nil {
		return bad
	}
	if sub.active {
		return c.fail(http.StatusConflict, "SUBSCRIPTION_ALREADY_ACTIVE", "The subscription is active")
	}
	secret := c.s.rand.Hex(16)
	c.s.mu.Unlock()
	ok := c.s.hooks.handshake(sub, secret)
	c.s.mu.Lock()
	if !slices.Contains(c.s.st.subscriptions, sub) { // deleted while the receiver was asked
		return c.fail(http.StatusNotFound, "SUBSCRIPTION_NOT_FOUND", "Subscription not found")
	}
	if !ok {
		return c.fail(http.StatusFailedDependency, "HANDSHAKE_FAILED", "The callback did not echo the secret")
	}
	c.s.hooks.on(sub)
	return nothing()
}

func (c *call) newSecretKey() *simkit.Answer {
	sub, bad := c.findSubscription()
	if bad != nil {
		return bad
	}
	if len(sub.liveKeys(c.s.clock.Now())) >= secretKeyLimit {
		return c.fail(http.StatusForbidden, "SECRET_KEYS_LIMIT_EXCEEDED", "At most 16 live secret keys")
	}
	sub.keys = append(sub.keys, hookKey{c.s.rand.Hex(12), c.s.clock.Now()})
	return c.json(http.StatusCreated, obj{"secretKey": sub.keys[len(sub.keys)-1].value})
}

func (c *call) getSecretKey() *simkit.Answer {
	sub, bad := c.findSubscription()
	if bad != nil {
		return bad
	}
	if len(sub.keys) == 0 {
		return c.fail(http.StatusNotFound, "SECRET_KEY_NOT_FOUND", "No secret key was generated")
	}
	return c.json(http.StatusOK, obj{"secretKey": sub.keys[len(sub.keys)-1].value})
}

// liveKeys are the newest key and those that the next one replaced less than a day ago (S).
func (sub *subscription) liveKeys(now time.Time) []string {
	var out []string
	for i, k := range sub.keys {
		if i == len(sub.keys)-1 || now.Before(sub.keys[i+1].created.Add(secretKeyOverlap)) {
			out = append(out, k.value)
		}
	}
	return out
}

func (c *call) callbacksLog() *simkit.Answer {
	sub, bad := c.findSubscription()
	if bad != nil {
		return bad
	}
	after, bad := c.moment("after")
	if bad != nil {
		return bad
	}
	before, bad := c.moment("before")
	if bad != nil {
		return bad
	}
	items := []obj{}
	oldest := c.s.clock.Now().AddDate(0, 0, -callbackLogDays)
	for _, e := range slices.Backward(sub.log) {
		status := "failed"
		if e.ok {
			status = "successful"
		}
		want := c.Query.Get("callbackStatus")
		if e.at.Before(oldest) || want != "" && want != status || e.at.Before(after) || !before.IsZero() && !e.at.Before(before) {
			continue
		}
		items = append(items, obj{"status": status, "timestamp": stamp(e.at),
			"requestDetails": obj{"url": e.url, "body": e.body, "headers": e.headers}})
	}
	return c.bareList(items)
}
