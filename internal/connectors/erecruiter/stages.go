package erecruiter

import (
	"context"
	"errors"
	"net/http"

	"handoff/internal/connector"
	"handoff/internal/connectors/erecruiter/internal/erapi"
	"handoff/internal/recruit"
)

// categories are the vendor's six (C: S7) in our words.
var categories = map[string]recruit.StageCategory{"standard": recruit.CategoryStandard, "message": recruit.CategoryMessage,
	"interview": recruit.CategoryMeeting, "rejection": recruit.CategoryRejection, "employment": recruit.CategoryHiring, "job_proposal": recruit.CategoryOffer}

// fixed is what a stage of the vendor's own means here (rule R16).
type fixed struct {
	category recruit.StageCategory
	preset   recruit.Stage
	locked   bool
}

// fixedStages are the vendor's own, by the mapping's names for them.
var fixedStages = map[string]fixed{
	"new":      {recruit.CategoryStandard, recruit.StageWaiting, true},
	"review":   {recruit.CategoryStandard, recruit.StageEvaluating, false},
	"offer":    {recruit.CategoryOffer, recruit.StageOffer, true},
	"hired":    {recruit.CategoryHiring, recruit.StageHired, true},
	"rejected": {recruit.CategoryRejection, recruit.StageNegative, false},
}

// ListStages lists the company's stages. Of the vendor's own it says what they
// mean here; of the company's, the category alone, and none where the ATS shows
// none: a name is the company's affair.
func (c *conn) ListStages(ctx context.Context) ([]recruit.RemoteStage, error) {
	rows, err := c.stages(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return nil, &connector.Error{Kind: connector.Unavailable, Op: erapi.OpStages, Code: codeNoStages}
	}
	out := make([]recruit.RemoteStage, 0, len(rows))
	named := map[string]bool{}
	for _, x := range rows {
		s := recruit.RemoteStage{Key: recruit.StageKey(x.ID), Name: x.Name, Category: categories[x.Kind]}
		if s.Name == "" {
			s.Name = x.ID
		}
		if which := own(x); which != "" && (x.Told || !named[which]) {
			// Where the ATS does not say which are its own, the first of a name is: it was there before the company's.
			f := fixedStages[which]
			s.Category, s.Preset, s.Locked = f.category, f.preset, f.locked
			s.Automatic = which == "review" // opening a card moves to it (C: S12)
			named[which] = true
		}
		out = append(out, s)
	}
	return out, nil
}

// own tells which of the vendor's own a stage is: by its name, unless it says
// that it is the company's or of another category; and by its category, when it
// says that it is the vendor's and the category has one such stage alone.
func own(x erapi.Stage) string {
	if x.Told && !x.System {
		return ""
	}
	if f, ok := fixedStages[x.Fixed]; ok && (x.Kind == "" || categories[x.Kind] == f.category) {
		return x.Fixed
	}
	if x.Told {
		return map[string]string{"job_proposal": "offer", "employment": "hired", "rejection": "rejected"}[x.Kind]
	}
	return ""
}

// stages reads the company's stages or, where there is no call for them or not
// for this key, those of all open recruitments: every stage is attached to
// these unless somebody took it off (C: S8).
func (c *conn) stages(ctx context.Context) ([]erapi.Stage, error) {
	each := c.m.Has(erapi.OpJobStages)
	if c.m.Has(erapi.OpStages) {
		rows, err := call(ctx, c, reading, erapi.OpStages, func(api erapi.Client) ([]erapi.Stage, error) { return api.Stages(ctx, "") })
		if err == nil || !each || !noCall(err) {
			return rows, err
		}
	}
	if !each {
		return nil, &connector.Error{Kind: connector.Misconfigured, Op: erapi.OpStages, Code: codeNoStagesCall}
	}
	jobs, err := call(ctx, c, reading, erapi.OpRecruitments, func(api erapi.Client) ([]erapi.Recruitment, error) { return api.Recruitments(ctx) })
	if err != nil {
		return nil, err
	}
	var out []erapi.Stage
	seen := map[string]bool{}
	for _, j := range jobs {
		if !j.Open {
			continue
		}
		rows, err := call(ctx, c, reading, erapi.OpJobStages, func(api erapi.Client) ([]erapi.Stage, error) { return api.Stages(ctx, j.ID) })
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			if !seen[x.ID] {
				seen[x.ID] = true
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// noCall tells whether a call is not there, or not for this key.
func noCall(err error) bool {
	var e *connector.Error
	return errors.As(err, &e) && e.Code != codeCompany &&
		(e.Kind == connector.Gone || e.Kind == connector.Forbidden || e.Status == http.StatusMethodNotAllowed)
}

// ReadStages lists the recruitment once. A row is ours by the application's id
// or, where the answer to the create did not name it, by the candidate's; of
// everybody else nothing outlives the row (product decision 17). The list's end
// is believed where a page shows it, unless somebody is not in it: an ATS whose
// pages are always short would have two readings agree that they are gone.
func (c *conn) ReadStages(ctx context.Context, job recruit.RemoteJobID, tracked []connector.Tracked) (connector.JobStages, error) {
	type list struct {
		rows   int
		byID   map[string]erapi.Applied
		person map[string]erapi.Applied
	}
	ids, people := map[string]bool{}, map[string]bool{}
	for _, t := range tracked {
		if t.Remote != "" {
			ids[string(t.Remote)] = true
		} else {
			people[string(t.Candidate)] = true
		}
	}
	read := func(pages *erapi.Pages) (list, error) {
		return call(ctx, c, reading, erapi.OpApplications, func(api erapi.Client) (list, error) {
			api.Pages = pages
			l := list{byID: map[string]erapi.Applied{}, person: map[string]erapi.Applied{}}
			err := api.Applications(ctx, string(job), func(x erapi.Applied) {
				l.rows++
				if ids[x.ID] {
					l.byID[x.ID] = x
				}
				if was, twice := l.person[x.Candidate]; people[x.Candidate] && (!twice || earlier(x.ID, was.ID)) {
					l.person[x.Candidate] = x
				}
			})
			return l, err
		})
	}
	got, err := read(c.pages)
	if err == nil && len(got.byID)+len(got.person) < len(ids)+len(people) {
		got, err = read(nil)
	}
	if err != nil {
		return connector.JobStages{}, err
	}
	out := connector.JobStages{Rows: got.rows, Stages: make(map[recruit.ApplicationID]connector.StageRead, len(tracked))}
	rows := map[recruit.ApplicationID]erapi.Applied{}
	var ask []connector.Tracked
	for _, t := range tracked {
		row, there := got.byID[string(t.Remote)]
		if t.Remote == "" {
			row, there = got.person[string(t.Candidate)]
		}
		switch {
		case !there:
			out.Stages[t.Application] = connector.StageRead{Gone: true}
		case t.Presence || row.StageID != "" && row.StageID == string(t.Last):
			out.Stages[t.Application] = shown(row)
		default:
			rows[t.Application] = row
			ask = append(ask, t)
		}
	}
	if err := connector.ReadEach(ctx, out.Stages, ask, func(t connector.Tracked) (connector.StageRead, error) {
		return c.standing(ctx, rows[t.Application])
	}); err != nil {
		return connector.JobStages{}, err
	}
	return out, nil
}

// earlier compares ids, which are given one after the other (I).
func earlier(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }

func shown(row erapi.Applied) connector.StageRead {
	return connector.StageRead{Key: recruit.StageKey(row.StageID), Name: row.Stage}
}

// standing reads the history of a row that the list shows on another stage than
// before, or on none. It is the row that counts where the history cannot be
// read, has no dates, or does not know the row's stage yet.
func (c *conn) standing(ctx context.Context, row erapi.Applied) (connector.StageRead, error) {
	steps, err := c.history(ctx, row.ID)
	if row.StageID != "" {
		if err != nil && !connector.OfOne(ctx, err) { // else the row stands without its history
			return connector.StageRead{}, err
		}
		known := false
		for _, s := range steps {
			known = known || s.Stage == row.StageID
		}
		if !known {
			return shown(row), nil
		}
		r := read(steps, row.StageID)
		if r.Name == "" {
			r.Name = row.Stage
		}
		return r, nil
	}
	if k := connector.KindOf(err); err != nil && k != connector.Gone {
		return connector.StageRead{}, err
	}
	if len(steps) == 0 { // the list has it, so that it is not gone
		return connector.StageRead{}, &connector.Error{Kind: connector.Unavailable, Op: erapi.OpHistory, Code: codeStageUntold}
	}
	return read(steps, ""), nil
}

// read is what a history says.
func read(steps []erapi.Step, shown string) connector.StageRead {
	now, past, dated := erapi.Latest(steps, shown)
	if !dated && shown != "" {
		return connector.StageRead{Key: recruit.StageKey(shown)}
	}
	r := connector.StageRead{Key: recruit.StageKey(now.Stage), Name: now.Name, ChangedAt: now.At.Exact()}
	for _, s := range past {
		if at := s.At.Exact(); !at.IsZero() { // one whose time is not known would be taken for the newest
			r.Past = append(r.Past, connector.StagePast{Key: recruit.StageKey(s.Stage), Name: s.Name, At: at})
		}
	}
	return r
}

// history reads one; a random failure (C) is tried again. Without a call for it
// there is none.
func (c *conn) history(ctx context.Context, application string) (steps []erapi.Step, err error) {
	if !c.m.Has(erapi.OpHistory) {
		return nil, nil
	}
	for range 1 + patience {
		steps, err = call(ctx, c, reading, erapi.OpHistory, func(api erapi.Client) ([]erapi.Step, error) { return api.History(ctx, application) })
		if connector.KindOf(err) != connector.Unavailable || ctx.Err() != nil {
			break
		}
	}
	return steps, err
}

// ReadStage asks for the history alone. What it does not tell, the list does:
// an application is gone only when the list lacks it.
func (c *conn) ReadStage(ctx context.Context, job recruit.RemoteJobID, t connector.Tracked) (connector.StageRead, error) {
	if t.Remote != "" {
		steps, err := c.history(ctx, string(t.Remote))
		switch {
		case len(steps) > 0:
			return read(steps, ""), nil
		case err != nil && !noCall(err):
			return connector.StageRead{}, err
		}
	}
	all, err := c.ReadStages(ctx, job, []connector.Tracked{t})
	return all.Stages[t.Application], err
}
