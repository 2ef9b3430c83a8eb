package markup

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAForeignTextIsMadeOurs(t *testing.T) {
	for _, c := range []struct {
		in, out string
		hostile bool
	}{
		{"", "", false},
		{"<p>&nbsp;</p><p></p>", "", false},
		{"Plain & simple", "<p>Plain &amp; simple</p>", false},
		{"Plain &amp; simple &ndash; yes", "<p>Plain &amp; simple – yes</p>", false},
		{`<p style="color:red" class="x"><font>Go</font></p>`, "<p>Go</p>", false},
		{"<ul><li>Go<li>SQL", "<ul><li>Go</li><li>SQL</li></ul>", false},
		{"</div></div><p>out", "<p>out</p>", false},
		{"<p>x</p><script>alert(1)</script>", "<p>x</p>", true},
		{`<p onmouseover="x()">x</p>`, "<p>x</p>", true},
		{`<a href=" java` + "\n" + `script:x()">x</a>`, "<p>x</p>", true},
		{`<p>x<img src="https://elsewhere.example.com/pixel"></p>`, "<p>x</p>", true},
		{"<form><input></form>y", "<p>y</p>", true},
		{"a\x00b\u202ec", "<p>abc</p>", false},
	} {
		if got := Read(c.in, 1000); got.HTML != c.out || got.Hostile != c.hostile || got.Cut {
			t.Errorf("%q became %+v, want %q, hostile %v", c.in, got, c.out, c.hostile)
		}
	}
}

func TestAForeignTextIsCutWhereItStaysWhole(t *testing.T) {
	if got := Read(strings.Repeat("x", 1000), 1007); got.Cut || len(got.HTML) != 1007 {
		t.Errorf("at the bound: %d characters, cut %v", len(got.HTML), got.Cut)
	}
	got := Read("<ul><li>"+strings.Repeat("x&", 600)+"</li><li title='"+strings.Repeat("y", 900)+"'>z", 1000)
	if !got.Cut || utf8.RuneCountInString(got.HTML) > 1000 || !strings.HasSuffix(got.HTML, "</li></ul>") {
		t.Errorf("beyond it: %d characters, cut %v, ending %q", len(got.HTML), got.Cut, got.HTML[max(0, len(got.HTML)-20):])
	}
}

func TestLinesOfHTML(t *testing.T) {
	got := Lines("<p>Fruit &amp; <b>bikes</b></p><ul><li>One</li><li> </li><li>Two<br>three</li></ul>")
	if want := []string{"Fruit & bikes", "One", "Two", "three"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzWhatIsReadOfAForeignTextIsSafeStableAndBounded(f *testing.F) {
	for _, s := range []string{"plain", "<b>x", "<script>x</script>", "&lt;script&gt;", "<x>&lt;svg onload=x&gt;", "<<b>script>", "<!--", "<table><p>x<td>y", "a &amp;lt;b&gt;", "<a href=x>y</a>"} {
		f.Add(s, uint8(100))
	}
	f.Fuzz(func(t *testing.T, s string, n uint8) {
		most := int(n) + 100
		got := Read(s, most)
		if utf8.RuneCountInString(got.HTML) > most || !utf8.ValidString(got.HTML) {
			t.Errorf("%q became %d characters", s, utf8.RuneCountInString(got.HTML))
		}
		low := strings.ToLower(got.HTML)
		for _, bad := range []string{"<script", "<svg", "<iframe", "<style", "<!", "<?", "<object", "<img"} {
			if strings.Contains(low, bad) {
				t.Errorf("%q became %q", s, got.HTML)
			}
		}
		// Saving it in a process changes nothing, or every draft would look touched.
		if again := Sanitize(strings.TrimSpace(got.HTML)); again != got.HTML {
			t.Errorf("%q became %q, and saved %q", s, got.HTML, again)
		}
		Lines(s)
	})
}
