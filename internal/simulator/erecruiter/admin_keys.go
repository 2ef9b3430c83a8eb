package erecruiter

import (
	"fmt"
	"slices"
	"time"
)

// IssuedKey is an access key with its secret value.
type IssuedKey struct {
	ID        string  `json:"id"`
	Key       string  `json:"key"`
	Scope     Scope   `json:"scope"`
	Companies []int64 `json:"companies"`
}

// ServiceAccount is a name and password for the password grant.
type ServiceAccount struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Password string `json:"password"`
}

// IssueKey makes an access key without touching others, for companies by id; the first one when
// none is named. It panics on a scope or company that cannot be.
func (s *Simulator) IssueKey(scope Scope, companies ...int64) IssuedKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.newKey(scope, companies)
	if err != nil {
		panic(err)
	}
	return k.issued()
}

// ActivatePartner is what the Partners tab does: it makes a key for the first company and revokes
// the ones before (A that re-activation kills the old).
func (s *Simulator) ActivatePartner(scope Scope) (IssuedKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.newKey(scope, nil)
	if err != nil {
		return IssuedKey{}, err
	}
	now := s.clock.Now()
	for _, old := range s.st.keys {
		if old != k && old.value != "" && old.revoked == nil && slices.Contains(old.companies, s.st.companies[0]) {
			old.revoked = &now
		}
	}
	return k.issued(), nil
}

func (s *Simulator) newKey(scope Scope, companies []int64) (*key, error) {
	if scope != ScopeAll && scope != ScopeSelected {
		return nil, fmt.Errorf("issue key: scope %q is neither all nor selected", scope)
	}
	if len(companies) == 0 {
		companies = []int64{s.st.companies[0].id}
	}
	k := &key{id: fmt.Sprintf("key-%d", s.st.next("key", 1)), value: s.rand.UUID() + s.rand.Hex(8), scope: scope, created: s.clock.Now()}
	for _, id := range companies {
		co := s.st.company(id)
		if co == nil {
			return nil, fmt.Errorf("issue key: no company %d", id)
		}
		k.companies = append(k.companies, co)
	}
	s.st.keys = append(s.st.keys, k)
	s.log.Info("key issued", "key", k.id)
	return k, nil
}

func (k *key) issued() IssuedKey { return IssuedKey{k.id, k.value, k.scope, companyIDs(k.companies)} }

func companyIDs(list []*company) []int64 {
	var out []int64
	for _, co := range list {
		out = append(out, co.id)
	}
	return out
}

// IssueServiceAccount makes an account for the mode Password, with the right to everything of the
// first company.
func (s *Simulator) IssueServiceAccount() ServiceAccount {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &key{id: fmt.Sprintf("account-%d", s.st.next("account", 1)), scope: ScopeAll, companies: s.st.companies[:1:1], created: s.clock.Now()}
	s.st.keys = append(s.st.keys, k)
	a := &account{name: k.id + "@acme.example.com", password: s.rand.Hex(8), key: k}
	s.st.accounts = append(s.st.accounts, a)
	return ServiceAccount{k.id, a.name, a.password}
}

func (s *Simulator) withKey(id string, f func(*key) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := find(s.st.keys, func(k *key) bool { return k.id == id })
	if k == nil {
		return fmt.Errorf("no key %q", id)
	}
	return f(k)
}

// RevokeKey revokes a key, with the tokens it was exchanged for.
func (s *Simulator) RevokeKey(id string) error {
	return s.withKey(id, func(k *key) error {
		now := s.clock.Now()
		k.revoked = &now
		s.log.Info("key revoked", "key", k.id)
		return nil
	})
}

// SetKeyScope narrows or widens what a key sees.
func (s *Simulator) SetKeyScope(id string, scope Scope) error {
	return s.withKey(id, func(k *key) error {
		if scope != ScopeAll && scope != ScopeSelected {
			return fmt.Errorf("scope %q is neither all nor selected", scope)
		}
		k.scope = scope
		return nil
	})
}

// SetKeyCompanies says which companies a key opens; several are possible, none is not.
func (s *Simulator) SetKeyCompanies(id string, companies ...int64) error {
	return s.withKey(id, func(k *key) error {
		var list []*company
		for _, n := range companies {
			co := s.st.company(n)
			if co == nil {
				return fmt.Errorf("no company %d", n)
			}
			list = append(list, co)
		}
		if len(list) == 0 {
			return fmt.Errorf("a key opens at least one company")
		}
		k.companies = list
		return nil
	})
}

// DenyOperation takes the right to one call away from a key, or gives it back.
func (s *Simulator) DenyOperation(keyID, operation string, denied bool) error {
	return s.withKey(keyID, func(k *key) error {
		if !knownOperation(operation) {
			return fmt.Errorf("no call %q", operation)
		}
		k.denied = slices.DeleteFunc(k.denied, func(d string) bool { return d == operation })
		if denied {
			k.denied = append(k.denied, operation)
		}
		return nil
	})
}

// SetTokenLife says how long access tokens live from now on; one hour at first.
func (s *Simulator) SetTokenLife(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokenLife = d
}

// RemoveTokenEndpoint makes the token endpoint answer 404, or brings it back.
func (s *Simulator) RemoveTokenEndpoint(gone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokenGone = gone
}
