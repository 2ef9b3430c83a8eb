package apply

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"handoff/internal/recruit"
)

const (
	tokenLives = 24 * time.Hour
	// machineFast is how soon after its form only a machine sends it.
	machineFast = 2 * time.Second
	tokenPlace  = "form"
)

// shownRef names one version of one text.
type shownRef struct {
	ID      recruit.TextID `json:"i"`
	Version int            `json:"v"`
}

// formToken is what was shown to an applicant, and when. It is sealed, so that
// only we can have written it, and proves by that what a consent record says.
type formToken struct {
	Process  recruit.ProcessID `json:"p"`
	Locale   string            `json:"l"`
	Clause   shownRef          `json:"c"`
	Transfer *shownRef         `json:"t,omitempty"`
	Future   *shownRef         `json:"f,omitempty"`
	Remote   string            `json:"r,omitempty"` // hash of all of the ATS's own texts; empty for none
	Months   int               `json:"m,omitempty"`
	Issued   int64             `json:"at"` // milliseconds
}

func (s Shown) ref() shownRef { return shownRef{ID: s.ID, Version: s.Version} }

func ref(s *Shown) *shownRef {
	if s == nil {
		return nil
	}
	r := s.ref()
	return &r
}

// shows lists what a form shows.
func shows(p recruit.ProcessID, f Form) formToken {
	return formToken{Process: p, Clause: f.Clause.ref(), Transfer: ref(f.ATSTransfer), Future: ref(f.FutureRecruitments), Months: f.FutureMonths,
		Remote: hashRemote(f.Remote)}
}

// hashRemote is one hash over all of the ATS's own texts that a form shows, so
// that a token's size does not depend on how many they are.
func hashRemote(texts []recruit.RemoteConsent) string {
	if len(texts) == 0 {
		return ""
	}
	h := sha256.New()
	for _, x := range texts {
		// Each part is quoted: no two lists are written alike.
		fmt.Fprintf(h, "%q %d %q %q %t\n", x.ID, x.Version, x.SHA256, x.Kind, x.Required)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// sameAs tells whether a form of now shows the same texts.
func (k formToken) sameAs(o formToken) bool {
	same := func(a, b *shownRef) bool { return a == b || a != nil && b != nil && *a == *b }
	return k.Clause == o.Clause && same(k.Transfer, o.Transfer) && same(k.Future, o.Future) && k.Months == o.Months && k.Remote == o.Remote
}

func (e *Engine) sign(p recruit.ProcessID, locale string, f Form) (string, error) {
	k := shows(p, f)
	k.Locale, k.Issued = language(locale), e.Now().UnixMilli()
	b, err := json.Marshal(k)
	if err != nil {
		return "", err
	}
	sealed, err := e.Sealer.Seal(b, tokenPlace)
	if err != nil {
		return "", fmt.Errorf("sign form: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

var errToken = errors.New("not a form token of ours")

// readToken opens a token, whatever its age.
func (e *Engine) readToken(s string) (formToken, error) {
	var k formToken
	if len(s) > 4096 {
		return k, errToken
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return k, errToken
	}
	if b, err = e.Sealer.Open(b, tokenPlace); err != nil {
		return k, errToken
	}
	if err := json.Unmarshal(b, &k); err != nil {
		return k, errToken
	}
	return k, nil
}

// verify returns the token of a form of this process that is at most 24 hours
// old, or Problem form_expired. quick says that only a machine is so fast.
func (e *Engine) verify(s string, p recruit.ProcessID) (k formToken, quick bool, err error) {
	k, err = e.readToken(s)
	age := e.Now().Sub(time.UnixMilli(k.Issued))
	if err != nil || k.Process != p || age > tokenLives || age < -time.Minute {
		return k, false, recruit.Refuse("form_expired")
	}
	return k, age < machineFast, nil
}

func language(locale string) string {
	if locale == "pl" {
		return "pl"
	}
	return "en"
}
