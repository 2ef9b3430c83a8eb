package erecruiter

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"handoff/internal/connectors/erecruiter/internal/erapi"
)

func TestEveryLineOfTheBuiltInMappingCarriesItsCertainty(t *testing.T) {
	m := Builtin()
	lines := m.Lines()
	if n := bytes.Count(builtin, []byte("\n")) - 2; n != len(lines) {
		t.Errorf("%d lines hold %d settings: one setting, one line", n, len(lines))
	}
	count := map[string]int{}
	for i, l := range lines {
		count[l.Certainty]++
		switch {
		case l.Certainty == "":
			t.Errorf("line %d: %s has no certainty", l.Number, l.Key)
		case l.Certainty != erapi.Assumed && l.Source == "":
			t.Errorf("line %d: %s is %s by nobody", l.Number, l.Key, l.Certainty)
		case l.Number != i+2:
			t.Errorf("line %d: %s is said to be on line %d", i+2, l.Key, l.Number)
		}
	}
	if count[erapi.Confirmed] == 0 || count[erapi.Inferred] == 0 || count[erapi.Assumed] == 0 {
		t.Errorf("certainties: %v", count)
	}
}

// Writing candidates, and how a key travels, are known to nobody outside the
// vendor: nothing of that may pass for more than it is.
func TestWhatNobodyHasSeenIsNotCalledConfirmed(t *testing.T) {
	for _, l := range Builtin().Lines() {
		unseen := strings.HasPrefix(l.Key, "send.") || strings.HasPrefix(l.Key, "codes.") || strings.HasPrefix(l.Key, "paths.create") ||
			strings.HasPrefix(l.Key, "fields.consent") || strings.HasPrefix(l.Key, "paths.consents") || l.Key == "paths.note" || l.Key == "auth.mode"
		if unseen && l.Certainty != erapi.Assumed {
			t.Errorf("%s is called %s", l.Key, l.Certainty)
		}
	}
}

func TestAFileHoldsOnlyWhatDiffers(t *testing.T) {
	m, err := ParseMapping([]byte(`{"paths.create": {"value": "POST /Insert/{recruitmentId}", "certainty": "confirmed", "source": "partner documents, 2027"}, "paging.size": 50}`))
	if err != nil {
		t.Fatal(err)
	}
	if m.Paths["create"].Template != "/Insert/{recruitmentId}" || m.Paging.Size != 50 || m.Paths["origins"] != Builtin().Paths["origins"] {
		t.Errorf("%+v", m)
	}
	if Builtin().Paging.Size != 100 || len(m.Lines()) != 2 {
		t.Error("the built-in mapping was changed, or is told as the file's")
	}
	other, err := os.ReadFile("testdata/partner.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseMapping(other); err != nil {
		t.Fatal(err)
	}
}

func TestAMistakeNamesItsLineAndItsSettingAndQuotesNothing(t *testing.T) {
	for file, want := range map[string]string{
		`[]`:                                 "line 1: the file is one JSON object",
		`{"paging.size": 50`:                 "the object does not end",
		"{\n\"paging.size\": x}":             "line 2: this is no JSON",
		`{} {}`:                              "something follows the object",
		"{\n\n\"paging.sise\": 50}":          "line 3: paging.sise: is not a setting",
		`{"paging.size": "s3cret"}`:          "paging.size: wants a whole number",
		`{"paging.size": 1.5}`:               "paging.size: wants a whole number",
		`{"paging.size": null}`:              "paging.size: cannot be null",
		`{"paging.size": 1}`:                 "paging.size: is between 2 and 1000",
		`{"api.base": 5}`:                    "api.base: wants a text in quotes",
		`{"api.base": "ftp://s3cret"}`:       "api.base: is an http(s) address",
		`{"api.base": "https://u:s3cret@h"}`: "api.base: is an http(s) address",
		`{"auth.mode": "s3cret"}`:            "auth.mode: is one of bearer_key, header_key, exchange, password",
		`{"auth.mode": "header_key", "auth.header": "a b"}`:            "auth.header: is the name of a header",
		`{"paths.create": "PUT /s3cret"}`:                              "paths.create: begins with GET or POST",
		`{"paths.create": "POST s3cret"}`:                              "paths.create: is METHOD /path",
		`{"paths.create": "POST /a/{s3cret}"}`:                         "paths.create: may name {companyId}",
		`{"paths.create": "POST /a/{recruitmentId"}`:                   "paths.create: may name {companyId}",
		`{"paths.create": "POST /a"}`:                                  "paths.create: must name {recruitmentId}",
		`{"paths.create": "GET /a/{recruitmentId}"}`:                   "paths.create: is a POST",
		`{"paths.create": ""}`:                                         "paths.create: is needed",
		`{"paths.companies": "GET /{companyId}"}`:                      "paths.companies: is asked before a company is known",
		`{"fields.application.email": []}`:                             "fields.application.email: needs at least one place",
		`{"fields.application.email": ["s3cret"]}`:                     "fields.application.email: is a JSON pointer",
		`{"fields.application.email": ["/a//b"]}`:                      "fields.application.email: is a JSON pointer",
		`{"send.email": "/firstName"}`:                                 "send.email: stands in the place of send.first_name",
		`{"send.email": "/firstName/x"}`:                               "send.email: stands in the place of send.first_name",
		`{"send.email": ""}`:                                           "send.email: needs a place",
		`{"create.note": "separate", "paths.note": ""}`:                "paths.note: is needed",
		`{"consents.source": "account"}`:                               "paths.account_consents: is needed",
		`{"consents.static": {"value": {"1": [{"x": 1}]}}}`:            "consents.static: has a field that is not known",
		`{"consents.static": {"value": {"1": [{"id": "1"}]}}}`:         "consents.static: needs an id, a text and a kind",
		`{"create.there_before": [201]}`:                               "create.there_before: shares a status",
		`{"create.made_now": [302]}`:                                   "create.made_now: and create.there_before hold statuses",
		`{"rate.longest_request": "s3cret"}`:                           "rate.longest_request: is a time with its unit",
		`{"time.zone": "s3cret"}`:                                      "time.zone: is the name of a time zone",
		`{"paging.size": {"value": 50, "certainty": "s3cret"}}`:        "paging.size: certainty is one of",
		`{"paging.size": {"worth": 50}}`:                               "a line has value, certainty, source and note",
		`{"paging.size": {"certainty": "assumed"}}`:                    "paging.size: has no value",
		`{"paging.size": 50, "paging.size": 60}`:                       "paging.size: stands there twice",
		`{"My s3cret": 50}`:                                            "(a name): is not a setting",
		`{"cv.extensions": [".PDF"]}`:                                  "cv.extensions: are lower case",
		`{"create.encoding": "multipart", "create.json_part": "a\"b"}`: "create.json_part: and create.file_part name the parts",
		`{"paging.lists": ["s3cret"]}`:                                 "paging.lists: holds names of paths",
	} {
		_, err := ParseMapping([]byte(file))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s\n gives %v\n want %s", file, err, want)
		}
	}
	_, err := ParseMapping([]byte("{\n\"paging.sise\": 1,\n\"api.base\": 5}"))
	if err == nil || strings.Count(err.Error(), "mapping line") != 2 {
		t.Errorf("two mistakes are told as %v", err)
	}
	if _, err := erapi.Parse(nil, []byte(`{}`)); err == nil || !strings.Contains(err.Error(), "paths.create: is missing") {
		t.Errorf("a whole mapping without its lines: %v", err)
	}
}

func FuzzParseMapping(f *testing.F) {
	for _, line := range bytes.Split(bytes.Trim(builtin, "{}\n"), []byte(",\n")) { // whole files are too long to be bent
		f.Add(append(append([]byte("{"), line...), '}'))
	}
	for _, s := range []string{`{}`, "\xef\xbb\xbf{}", `{"paging.size": 2, "paging.size": 3}`, `{"paths.create":"POST /{recruitmentId}{"}`, `{"consents.static": {"value": {"1": [{"id": "1"}]}}}`} {
		f.Add([]byte(s))
	}
	base := Builtin()
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := erapi.Parse(base, b)
		if (m == nil) == (err == nil) {
			t.Errorf("%v beside %v", m, err)
		}
		if err == nil { // what was read can be opened
			if typ := TypeWith(m); typ.Limits.PerSecond <= 0 || typ.File.MaxBytes <= 0 || len(typ.Auths) == 0 {
				t.Error("a mapping was read that makes no connector")
			}
		}
	})
}
