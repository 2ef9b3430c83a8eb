package process

import (
	"strings"
	"testing"

	"handoff/internal/recruit"
)

func TestADescriptionDoesNoHarmInAPage(t *testing.T) {
	for _, c := range []struct{ in, stored, page string }{
		{"We use C# & F#.\n\nAnd a < b.\nAlways.", "We use C# & F#.\n\nAnd a < b.\nAlways.", "<p>We use C# &amp; F#.</p><p>And a &lt; b.<br>Always.</p>"},
		{"<p>Go <b>now</b></p>", "<p>Go <b>now</b></p>", "<p>Go <b>now</b></p>"},
		{"<script>alert(1)</script>Hi & bye", "Hi & bye", "<p>Hi &amp; bye</p>"},
		{`Hi<img src=https://elsewhere.invalid/x onerror=alert(1)>`, "Hi", "<p>Hi</p>"}, // nothing is fetched from elsewhere
		{`<p id="candidate.email">x</p>`, "<p>x</p>", "<p>x</p>"},                       // no label of the form is taken over
		{`<a href="https://example.com/">x</a>`, `<a href="https://example.com/" rel="nofollow noreferrer">x</a>`, ""},
		{`<a href="javascript:x()">x</a>`, "x", "<p>x</p>"},
		{"<x>&lt;script&gt;", "&lt;script&gt;", ""},
	} {
		v := &recruit.Invalid{}
		got := description(v, c.in)
		if got != c.stored || v.OrNil() != nil {
			t.Errorf("%q is stored as %q, want %q (%v)", c.in, got, c.stored, v.OrNil())
		}
		if page := DescriptionHTML(got); c.page != "" && page != c.page {
			t.Errorf("%q is shown as %q, want %q", c.in, page, c.page)
		}
		again := description(v, got)
		if again != got {
			t.Errorf("saving %q again makes it %q", got, again)
		}
	}
}

func FuzzWhatIsStoredOfADescriptionIsSafeAsItStands(f *testing.F) {
	for _, s := range []string{"plain", "<b>x</b>", "<script>x</script>", "&lt;script&gt;", "<x>&lt;svg onload=x&gt;", "<<b>script>", "<!--"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := &recruit.Invalid{}
		for _, out := range []string{description(v, s), DescriptionHTML(s)} {
			if v.OrNil() != nil {
				return
			}
			low := strings.ToLower(out)
			for _, bad := range []string{"<script", "<svg", "<iframe", "<style", "<!", "<?", "<object"} {
				if strings.Contains(low, bad) {
					t.Errorf("%q became %q", s, out)
				}
			}
		}
	})
}

func TestASlugIsReadAndNeverShared(t *testing.T) {
	for in, want := range map[string]string{
		"Łódź: Senior Go/C++ Developer (m/k)": "lodz-senior-go-c-developer-m-k-",
		"日本":                                  "job-", "": "job-", "--": "job-", "Ünïcödé": "unicode-",
	} {
		a, b := newSlug(in), newSlug(in)
		if !strings.HasPrefix(a, want) || len(a) != len(want)+8 || a == b {
			t.Errorf("%q became %q and %q", in, a, b)
		}
	}
	if s := newSlug(strings.Repeat("long name ", 50)); len(s) > 80 {
		t.Errorf("%d characters", len(s))
	}
}

func TestListsAreBoundedOnBothSides(t *testing.T) {
	many := func(n int) (out []string) {
		for i := range n {
			out = append(out, strings.Repeat("x", i+1))
		}
		return out
	}
	for n, ok := range map[int]bool{50: true, 51: false} {
		d := recruit.Details{Technologies: many(n)}
		if _, _, err := clean(d, recruit.Customization{}); (err == nil) != ok {
			t.Errorf("%d technologies: %v", n, err)
		}
	}
	for n, ok := range map[int]bool{200: true, 201: false} {
		if _, _, err := clean(recruit.Details{Name: strings.Repeat("ł", n)}, recruit.Customization{}); (err == nil) != ok {
			t.Errorf("a name of %d: %v", n, err)
		}
	}
	for n, ok := range map[int]bool{-1: false, 0: true, 10: true, 11: false} {
		if _, _, err := clean(recruit.Details{MinExperience: n}, recruit.Customization{}); (err == nil) != ok {
			t.Errorf("experience of %d: %v", n, err)
		}
	}
}
