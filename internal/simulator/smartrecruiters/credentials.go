package smartrecruiters

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Lives of the vendor's credentials.
const (
	accessLife  = 30 * time.Minute    // D: help, facts about OAuth
	refreshLife = 28 * 24 * time.Hour // D: same; single use, so an idle connection dies
	codeLife    = 2 * time.Minute     // I: short
)

// Roles of a user or a client-credentials pair. A scope does not help where the role forbids (D).
const (
	RoleAdministrator = "Administrator"
	RoleRecruiter     = "Recruiter"
	RoleViewer        = "Viewer" // reads; every change is answered 403
)

// Kinds of credentials, as they stand in ids: grant-1, client-2, key-3.
const (
	KindGrant  = "grant"
	KindClient = "client"
	KindKey    = "key"
)

type credential struct {
	id, kind         string
	user             *user // of a grant; of a key, whoever made it
	role             string
	scopes           []string
	clientID, secret string // client credentials pair, or the app that a grant was given to
	key              string
	created          time.Time
	lastUsed         time.Time
	revoked          *time.Time
}

// allows says whether the credential has one of scopes. Keys have no scopes and may do all (D). The
// two spellings of the status-history scope are one (S / 3).
func (c *credential) allows(scopes []string) bool {
	if c.kind == KindKey || len(scopes) == 0 {
		return true
	}
	return slices.ContainsFunc(scopes, func(want string) bool {
		return slices.ContainsFunc(c.scopes, func(have string) bool {
			return have == want || sameScope(have) == sameScope(want)
		})
	})
}

func sameScope(s string) string {
	if s == "candidates_status_read" {
		return "candidate_status_read"
	}
	return s
}

func (c *credential) roleNow() string {
	if c.user != nil {
		return c.user.role
	}
	return c.role
}

// dead says that the credential was revoked, or that its user is gone: then the grant breaks (D).
func (c *credential) dead() bool {
	return c.revoked != nil || c.user != nil && c.user.deleted
}

type token struct {
	id      string // for the journal
	cred    *credential
	refresh bool
	expires time.Time
	// A refresh token works once (D).
	redeemed   int
	redeemedAt time.Time
}

type code struct {
	id          string
	user        *user
	scopes      []string
	redirectURI string
	expires     time.Time
	used        bool
	cred        *credential // made by the exchange
}

func (s *Simulator) newCredential(kind string) *credential {
	s.st.serial++
	c := &credential{id: fmt.Sprintf("%s-%d", kind, s.st.serial), kind: kind, role: RoleAdministrator, created: s.clock.Now()}
	s.st.credentials = append(s.st.credentials, c)
	return c
}

func (s *Simulator) newToken(c *credential, refresh bool, life time.Duration) string {
	s.st.serial++
	kind := "access"
	if refresh {
		kind = "refresh"
	}
	value := s.rand.Hex(24)
	s.st.tokens[value] = &token{id: fmt.Sprintf("%s/%s-%d", c.id, kind, s.st.serial), cred: c, refresh: refresh,
		expires: s.clock.Now().Add(life)}
	return value
}

// bearer returns the credential that a request presents. problem is "" when it may be used, and
// otherwise "missing", "unknown", "expired" or "revoked". Holds s.mu.
func (s *Simulator) bearer(h http.Header) (c *credential, problem string) {
	if auth := h.Get("Authorization"); auth != "" {
		scheme, value, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return nil, "unknown"
		}
		t := s.st.tokens[value]
		switch {
		case t == nil || t.refresh:
			return nil, "unknown"
		case t.cred.dead():
			return t.cred, "revoked"
		case !s.clock.Now().Before(t.expires):
			return t.cred, "expired"
		}
		return t.cred, ""
	}
	if key := h.Get("X-SmartToken"); key != "" {
		for _, c := range s.st.credentials {
			if c.kind == KindKey && c.key == key {
				if c.dead() {
					return c, "revoked"
				}
				return c, ""
			}
		}
		return nil, "unknown"
	}
	return nil, "missing"
}

// revoke withdraws a credential and everything issued on it. The tokens stay known, so that their
// later use can be counted as used_after_revoke.
func (s *Simulator) revoke(c *credential) {
	if c.revoked == nil {
		now := s.clock.Now()
		c.revoked = &now
	}
}
