package erapi

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"handoff/internal/connector"
)

// Stage is a stage of the company's. Kind is its category (words.stage_type)
// and Fixed which of the vendor's own has its name (words.stage_name); empty
// where the mapping's words do not say.
type Stage struct {
	ID, Name, Kind, Fixed string
	// System is whether it is the vendor's own; Told, whether that was said.
	System, Told bool
}

// Stages lists the company's stages, or those of one recruitment.
func (c Client) Stages(ctx context.Context, recruitment string) ([]Stage, error) {
	op, places := OpStages, map[string]string(nil)
	if recruitment != "" {
		op, places = OpJobStages, map[string]string{"recruitmentId": recruitment}
	}
	var out []Stage
	err := c.list(ctx, op, op, "stage.id", places, func(n node) {
		s := Stage{ID: c.text(n, "stage.id"), Name: clean(c.text(n, "stage.name")), Kind: c.Map.meaning("stage_type.", c.text(n, "stage.type"))}
		s.Fixed = c.Map.meaning("stage_name.", s.Name)
		v, _ := n.first(c.Map.Fields["stage.system"])
		s.System, s.Told = v.truth()
		out = append(out, s)
	})
	return out, whole(err, &out)
}

// Step is an entry of an application's history: that it came to a stage.
type Step struct {
	Stage, Name string
	At          Moment
	said        string // the date as it was written
}

// alike tells whether two entries read the same: they have no id.
func (s Step) alike(o Step) bool { return s.Stage == o.Stage && s.Name == o.Name && s.said == o.said }

// fewSteps is how many entries are too few for a page that was cut off: fewer
// are all that there are, and cost one call.
const fewSteps = 10

// History reads all steps of an application, in the order in which they come.
func (c Client) History(ctx context.Context, application string) ([]Step, error) {
	for range maxPasses {
		steps, again, err := c.historyPass(ctx, application)
		if err != nil || !again {
			return steps, err
		}
	}
	return nil, &connector.Error{Kind: connector.Unavailable, Op: OpHistory, Code: "LISTING_INCOMPLETE"}
}

// historyPass reads the history from its start. By offset each page begins with
// the last entry of the one before, as other lists' do; again says that it did
// not.
func (c Client) historyPass(ctx context.Context, application string) (all []Step, again bool, err error) {
	p := c.Map.Paging
	paged := slices.Contains(p.Lists, OpHistory)
	l := &listing{c: c, op: OpHistory}
	var first []Step
	for page := range p.Most {
		query := url.Values{}
		if paged {
			query.Set(p.Limit, strconv.Itoa(p.Size))
			query.Set(p.Offset, strconv.Itoa(l.start(page, len(all))))
		}
		n, _, err := c.exchange(ctx, request{op: OpHistory, places: map[string]string{"applicationId": application}, query: query})
		if err != nil && page > 0 {
			err = later(err, OpHistory)
		}
		if err != nil {
			return nil, false, err
		}
		got, err := c.Map.steps(n)
		switch {
		case err != nil:
			return nil, false, err
		case page == 0 && (!paged || len(got) < fewSteps && l.count(n) <= len(got)):
			return got, false, nil
		case page == 0:
			first = got
		case slices.EqualFunc(got, first, Step.alike): // the endpoint ignores where it is to begin
			if len(got) == p.Size {
				return nil, false, l.broken(ListingWhole)
			}
			return all, false, nil
		case p.Style == ByOffset && (len(got) == 0 || !got[0].alike(all[len(all)-1])):
			return nil, true, nil
		case p.Style == ByOffset:
			got = got[1:]
		}
		if len(got) == 0 {
			return all, false, nil
		}
		all = append(all, got...)
	}
	return nil, false, l.broken("LISTING_TOO_LONG")
}

// steps reads one page of a history. An entry that names no stage means that
// the mapping is wrong.
func (m *Mapping) steps(n node) ([]Step, error) {
	broken := func(code string) ([]Step, error) {
		return nil, &connector.Error{Kind: connector.Unavailable, Op: OpHistory, Code: code}
	}
	rows, ok := n.rows(m.Lists[OpHistory], m.Fields["count"])
	if !ok {
		return broken(ListingBroken)
	}
	out := make([]Step, len(rows))
	for i, r := range rows {
		id, _ := r.first(m.Fields["history.stage"])
		name, _ := r.first(m.Fields["history.name"])
		at, _ := r.first(m.Fields["history.at"])
		out[i] = Step{Stage: id.text(), Name: clean(name.text()), At: at.when(m.Zone), said: at.text()}
		if out[i].Stage == "" {
			return broken(RowWithoutID)
		}
	}
	return out, nil
}

// Latest tells which of the steps, of which there is one at least, is where the
// application stands, and those before it, oldest first. Which end of a history
// is the newest nobody has seen (U): the dates say. Of steps whose dates do not
// tell them apart, the one on the stage that the list shows is it, or else the
// last. ok is false when the steps have no dates.
func Latest(steps []Step, shown string) (now Step, past []Step, ok bool) {
	order := slices.Clone(steps)
	end := len(order) - 1
	if slices.ContainsFunc(order, func(s Step) bool { return s.At.IsZero() }) {
		return order[end], nil, false
	}
	if order[0].At.From.After(order[end].At.From) {
		slices.Reverse(order)
	}
	slices.SortStableFunc(order, func(a, b Step) int { return a.At.From.Compare(b.At.From) })
	at := end
	for i := end; i >= 0; i-- {
		if order[i].Stage == shown && order[i].At.To.After(order[end].At.From) {
			at = i
			break
		}
	}
	return order[at], slices.Delete(slices.Clone(order), at, at+1), true
}
