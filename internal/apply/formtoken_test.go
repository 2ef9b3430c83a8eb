package apply

import (
	"encoding/base64"
	"testing"
	"time"

	"handoff/internal/recruit"
	"handoff/internal/secret"
)

func signer(t testing.TB) *Engine {
	t.Helper()
	key, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	s, err := secret.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	return New(nil, func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) }, s, nil, nil)
}

func TestATokenSaysWhatWasShownAndNothingElseOpens(t *testing.T) {
	e := signer(t)
	f := Form{Clause: Shown{ID: "text_1", Version: 3}, ATSTransfer: &Shown{ID: "text_2", Version: 1}, FutureMonths: 12}
	s, err := e.sign("proc_1", "pl", f)
	if err != nil {
		t.Fatal(err)
	}
	k, quick, err := e.verify(s, "proc_1")
	if err != nil || !quick || k.Locale != "pl" || !k.sameAs(shows("proc_1", f)) {
		t.Errorf("read %+v, %t, %v", k, quick, err)
	}
	for what, f := range map[string]Form{
		"another version":          {Clause: Shown{ID: "text_1", Version: 4}, ATSTransfer: f.ATSTransfer, FutureMonths: 12},
		"another text":             {Clause: f.Clause, ATSTransfer: &Shown{ID: "text_9", Version: 1}, FutureMonths: 12},
		"nothing about passing on": {Clause: f.Clause, FutureMonths: 12},
		"one text more":            {Clause: f.Clause, ATSTransfer: f.ATSTransfer, FutureRecruitments: &Shown{ID: "text_3"}, FutureMonths: 12},
		"other months":             {Clause: f.Clause, ATSTransfer: f.ATSTransfer, FutureMonths: 6},
	} {
		if k.sameAs(shows("proc_1", f)) {
			t.Errorf("%s is taken for the same", what)
		}
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		raw[i] ^= 1
		if _, err := e.readToken(base64.RawURLEncoding.EncodeToString(raw)); err == nil {
			t.Fatalf("opened with bit %d turned", 8*i)
		}
		raw[i] ^= 1
	}
	if _, err := signer(t).readToken(s); err == nil {
		t.Error("opened with another key")
	}
	for _, place := range []string{"", "application:app_1", "form2"} {
		b, err := e.Sealer.Seal([]byte(`{"p":"proc_1"}`), place)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.readToken(base64.RawURLEncoding.EncodeToString(b)); err == nil {
			t.Errorf("what was sealed for %q is taken for a token", place)
		}
	}
}

func FuzzNothingButATokenIsReadAsOne(f *testing.F) {
	e := signer(f)
	good, err := e.sign("proc_1", "en", Form{Clause: Shown{ID: "text_1", Version: 1}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("")
	f.Add("e30")
	f.Add(good[:len(good)-1])
	f.Fuzz(func(t *testing.T, s string) {
		k, err := e.readToken(s)
		if err == nil && (s != good || k.Process != recruit.ProcessID("proc_1")) {
			// Another spelling of the last character's unused bits is the same token.
			a, _ := base64.RawURLEncoding.DecodeString(s)
			b, _ := base64.RawURLEncoding.DecodeString(good)
			if string(a) != string(b) {
				t.Errorf("%q was read as %+v", s, k)
			}
		}
	})
}
