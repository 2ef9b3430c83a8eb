package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"handoff/internal/recruit"
	"handoff/internal/stagesync"
	"handoff/internal/web/page"
)

// choices are what a form says of each stage: a stage of ours, leave, or
// nothing.
type choices map[recruit.StageKey]string

// mapping is what is chosen; what is not is missing from it.
func (c choices) mapping() stagesync.Mapping {
	m := stagesync.Mapping{}
	for key, choice := range c {
		switch choice {
		case "":
		case page.LeaveChoice:
			m[key] = stagesync.Target{}
		default:
			m[key] = stagesync.Target{Stage: recruit.Stage(choice)}
		}
	}
	return m
}

// chosen reads the form for the stages that there are now. A stage that went
// while the form was filled in is left out of it.
func (v *visit) chosen(all []stagesync.Stage) choices {
	out := choices{}
	for _, s := range all {
		if !s.RemovedAt.IsZero() || s.Locked {
			continue
		}
		out[s.Key] = v.r.PostForm.Get("entries." + string(s.Key))
	}
	return out
}

// assignMany does one choice for many: all stages of a status, or of a name.
func (v *visit) assignMany(all []stagesync.Stage, c choices, act string) {
	in := v.r.PostForm
	status, byStatus := strings.CutPrefix(act, "status:")
	name, to := in.Get("bulk.name"), in.Get("bulk.name.to")
	if byStatus {
		to = in.Get("bulk.status." + status)
	}
	if to == "" {
		return
	}
	for _, s := range all {
		if _, there := c[s.Key]; there && (byStatus && s.Status == status && string(s.Key) != status || !byStatus && name != "" && s.Name == name) {
			c[s.Key] = to
		}
	}
}

// saveMapping saves the mapping, tells who would move, or fills in many
// choices at once.
func (v *visit) saveMapping() error {
	c, err := v.moduleForm()
	if err != nil {
		return err
	}
	ctx, who, of := v.r.Context(), v.caller(), v.processOfMapping()
	all, _, err := v.web.o.Stages.Stages(ctx, who, c.ID, of)
	if err != nil {
		return err
	}
	typed, act := v.chosen(all), v.r.PostForm.Get("act")
	m := page.StagesPage{Errors: page.NewErrors(v.say, nil)}
	m.Map.Mail = v.r.PostForm.Get("mail") != ""
	var would map[stagesync.Change]int
	switch act {
	case "save":
		_, err = v.web.o.Stages.SaveMapping(ctx, who, c.ID, of, typed.mapping(), m.Map.Mail)
	case "preview":
		would, err = v.web.o.Stages.Preview(ctx, who, c.ID, of, typed.mapping())
	default:
		v.assignMany(all, typed, act)
		m.Map.Filled, _ = strings.CutPrefix(act, "status:")
		return v.showStages(http.StatusOK, c, m, typed)
	}
	done := "sync.mapping_saved"
	if of != "" {
		done = "sync.own_saved"
	}
	var invalid *recruit.Invalid
	switch {
	case errors.As(err, &invalid):
		m.Map.Refused, m.Map.Wrong = v.refusedStages(all, typed, invalid)
		return v.showStages(http.StatusUnprocessableEntity, c, m, typed)
	case act == "save" || err != nil:
		return v.stagesDone(c, done, err)
	}
	m.Map.Shown, m.Map.Preview = true, moves(would)
	return v.showStages(http.StatusOK, c, m, typed)
}

// moves are the lines of a preview.
func moves(would map[stagesync.Change]int) (out []page.MoveCount) {
	for _, from := range recruit.Stages() {
		for _, to := range recruit.Stages() {
			if n := would[stagesync.Change{From: from, To: to}]; n > 0 {
				out = append(out, page.MoveCount{From: from, To: to, Count: n})
			}
		}
	}
	return out
}

// mostNamed is how many missing stages are named above the form; each is
// marked in it.
const mostNamed = 20

// refusedStages names what is refused, each with a link to its field, and
// tells of every row what is wrong with it.
func (v *visit) refusedStages(all []stagesync.Stage, typed choices, bad *recruit.Invalid) (out []page.Refused, wrong map[recruit.StageKey]string) {
	errs := page.NewErrors(v.say, bad)
	wrong = map[recruit.StageKey]string{}
	for i, s := range all {
		text := errorOf(errs, bad, s.Key)
		if text == "" {
			continue
		}
		wrong[s.Key] = text
		if typed[s.Key] == "" {
			text = v.say.T("sync.not_assigned")
		}
		out = append(out, page.Refused{Field: stageElement(i), Text: stageName(all, s) + ": " + text})
	}
	if n := len(out) - mostNamed; n > 0 {
		out = append(out[:mostNamed], page.Refused{Text: v.say.N("sync.and_more", n)})
	}
	return out, wrong
}

// errorOf is what is wrong with one stage. Keys may begin alike, so that the
// path must be the whole.
func errorOf(errs page.Errors, bad *recruit.Invalid, key recruit.StageKey) string {
	path := "entries." + string(key)
	if !slices.ContainsFunc(bad.Fields, func(f recruit.FieldProblem) bool { return f.Path == path }) {
		return ""
	}
	return errs.At(path)
}

func stageElement(i int) string { return "stage-" + strconv.Itoa(i) }

// stageName is a stage's name, after that of the status of which it is a part.
func stageName(all []stagesync.Stage, s stagesync.Stage) string {
	if s.Status == "" || string(s.Key) == s.Status {
		return s.Name
	}
	return statusName(all, s.Status) + " › " + s.Name
}

func statusName(all []stagesync.Stage, status string) string {
	for _, s := range all {
		if string(s.Key) == status {
			return s.Name
		}
	}
	return status
}

// fillMap puts the stages into the form, by status where there are such.
func (v *visit) fillMap(m *page.StageMap, all []stagesync.Stage, typed choices) {
	m.Chosen = typed != nil
	groups, names := map[string]int{}, map[string]int{}
	focused := false
	for i, s := range all {
		if !s.RemovedAt.IsZero() {
			m.Removed = append(m.Removed, s)
			continue
		}
		row := page.StageRow{Stage: s, ID: stageElement(i)}
		switch choice, given := typed[s.Key]; {
		case given:
			row.Choice = choice
		case s.Assigned:
			row.Choice = page.ChoiceOf(s.To)
		}
		if row.Choice != "" && row.Choice != page.LeaveChoice && !recruit.Stage(row.Choice).Valid() {
			row.Choice = "" // the list has no such entry
		}
		if row.Error = m.Wrong[s.Key]; row.Error != "" {
			if row.Choice == "" {
				row.Error = v.say.T("sync.choose_one")
			}
			row.Focus, focused = !focused, true
		}
		if row.Choice == "" {
			if m.Missing++; m.Missing <= mostNamed {
				m.Unassigned = append(m.Unassigned, page.Refused{Field: row.ID, Text: stageName(all, s)})
			}
		}
		at, ok := groups[s.Status]
		if !ok {
			at = len(m.Groups)
			groups[s.Status] = at
			m.Groups = append(m.Groups, page.StageGroup{Status: s.Status, Name: statusName(all, s.Status), ID: "group-" + strconv.Itoa(at)})
		}
		m.Groups[at].Rows = append(m.Groups[at].Rows, row)
		if !s.Locked {
			if names[s.Name]++; names[s.Name] == 2 {
				m.Names = append(m.Names, s.Name)
			}
		}
	}
	many, few := m.Many(), m.Missing <= mostNamed
	if !few {
		m.Unassigned = append(m.Unassigned, page.Refused{Text: v.say.N("sync.and_more", m.Missing-mostNamed)})
	}
	named := map[string]bool{} // above the form, each with a link
	for _, r := range m.Refused {
		named[r.Field] = true
	}
	for i := range m.Groups {
		g := &m.Groups[i]
		g.Open = !many || g.Status == m.Filled || slices.ContainsFunc(g.Rows, func(r page.StageRow) bool { return named[r.ID] || few && r.Choice == "" })
	}
}
