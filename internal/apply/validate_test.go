package apply

import (
	"strings"
	"testing"

	"handoff/internal/recruit"
)

func TestACandidatesDataHaveTwoSidesToEachBound(t *testing.T) {
	good := recruit.Candidate{FirstName: "Anna", LastName: "Nowak", Email: "a@b.invalid"}
	for _, c := range []struct {
		what   string
		change func(*recruit.Candidate)
		want   string // the problem, or empty
		kept   func(recruit.Candidate) string
		as     string
	}{
		{"200 letters", func(c *recruit.Candidate) { c.FirstName = strings.Repeat("ż", 200) }, "", nil, ""},
		{"201 letters", func(c *recruit.Candidate) { c.FirstName = strings.Repeat("ż", 201) }, "candidate.first_name too_long", nil, ""},
		{"any script", func(c *recruit.Candidate) { c.LastName = "بنت محمد" }, "", nil, ""},
		{"markup stays text", func(c *recruit.Candidate) { c.LastName = "<b>O'Neil</b>" }, "", func(c recruit.Candidate) string { return c.LastName }, "<b>O'Neil</b>"},
		{"white space goes", func(c *recruit.Candidate) { c.LastName = "\u00a0Nowak " }, "", func(c recruit.Candidate) string { return c.LastName }, "Nowak"},
		{"a line break", func(c *recruit.Candidate) { c.LastName = "a\nb" }, "candidate.last_name not_allowed", nil, ""},
		{"nothing to see", func(c *recruit.Candidate) { c.FirstName = "\u200b\u3164\ufeff" }, "candidate.first_name required", nil, ""},
		{"a picture", func(c *recruit.Candidate) { c.FirstName = "😀" }, "", nil, ""},
		{"joined letters", func(c *recruit.Candidate) { c.FirstName = "می\u200cخواهم" }, "", nil, ""},
		{"a separator of lines", func(c *recruit.Candidate) { c.LastName = "a\u2028b" }, "candidate.last_name not_allowed", nil, ""},
		{"a turned direction", func(c *recruit.Candidate) { c.LastName = "a\u2067b" }, "candidate.last_name not_allowed", nil, ""},
		{"broken letters", func(c *recruit.Candidate) { c.LastName = "a\xffb" }, "candidate.last_name not_allowed", nil, ""},

		{"254 bytes", func(c *recruit.Candidate) { c.Email = strings.Repeat("a", 54) + "@" + strings.Repeat("b.", 99) + "c" }, "", nil, ""},
		{"255 bytes", func(c *recruit.Candidate) { c.Email = strings.Repeat("a", 55) + "@" + strings.Repeat("b.", 99) + "c" }, "candidate.email too_long", nil, ""},
		{"no e-mail", func(c *recruit.Candidate) { c.Email = " " }, "candidate.email required", nil, ""},
		{"a display name", func(c *recruit.Candidate) { c.Email = "Anna <a@b.invalid>" }, "candidate.email malformed", nil, ""},
		{"two addresses", func(c *recruit.Candidate) { c.Email = "a@b.invalid,c@d.invalid" }, "candidate.email malformed", nil, ""},
		{"no dot", func(c *recruit.Candidate) { c.Email = "a@localhost" }, "candidate.email malformed", nil, ""},
		{"an address literal", func(c *recruit.Candidate) { c.Email = "a@[127.0.0.1]" }, "candidate.email malformed", nil, ""},
		{"a header in it", func(c *recruit.Candidate) { c.Email = "a@b.invalid\r\nBcc: x@y.invalid" }, "candidate.email malformed", nil, ""},
		{"a plus", func(c *recruit.Candidate) { c.Email = " A+b@C.invalid " }, "", func(c recruit.Candidate) string { return c.Email }, "A+b@C.invalid"},

		{"a Polish number", func(c *recruit.Candidate) { c.Phone = "601-234-567" }, "", func(c recruit.Candidate) string { return c.Phone }, "+48601234567"},
		{"a number of elsewhere", func(c *recruit.Candidate) { c.Phone = "+44 20 7946 0958" }, "", func(c recruit.Candidate) string { return c.Phone }, "+442079460958"},
		{"too few digits", func(c *recruit.Candidate) { c.Phone = "12345" }, "candidate.phone malformed", nil, ""},
		{"a very long number", func(c *recruit.Candidate) { c.Phone = strings.Repeat("1", 41) }, "candidate.phone too_long", nil, ""},

		{"a profile", func(c *recruit.Candidate) { c.LinkedInURL = "https://www.LinkedIn.com/in/anna-nowak?trk=x#y" }, "", func(c recruit.Candidate) string { return c.LinkedInURL }, "https://www.linkedin.com/in/anna-nowak"},
		{"a Polish profile without a scheme", func(c *recruit.Candidate) { c.LinkedInURL = "pl.linkedin.com/pub/anna" }, "", func(c recruit.Candidate) string { return c.LinkedInURL }, "https://pl.linkedin.com/pub/anna"},
		{"plain http becomes https", func(c *recruit.Candidate) { c.LinkedInURL = "http://linkedin.com/in/%C5%82" }, "", func(c recruit.Candidate) string { return c.LinkedInURL }, "https://linkedin.com/in/%C5%82"},
		{"another site", func(c *recruit.Candidate) { c.LinkedInURL = "https://linkedin.com.evil.invalid/in/x" }, "candidate.linkedin_url not_allowed", nil, ""},
		{"a site that ends alike", func(c *recruit.Candidate) { c.LinkedInURL = "https://evil-linkedin.com/in/x" }, "candidate.linkedin_url not_allowed", nil, ""},
		{"a company's page", func(c *recruit.Candidate) { c.LinkedInURL = "https://linkedin.com/company/x" }, "candidate.linkedin_url not_allowed", nil, ""},
		{"a way up", func(c *recruit.Candidate) { c.LinkedInURL = "https://linkedin.com/in/../feed" }, "candidate.linkedin_url not_allowed", nil, ""},
		{"nobody's page", func(c *recruit.Candidate) { c.LinkedInURL = "https://linkedin.com/in/" }, "candidate.linkedin_url not_allowed", nil, ""},
		{"a script", func(c *recruit.Candidate) { c.LinkedInURL = "javascript://linkedin.com/in/x" }, "candidate.linkedin_url not_allowed", nil, ""},
		{"a login in it", func(c *recruit.Candidate) { c.LinkedInURL = "https://a:b@linkedin.com/in/x" }, "candidate.linkedin_url malformed", nil, ""},
		{"a port", func(c *recruit.Candidate) { c.LinkedInURL = "https://linkedin.com:8443/in/x" }, "candidate.linkedin_url malformed", nil, ""},
	} {
		x, v := good, &recruit.Invalid{}
		c.change(&x)
		x = checkCandidate(v, x)
		got := ""
		if v.OrNil() != nil {
			got = strings.TrimPrefix(v.Error(), "invalid: ")
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
		if c.kept != nil && c.kept(x) != c.as {
			t.Errorf("%s: kept %q, want %q", c.what, c.kept(x), c.as)
		}
	}
}

func TestAnInvalidSaysNothingOfTheValues(t *testing.T) {
	v := &recruit.Invalid{}
	checkCandidate(v, recruit.Candidate{FirstName: "canary\ncanary", LastName: "canary\ncanary", Email: "canary", Phone: "canary", LinkedInURL: "canary"})
	checkAnswers(v, nil, map[string]string{"canary": "canary"})
	checkExternalID(v, "canary\ncanary")
	if len(v.Fields) != 7 {
		t.Errorf("%d problems: %v", len(v.Fields), v)
	}
	for _, f := range v.Fields {
		if strings.Contains(f.Path+f.Code, "canary") {
			t.Errorf("a value in %+v", f)
		}
		for _, a := range f.Args {
			if strings.Contains(a, "canary") {
				t.Errorf("a value in %+v", f)
			}
		}
	}
}
