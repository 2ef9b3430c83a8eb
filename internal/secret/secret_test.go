package secret_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"handoff/internal/secret"
)

const value = "canary-not-a-real-credential"

type holder struct {
	Public  secret.String
	private secret.String
	List    []secret.String
	Map     map[string]secret.String
	Pointer *secret.String
}

func TestACredentialPrintsNowhere(t *testing.T) {
	s := secret.New(value)
	h := holder{Public: s, private: s, List: []secret.String{s}, Map: map[string]secret.String{"k": s}, Pointer: &s}
	var log bytes.Buffer
	l := slog.New(slog.NewJSONHandler(&log, nil))
	l.Info("one", "s", s, "h", h, "hp", &h, slog.Group("g", "s", s))
	slog.New(slog.NewTextHandler(&log, nil)).Info("two", "s", s, "h", h, "any", []any{s, h})
	j, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	out := log.String() + string(j)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		out += fmt.Sprintf(verb+verb+verb, s, h, &h)
	}
	out += fmt.Sprint(s, h) + fmt.Errorf("wrapped %v", h).Error()
	if strings.Contains(out, value) || strings.Contains(out, fmt.Sprintf("%x", value)) {
		t.Errorf("it was printed: %s", out)
	}
	if h.private.Reveal() != value {
		t.Error("it cannot be revealed")
	}
}

func TestTheEmptyCredentialIsEmpty(t *testing.T) {
	var s secret.String
	if !s.Empty() || s.Reveal() != "" || !secret.New("").Empty() || secret.New("x").Empty() || !s.Equal(secret.New("")) {
		t.Error("the zero value is not an empty credential")
	}
}

func sealer(t *testing.T) *secret.Sealer {
	t.Helper()
	key, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	s, err := secret.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsSealedOpensInItsPlaceOnlyAndUnchangedOnly(t *testing.T) {
	s := sealer(t)
	b, err := s.Seal([]byte(value), "connection:1")
	if err != nil || bytes.Contains(b, []byte(value)) {
		t.Fatalf("sealed: %v", err)
	}
	if p, err := s.Open(b, "connection:1"); err != nil || string(p) != value {
		t.Errorf("opened %q, %v", p, err)
	}
	if _, err := s.Open(b, "connection:2"); !errors.Is(err, secret.ErrOpen) {
		t.Errorf("in another place: %v", err)
	}
	if _, err := sealer(t).Open(b, "connection:1"); !errors.Is(err, secret.ErrOpen) {
		t.Errorf("with another key: %v", err)
	}
	for i := range b {
		c := bytes.Clone(b)
		c[i] ^= 1
		if _, err := s.Open(c, "connection:1"); err == nil {
			t.Errorf("with byte %d changed it opens", i)
		}
	}
	if _, err := s.Open(nil, ""); err == nil {
		t.Error("nothing opens")
	}
}

func TestADataKeyOpensItsOwnDataAndIsUselessOnceItsSealedFormIsGone(t *testing.T) {
	s := sealer(t)
	k, sealed, err := s.NewDataKey("application:1")
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.Seal([]byte(value), "data")
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.OpenDataKey(sealed, "application:1")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := again.Open(b, "data"); err != nil || string(p) != value {
		t.Errorf("opened %q, %v", p, err)
	}
	if _, err := s.OpenDataKey(sealed, "application:2"); !errors.Is(err, secret.ErrOpen) {
		t.Errorf("another application's: %v", err)
	}
	other, _, err := s.NewDataKey("application:1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(b, "data"); !errors.Is(err, secret.ErrOpen) {
		t.Errorf("a fresh key opens it: %v", err)
	}
}

func TestALookupHashIsTheSameForTheSameAndTellsNothing(t *testing.T) {
	s := sealer(t)
	a, err := s.LookupHash("email", "a@example.com")
	if err != nil || len(a) != 64 {
		t.Fatalf("%q, %v", a, err)
	}
	b, _ := s.LookupHash("email", "a@example.com")
	c, _ := s.LookupHash("other", "a@example.com")
	d, _ := s.LookupHash("email", "b@example.com")
	e, _ := sealer(t).LookupHash("email", "a@example.com")
	if a != b || a == c || a == d || a == e {
		t.Error("domain, value and key do not each make another hash")
	}
}

func TestTheKeyFileIsItsOwnersAloneAndNeverMadeTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "key.json")
	first, err := secret.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode().Perm(), err)
	}
	b, err := first.Seal([]byte("x"), "p")
	if err != nil {
		t.Fatal(err)
	}
	second, err := secret.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Open(b, "p"); err != nil {
		t.Errorf("a restart does not open what was sealed: %v", err)
	}
	if err := os.WriteFile(path, []byte(`{"sealing": "`+value+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.LoadOrCreate(path); err == nil || strings.Contains(err.Error(), value) {
		t.Errorf("a damaged key file: %v", err)
	}
}

func FuzzKeyFile(f *testing.F) {
	key, err := secret.GenerateKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(key)
	f.Add([]byte(`{"sealing":{},"lookup":{}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := secret.NewSealer(b); err == nil {
			if _, err := s.Seal([]byte("x"), "p"); err != nil {
				t.Errorf("a key that was read does not seal: %v", err)
			}
		}
	})
}
