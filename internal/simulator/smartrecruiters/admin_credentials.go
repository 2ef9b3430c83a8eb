package smartrecruiters

import (
	"fmt"
	"net/url"
	"slices"
)

// App returns id and secret of the registered OAuth app.
func (s *Simulator) App() (clientID, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.app.clientID, s.app.secret
}

// AllowRedirectURI registers a redirect URI of the app: at most three, https:// or
// http://localhost (D). Registering one again does nothing.
func (s *Simulator) AllowRedirectURI(uri string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := url.Parse(uri)
	switch {
	case err != nil || u.Host == "" || u.Fragment != "":
		return fmt.Errorf("redirect URI %q is not a URL", uri)
	case u.Scheme != "https" && !(u.Scheme == "http" && u.Hostname() == "localhost"):
		return fmt.Errorf("redirect URI %q: only https:// and http://localhost are taken", uri)
	case slices.Contains(s.app.redirectURIs, uri):
		return nil
	case len(s.app.redirectURIs) == 3:
		return fmt.Errorf("redirect URI %q: an app has at most three", uri)
	}
	s.app.redirectURIs = append(s.app.redirectURIs, uri)
	return nil
}

// APIKey is a key as an administrator sees it. Its form must not be relied on (3).
type APIKey struct {
	ID  string `json:"id"`
	Key string `json:"key"`
}

// IssueKey makes an API key for X-SmartToken.
func (s *Simulator) IssueKey() APIKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.newCredential(KindKey)
	c.key, c.user = "DCRA1-"+s.rand.Hex(16), s.st.users[0]
	s.log.Info("key issued", "credential", c.id)
	return APIKey{c.id, c.key}
}

// ClientCredentials is a pair as an administrator sees it.
type ClientCredentials struct {
	ID           string `json:"id"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

// IssueClientCredentials makes a pair with scopes (DefaultScopes when nil) and a System role, which
// the real one insists on (D); Administrator when empty.
func (s *Simulator) IssueClientCredentials(scopes []string, role string) (ClientCredentials, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if scopes == nil {
		scopes = DefaultScopes()
	}
	if bad := unknownScope(scopes); bad != "" {
		return ClientCredentials{}, fmt.Errorf("unknown scope %q", bad)
	}
	role = or(role, RoleAdministrator)
	if !slices.Contains([]string{RoleAdministrator, RoleRecruiter, RoleViewer}, role) {
		return ClientCredentials{}, fmt.Errorf("unknown role %q", role)
	}
	c := s.newCredential(KindClient)
	c.scopes, c.role, c.clientID, c.secret = slices.Clone(scopes), role, s.rand.Hex(12), s.rand.Hex(20)
	s.log.Info("client credentials issued", "credential", c.id)
	return ClientCredentials{c.id, c.clientID, c.secret}, nil
}

// Revoke withdraws one credential by its id (grant-1, client-2, key-3).
func (s *Simulator) Revoke(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.st.credentials {
		if c.id == id {
			s.revoke(c)
			s.log.Info("credential revoked", "credential", id)
			return nil
		}
	}
	return fmt.Errorf("no credential %q", id)
}

// RevokeGrants withdraws every OAuth grant and says how many there were.
func (s *Simulator) RevokeGrants() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.st.credentials {
		if c.kind == KindGrant && !c.dead() {
			s.revoke(c)
			n++
		}
	}
	return n
}

// ExpireTokens ends the life of all access tokens, and of the refresh tokens too when asked.
func (s *Simulator) ExpireTokens(refreshToo bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for _, t := range s.st.tokens {
		if (refreshToo || !t.refresh) && t.expires.After(now) {
			t.expires = now
		}
	}
}

// DeleteUser deletes a user; their grants break (D).
func (s *Simulator) DeleteUser(email string) error {
	return s.withUser(email, func(u *user) error { u.deleted = true; return nil })
}

// SetUserRole changes a user's System role, and with it what their grants may do (D).
func (s *Simulator) SetUserRole(email, role string) error {
	return s.withUser(email, func(u *user) error {
		if !slices.Contains([]string{RoleAdministrator, RoleRecruiter, RoleViewer}, role) {
			return fmt.Errorf("unknown role %q", role)
		}
		u.role = role
		return nil
	})
}

func (s *Simulator) withUser(email string, f func(*user) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.st.user(email)
	if u == nil {
		return fmt.Errorf("no user %q", email)
	}
	return f(u)
}

// Authorize gives what a browser would bring back to redirectURI after user accepted scopes
// (DefaultScopes when nil): a one-time code. redirectURI is the first registered one when empty.
func (s *Simulator) Authorize(user string, scopes []string, redirectURI string) (code string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.st.user(user)
	if u == nil {
		return "", fmt.Errorf("no user %q", user)
	}
	if scopes == nil {
		scopes = s.app.scopes
	}
	if bad := unknownScope(scopes); bad != "" {
		return "", fmt.Errorf("unknown scope %q", bad)
	}
	if redirectURI == "" && len(s.app.redirectURIs) > 0 {
		redirectURI = s.app.redirectURIs[0]
	}
	if !slices.Contains(s.app.redirectURIs, redirectURI) {
		return "", fmt.Errorf("redirect URI %q is not registered", redirectURI)
	}
	return s.newCode(u, scopes, redirectURI), nil
}

func (s *Simulator) newCode(u *user, scopes []string, redirectURI string) string {
	s.st.serial++
	value := s.rand.Hex(20)
	s.st.codes[value] = &code{id: fmt.Sprintf("code-%d", s.st.serial), user: u, scopes: slices.Clone(scopes),
		redirectURI: redirectURI, expires: s.clock.Now().Add(codeLife)}
	return value
}
