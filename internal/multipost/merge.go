package multipost

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"handoff/internal/markup"
	"handoff/internal/recruit"
)

// group puts the rows of a listing together by ad. A row without a key is an
// ad of its own, named by what it says, so that it is kept and told about.
func group(rows []recruit.RemoteAd) map[string][]recruit.RemoteAd {
	out := map[string][]recruit.RemoteAd{}
	for _, r := range rows {
		var raw bytes.Buffer
		if json.Compact(&raw, r.Raw) != nil {
			raw.Reset()
			raw.WriteString("null")
		}
		r.Raw = raw.Bytes() // as it comes back from where it is kept
		if r.Key = strings.TrimSpace(r.Key); r.Key == "" || len(r.Key) > 200 {
			sum := sha256.Sum256(append([]byte(r.Title+"\x00"), r.Raw...))
			r.Key = noKey + hex.EncodeToString(sum[:12])
		}
		out[r.Key] = append(out[r.Key], r)
	}
	return out
}

// noKey begins the key of a row that the ATS gave none.
const noKey = "nokey:"

// rowKey names a row within its ad. A row for another platform never takes
// the place of one for ours.
func rowKey(r recruit.RemoteAd) string {
	if r.Foreign {
		return "foreign:" + r.Row
	}
	return r.Row
}

// mergeRows puts the rows of a listing over those that are kept. One that the
// listing lacks stays: a part of a listing says nothing of the rest, and a
// complete one is believed the second time (invariant 3).
func mergeRows(kept []Row, in []recruit.RemoteAd, complete bool) []Row {
	at := map[string]Row{}
	for _, r := range kept {
		at[rowKey(r.RemoteAd)] = r
	}
	came := map[string]recruit.RemoteAd{}
	for _, r := range in {
		k := rowKey(r)
		if other, twice := came[k]; !twice || order(other, r) < 0 {
			came[k] = r
		}
	}
	for k, r := range came {
		// Over a part of a listing the newer wins, so that a late push undoes
		// nothing; what a complete listing says is so.
		if old, had := at[k]; had && !complete && r.ChangedAt.Before(old.ChangedAt) && !r.ChangedAt.IsZero() {
			continue
		}
		at[k] = Row{RemoteAd: r}
	}
	var out []Row
	for k, r := range at {
		if _, seen := came[k]; !seen && complete {
			if r.Missed++; r.Missed >= 2 {
				continue
			}
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Row) int { return strings.Compare(rowKey(a.RemoteAd), rowKey(b.RemoteAd)) })
	return out
}

// order tells which of two rows is to be believed: the newer, and otherwise
// the same one whichever came first (invariant 4).
func order(a, b recruit.RemoteAd) int {
	return cmp.Or(a.ChangedAt.Compare(b.ChangedAt), strings.Compare(b.Row, a.Row), bytes.Compare(b.Raw, a.Raw))
}

// read makes state, content and problems of an ad's rows. It looks at nothing
// else but the time.
func read(key string, rows []Row, now time.Time) (State, Content, []string) {
	var own, live []recruit.RemoteAd
	for _, r := range rows {
		if r.Foreign {
			continue
		}
		own = append(own, r.RemoteAd)
		if !r.Withdrawn {
			live = append(live, r.RemoteAd)
		}
	}
	state, say := Listed, live
	switch {
	case len(own) == 0:
		state, say = Foreign, []recruit.RemoteAd{}
		for _, r := range rows {
			say = append(say, r.RemoteAd)
		}
	case len(live) == 0:
		state, say = Withdrawn, own
	}
	c, problems := content(say)
	if state == Listed && !c.ExpiresAt.IsZero() && !c.ExpiresAt.After(now) {
		state = Expired
		problems = append(problems, ProblemExpired)
	}
	if state == Foreign {
		return state, c, []string{ProblemForeign}
	}
	if strings.HasPrefix(key, noKey) {
		problems = append(problems, ProblemNoKey)
	}
	if len(live) > 1 {
		problems = append(problems, ProblemRegions)
	}
	return state, c, problems
}

// content merges rows, of which there is at least one: the texts of the row
// that changed last, and the places of all.
func content(rows []recruit.RemoteAd) (c Content, problems []string) {
	lead := slices.MaxFunc(rows, order)
	t := &texts{}
	c = Content{Title: t.title(lead.Title), Reference: t.line(lead.Reference, 200), Job: lead.Job, Clause: t.html(lead.Clause),
		Country: t.line(lead.Country, 2), RecruiterEmail: recruit.FoldEmail(t.line(lead.RecruiterEmail, 254)), URL: address(lead.URL),
		Salaries: slices.Clone(lead.Salaries), PublishedAt: lead.PublishedAt.UTC(), ExpiresAt: lead.ExpiresAt.UTC()}
	for _, s := range lead.Sections {
		if s.HTML = t.html(s.HTML); s.HTML != "" {
			c.Sections = append(c.Sections, s)
		}
	}
	if b := t.html(lead.Benefits); b != "" {
		c.Benefits = t.lines(markup.Lines(b), 50, 200)
	}
	var cities, regions, categories []string
	for _, r := range rows {
		cities, categories = append(cities, r.Cities...), append(categories, r.Categories...)
		regions = append(regions, r.Region)
		if c.Title == "" {
			c.Title = t.title(r.Title)
		}
		if c.Job == "" {
			c.Job = r.Job
		}
		if c.Reference == "" {
			c.Reference = t.line(r.Reference, 200)
		}
		if !c.ExpiresAt.IsZero() && (r.ExpiresAt.IsZero() || r.ExpiresAt.After(c.ExpiresAt)) {
			c.ExpiresAt = r.ExpiresAt.UTC() // it is over when its last region is
		}
	}
	c.Cities, c.Regions, c.Categories = t.lines(cities, 20, 100), t.lines(regions, 20, 100), t.lines(categories, 20, 200)
	if c.Title == "" {
		problems = append(problems, ProblemNoTitle)
	}
	if t.hostile {
		problems = append(problems, ProblemHostile)
	}
	if t.cut || !c.whole() {
		problems = append(problems, ProblemCut)
	}
	return c, problems
}

// texts makes texts ours and remembers what that took.
type texts struct{ hostile, cut bool }

func (t *texts) html(s string) string {
	f := markup.Read(s, MaxText)
	t.hostile, t.cut = t.hostile || f.Hostile, t.cut || f.Cut
	return f.HTML
}

// title is plain text; of one with script in it only the words stay.
func (t *texts) title(s string) string {
	if f := markup.Read(s, 2_000); f.Hostile {
		s, t.hostile = strings.Join(markup.Lines(f.HTML), " "), true
	}
	return t.line(s, 200)
}

func (t *texts) line(s string, most int) string {
	s = strings.Join(strings.Fields(markup.Letters(s)), " ")
	if r := []rune(s); len(r) > most {
		t.cut = true
		return strings.TrimSpace(string(r[:most]))
	}
	return s
}

// lines returns at most n different lines; case makes no difference.
func (t *texts) lines(in []string, n, most int) []string {
	var out []string
	for _, s := range in {
		if s = t.line(s, most); s == "" || slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
			continue
		}
		if len(out) == n {
			t.cut = true
			break
		}
		out = append(out, s)
	}
	return out
}

// address returns an address that a browser may be sent to, or nothing.
func address(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(s) > 2000 {
		return ""
	}
	return u.String()
}
