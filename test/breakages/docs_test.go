package breakages

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"handoff/internal/recruit"
	"handoff/internal/web/say"
)

var update = flag.Bool("update", false, "write docs/breakages.md anew")

const docs = "../../docs/breakages.md"

// chapters of the page, by who finds what.
var chapters = []struct {
	found              []finder
	title, where, when string
}{
	{[]finder{byCheck}, "The connection", "on the integration's page, in the report of TEST THE CONNECTION, and as `report` of `GET /api/v1/connections/{id}`",
		"The connection is looked at by TEST THE CONNECTION, and every night between 2:00 and 5:00 of the company's time zone."},
	{[]finder{byPreflight, byTexts}, "The recruitment that a process is bound to", "on the process's page, beside its integration, and in `GET /api/v1/processes/{id}/binding/preflight`",
		"Every bound recruitment is looked at when it is bound, every night between 2:00 and 5:00, and at once when a list, its texts or an application hints that something is wrong with it; one that takes nobody, every ten minutes. " +
			"Its clauses and consents are read every ten minutes while the process is open."},
	{[]finder{byImport}, "The ads that are multiposted", "on the ad's page under Processes, Ads, and in `GET /api/v1/ads`",
		"Ads are read every ten minutes, all of them every six hours, and by READ NOW."},
}

// The page of the docs is the table, in the catalogue's own words.
func TestTheTableIsThePageOfTheDocs(t *testing.T) {
	page := written(t)
	if *update {
		if err := os.WriteFile(docs, page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	now, err := os.ReadFile(docs)
	if err != nil || !bytes.Equal(now, page) {
		t.Errorf("docs/breakages.md is not what the table says (%v): go test ./test/breakages -run TestTheTableIsThePageOfTheDocs -update", err)
	}
	for _, x := range table() {
		if !bytes.Contains(now, []byte("`"+x.code+"`")) || x.what == "" || x.when == "" || x.then == "" {
			t.Errorf("the page has nothing, or too little, of %s", x.name)
		}
	}
}

func written(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	p := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	p("# What may break between us and eRecruiter")
	p("")
	p("Generated from the table of `test/breakages`, which breaks each of these under a running house and looks: it is told by its own code, in both")
	p("languages, and a candidate who applies meanwhile arrives once after the repair, or waits for a person. Do not edit this page; change the table and")
	p("run `go test ./test/breakages -run TestTheTableIsThePageOfTheDocs -update`.")
	p("")
	p("What eRecruiter's API really does in some of these cases is assumed, not confirmed: [the connector](../internal/connectors/erecruiter/README.md)")
	p("says which. The times are Handoff's own. Names and numbers in the sentences are examples.")
	for _, c := range chapters {
		p("")
		p("## %s", c.title)
		p("")
		p("%s It is told %s.", c.when, c.where)
		p("")
		p("| what breaks | code | found | whose turn |")
		p("| --- | --- | --- | --- |")
		var rows []row
		for _, f := range table() {
			for _, k := range c.found {
				if f.found == k {
					rows = append(rows, f)
				}
			}
		}
		for _, x := range rows {
			p("| [%s](#%s) | `%s` | %s%s | %s |", x.what, anchor(x.what), x.code, x.when, map[bool]string{true: "; else by night"}[x.byNight()], whose(x.turn))
		}
		for _, x := range rows {
			p("")
			p("### %s", x.what)
			p("")
			p("%s", verdict(x))
			p("")
			for _, lang := range say.Languages() {
				p("> %s", sentence(t, lang, x.family(), x.code, x.args))
				if lang != say.Polish {
					p(">")
				}
			}
			p("")
			p("%s", x.then)
		}
	}
	return b.Bytes()
}

func verdict(x row) string {
	code := "`" + x.code + "`"
	switch {
	case x.found == byImport:
		return "Stands with the ad as " + code + "."
	case x.failed:
		code = "The check `" + x.check + "` fails with " + code + "."
	default:
		code = "The check `" + x.check + "` warns with " + code + "."
	}
	switch {
	case x.broken == "":
	case x.found == byCheck:
		code += " The integration is broken: `" + x.broken + "`."
	default:
		code += " The process's integration is broken: `" + x.broken + "`."
	}
	if x.reason != "" {
		code += " An application that comes meanwhile is `" + string(x.state) + "`: `" + x.reason + "`."
	}
	return code
}

func whose(turn recruit.Turn) string {
	if turn == recruit.TurnNobody {
		return "nobody's"
	}
	return map[recruit.Turn]string{recruit.TurnAdmin: "the company's Admin", recruit.TurnRecruiter: "the recruiter", recruit.TurnOperator: "the platform's operator",
		recruit.TurnATS: "eRecruiter's support"}[turn]
}

// anchor is where the docs' readers find a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteRune('-')
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-':
			b.WriteRune(r)
		}
	}
	return b.String()
}
