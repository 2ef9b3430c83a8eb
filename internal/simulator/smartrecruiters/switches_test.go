package smartrecruiters

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"handoff/internal/simulator/simkit"
)

var update = flag.Bool("update", false, "write the tables of README.md")

func TestEverySwitchIsAFieldAndEveryFieldASwitch(t *testing.T) {
	fields := simkit.Fields(Switches{})
	for _, sw := range SwitchList() {
		if _, ok := fields[sw.Name]; !ok {
			t.Errorf("switch %s has no field", sw.Name)
		}
		delete(fields, sw.Name)
		if len(sw.Values) < 2 || sw.Uncertainty == "" || sw.Source == "" {
			t.Errorf("switch %s is not described", sw.Name)
		}
	}
	for name := range fields {
		t.Errorf("field %s is in no list", name)
	}
}

func TestASwitchTakesItsValuesAndNoOther(t *testing.T) {
	for _, sw := range SwitchList() {
		for _, v := range sw.Values {
			s, err := Switches{}.With(sw.Name, v)
			if err != nil || s.Get(sw.Name) != v {
				t.Errorf("%s=%s: %v", sw.Name, v, err)
			}
		}
		if _, err := (Switches{}).With(sw.Name, "odd"); err == nil {
			t.Errorf("%s took a value that is not its own", sw.Name)
		}
		if got := (Switches{}).Get(sw.Name); got != sw.Default() {
			t.Errorf("%s is %q when nothing is chosen", sw.Name, got)
		}
	}
	if _, err := (Switches{}).With("no_such_switch", On); err == nil {
		t.Error("an unknown switch was taken")
	}
}

// TestTheWholeWayWorksWithEachReading runs the way of one candidate with every switch at each of
// its values: a reading may refuse something else, never this.
func TestTheWholeWayWorksWithEachReading(t *testing.T) {
	for _, sw := range SwitchList() {
		for _, v := range sw.Values {
			t.Run(sw.Name+"="+string(v), func(t *testing.T) {
				w := start(t, with(sw.Name, v))
				access, _ := w.grant(integration)
				w.call("GET", "/jobs", nil, bearer(access)...).is(200, "")
				id := w.create(grace())
				w.attach(id, "cv.pdf", pdf).is(201, "")
				w.call("PUT", w.app(id)+"/status", map[string]any{"status": "INTERVIEW"}).is(204, "")
				w.get(w.app(id)).is(200, "")
				w.get(w.app(id)+"/status/history").is(200, "")
				if n := len(w.get("/candidates?tag=handoff&jobId=" + w.job).content()); n != 1 {
					t.Errorf("%d candidates listed", n)
				}
				w.call("DELETE", "/candidates/"+id, nil).is(204, "")
			})
		}
	}
}

var faultWords = map[simkit.Kind]string{
	simkit.StatusBefore: "answers `status` (503) and does nothing", simkit.StatusAfter: "does the work and answers `status` (503)",
	simkit.DropBefore: "closes the connection, does nothing", simkit.DropAfter: "does the work, closes the connection",
	simkit.DelayBefore: "waits `delay`, then works and answers", simkit.DelayAfter: "works, waits `delay`, then answers",
	simkit.Expired: "401 of an expired token; the token stays good", simkit.Denied: "401 PERMISSION_DENIED: no access to this job or candidate",
	simkit.HTML: "a proxy's page with `status` (502), nothing done", simkit.Empty200: "200 without a body, nothing done",
	simkit.Truncated: "does the work, breaks off in the middle of the body", simkit.Trickle: "does the work, sends the body in pieces, `delay` (50ms) between",
	simkit.Swallow: "does the work and never answers; the connection is held until the client leaves",
}

func TestTheREADMEHasTheTables(t *testing.T) {
	var switches, faults strings.Builder
	switches.WriteString("| switch | values | stands for | known from |\n| --- | --- | --- | --- |\n")
	for _, sw := range SwitchList() {
		values := make([]string, len(sw.Values))
		for i, v := range sw.Values {
			values[i] = "`" + string(v) + "`"
		}
		fmt.Fprintf(&switches, "| `%s` | %s | %s | %s |\n", sw.Name, strings.Join(values, " "), sw.Uncertainty, sw.Source)
	}
	faults.WriteString("| kind | does |\n| --- | --- |\n")
	for _, k := range simkit.Kinds() {
		fmt.Fprintf(&faults, "| `%s` | %s |\n", k, faultWords[k])
	}
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for mark, table := range map[string]string{"switches": switches.String(), "faults": faults.String()} {
		part := regexp.MustCompile(`(?s)(<!-- ` + mark + `[^>]*-->\n).*?(<!-- end -->)`)
		text = part.ReplaceAllStringFunc(text, func(old string) string {
			m := part.FindStringSubmatch(old)
			return m[1] + table + m[2]
		})
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if text != string(b) {
		t.Error("README.md is behind; run go test -run TestTheREADME -update")
	}
}
