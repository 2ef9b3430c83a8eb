package say

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"handoff/internal/connector"
	"handoff/internal/notify"
	"handoff/internal/recruit"
	"handoff/internal/stagesync"
)

// read returns a catalogue as it stands in its file.
func read(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	b, err := os.ReadFile("active." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for k, v := range raw {
		var one string
		forms := map[string]string{}
		if json.Unmarshal(v, &one) == nil {
			forms["other"] = one
		} else if err := json.Unmarshal(v, &forms); err != nil {
			t.Fatalf("%s in %s: %v", k, lang, err)
		}
		out[k] = forms
	}
	return out
}

var argument = regexp.MustCompile(`{{\.[A-Za-z]+}}`)

func TestBothCataloguesSayTheSameThings(t *testing.T) {
	en, pl := read(t, English), read(t, Polish)
	for k, forms := range en {
		theirs, ok := pl[k]
		if !ok {
			t.Errorf("%s is not said in Polish", k)
			continue
		}
		if len(forms) > 1 != (len(theirs) > 1) {
			t.Errorf("%s counts in one language only", k)
		}
		if len(forms) > 1 {
			for _, form := range []string{"one", "few", "many", "other"} {
				if theirs[form] == "" {
					t.Errorf("%s has no Polish form %s", k, form)
				}
			}
		}
		args := func(s string) []string {
			found := argument.FindAllString(s, -1)
			slices.Sort(found)
			return slices.Compact(found)
		}
		if a, b := args(forms["other"]), args(theirs["other"]); !slices.Equal(a, b) {
			t.Errorf("%s takes %v in English and %v in Polish", k, a, b)
		}
	}
	for k := range pl {
		if _, ok := en[k]; !ok {
			t.Errorf("%s is not said in English", k)
		}
	}
}

// families are said by a code that is known only when the page is made.
var families = []string{"ad.badge", "ad.over", "ad.problem", "ad.say", "ad.section", "ad.state", "ads.failed", "ads.letter", "application.moved_by", "audit", "auth", "basis", "binding.badge", "binding.state", "blocked", "both.presence", "channel", "check", "check.code",
	"check.state", "connection", "connection.say", "decision", "delivery", "delivery.say", "edit.step", "environment", "error.text", "error.title", "field",
	"kind", "language", "mail", "missing", "nav", "op", "opening", "own.done", "problem", "process.state", "purpose", "reading", "reason", "role", "settings", "stage", "sync.count", "sync.ended", "sync.hook", "sync.mapping", "sync.mapping_badge", "sync.result", "sync.run", "sync.tells", "sync.tells_help", "sync.trigger", "timeline", "tongue", "tour", "turn", "apply"}

// sources returns the text of what is written by hand under a folder.
func sources(t *testing.T, root string, ext ...string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") || !slices.Contains(ext, filepath.Ext(path)) {
			return err
		}
		b, err := os.ReadFile(path)
		all.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestEveryKeyIsThereAndEveryKeyIsUsed(t *testing.T) {
	en := read(t, English)
	text := sources(t, "..", ".go", ".templ") + sources(t, "../../notify", ".go")
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.(?:T|N)\("([^"]+)"[,)]`).FindAllStringSubmatch(text, -1) {
		used[m[1]] = true
		if _, ok := en[m[1]]; !ok {
			t.Errorf("%s is said on a page and stands in no catalogue", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\.Code\("([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if _, ok := en[m[1]+".other"]; !ok {
			t.Errorf("the family %s has nothing to fall back on", m[1])
		}
	}
	for k := range en {
		if used[k] || strings.Contains(text, `"`+k+`"`) || slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(k, f+".") }) {
			continue
		}
		t.Errorf("%s is said by no page", k)
	}
}

func TestEveryStateHasItsWords(t *testing.T) {
	en := read(t, English)
	want := func(family string, codes ...string) {
		for _, c := range codes {
			if _, ok := en[family+"."+c]; !ok {
				t.Errorf("%s.%s has no words", family, c)
			}
		}
	}
	for _, s := range recruit.Stages() {
		want("stage", string(s))
	}
	for _, s := range recruit.DeliveryStates() {
		want("delivery", string(s))
		want("delivery.say", string(s))
		want("timeline.delivery", string(s))
	}
	want("connection", "awaiting_authorization", "awaiting_confirmation", "untested", "connected", "failing", "broken", "disconnected")
	want("connection.say", "awaiting_authorization", "awaiting_confirmation", "untested", "connected", "failing", "broken", "disconnected")
	want("process.state", "draft", "open", "closed")
	want("binding.badge", "ok", "untested", "broken", "none")
	want("check.state", "pending", "running", "passed", "warning", "failed", "not_applicable")
	want("check", "credential", "rights", "job_open", "consent_assigned", "source", "create", "cv_attached", "read_back", "removed")
	want("decision", "given", "refused", "no_statement", "not_asked", "withdrawn", "shown")
	want("purpose", "clause", "ats_transfer", "future_recruitments", "remote_clause", "remote_consent")
	for _, k := range notify.Kinds() {
		want("mail.kind", string(k))
	}
	for _, st := range notify.States() {
		want("mail.state", string(st))
		want("mail.say", string(st))
	}
	for _, r := range notify.OpeningReasons() {
		want("opening", r)
	}
	for _, p := range stagesync.Presences() {
		want("both.presence", string(p))
	}
	want("sync.ended", stagesync.EndedOvertaken, stagesync.EndedOff)
	want("turn", "admin", "recruiter", "operator", "ats", "candidate")
	for _, status := range []string{"400", "403", "404", "405", "409", "413", "422", "429", "500", "503"} {
		want("error.title", status)
		want("error.text", status)
	}
}

// What an engine can refuse or report must reach a person as a sentence, not
// as a code: a code that somebody adds is missed here.
func TestEveryCodeThatAnEngineSaysHasItsSentence(t *testing.T) {
	en := read(t, English)
	text := ""
	for _, engine := range []string{"company", "process", "apply", "integration", "delivery", "multipost", "notify", "connector"} {
		text += sources(t, filepath.Join("..", "..", engine), ".go")
	}
	text += sources(t, "../../connectors/smartrecruiters", ".go")
	for _, k := range connector.Kinds() {
		if k == connector.Unknown {
			continue // no failure
		}
		for _, key := range []string{"kind." + k.String(), "check.code.ats_" + k.String()} {
			if _, ok := en[key]; !ok {
				t.Errorf("%s has no sentence", key)
			}
		}
	}
	for _, row := range []struct{ family, pattern string }{
		{"problem", `Refuse\("([a-z_]+)"`},
		{"ad.problem", `\bProblem[A-Z]\w+ += "([a-z_]+)"`},
		{"ad.badge", `\bProblem[A-Z]\w+ += "([a-z_]+)"`},
		{"field", `\.Add\([^,\n]+, "([a-z_]+)"`},
		{"field", `return "(type_mismatch|encrypted|macro|malformed|archive_bomb|nested_archive|too_large|empty|type_not_allowed)"`},
		{"reason", `\b[Rr]eason[A-Z]\w+ += "([a-z_]+)"`},
		{"check.code", `\bCode[A-Z]\w+ += "([a-z_]+)"`},
		{"check.code", `Code(?::|,.* =).*"([a-z_]*[a-z])"\}?`},
	} {
		found := regexp.MustCompile(row.pattern).FindAllStringSubmatch(text, -1)
		if len(found) == 0 {
			t.Errorf("%s matches nothing", row.pattern)
		}
		for _, m := range found {
			if _, ok := en[row.family+"."+m[1]]; !ok {
				t.Errorf("%s.%s has no sentence", row.family, m[1])
			}
		}
	}
}
