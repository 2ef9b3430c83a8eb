package atstest

import (
	"strings"
	"testing"

	"handoff/internal/connector"
)

// chapterType holds the data of a Type to what pages and engines need of it.
func chapterType(t testing.TB, target Target) {
	typ := target.Type
	if typ.Name == "" || typ.Title == "" || len(typ.Auths) == 0 || typ.Open == nil {
		t.Fatalf("a Type needs a name, a title, a way to connect and Open")
	}
	both := func(what string, x connector.Text) {
		if strings.TrimSpace(x.EN) == "" || strings.TrimSpace(x.PL) == "" || x.EN == x.PL && strings.Contains(x.EN, " ") && len(x.EN) > 60 {
			t.Errorf("%s is not said in both languages", what)
		}
	}
	for _, m := range typ.Auths {
		both("the way to connect "+string(m.Auth), m.Title)
		both("the help of "+string(m.Auth), m.Help)
		secrets := 0
		for _, f := range m.Fields {
			both("the field "+f.Name, f.Label)
			if f.Secret {
				secrets++
			}
		}
		if (m.Auth == connector.AuthOAuth) != (len(m.Fields) == 0) {
			t.Errorf("%s: a login asks for nothing, everything else for something", m.Auth)
		}
		if m.Auth == connector.AuthOAuth && typ.OAuth == nil {
			t.Error("a login needs OAuth")
		}
		if len(m.Fields) > 0 && secrets == 0 {
			t.Errorf("%s: no field is a secret", m.Auth)
		}
	}
	for _, s := range typ.Scopes {
		both("the scope "+s, typ.Scope[s])
	}
	both("the consent template", typ.ConsentTemplate)
	for _, text := range []string{typ.ConsentTemplate.EN, typ.ConsentTemplate.PL} {
		for _, p := range []string{"{COMPANY}", "{ATS}", "{PLATFORM}"} {
			if !strings.Contains(text, p) {
				t.Errorf("the consent template does not name %s", p)
			}
		}
	}
	l := typ.Limits
	if l.PerSecond <= 0 || l.Concurrency <= 0 || l.LongestRequest <= 0 || l.ListingLag < 0 {
		t.Errorf("the limits are not said: %+v", l)
	}
	if typ.File.MaxBytes <= 0 || len(typ.File.Extensions) == 0 {
		t.Error("what the ATS accepts as a CV is not said")
	}
	c := newHost(t, target, Options{}, "").conn()
	if typ.CanRemove != (c.Remove != nil) {
		t.Errorf("CanRemove is %v, and the connector removes: %v", typ.CanRemove, c.Remove != nil)
	}
	if h := typ.Hosts["production"]; !strings.HasPrefix(h.APIURL, "https://") || strings.HasSuffix(h.APIURL, "/") {
		t.Errorf("the vendor's address is %q", h.APIURL)
	}
}
