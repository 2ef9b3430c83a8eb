package smartrecruiters

import (
	"context"
	"slices"
	"strings"

	"handoff/internal/connector"
	"handoff/internal/connectors/smartrecruiters/internal/srapi"
	"handoff/internal/recruit"
)

// statuses are the vendor's own stages, in its order (S: CandidateStatusEnum;
// there is no call that lists them), with what they mean here: product
// decisions 1 and 8. TRANSFERRED leaves the stage: it goes on at another job.
func statuses() []recruit.RemoteStage {
	return []recruit.RemoteStage{
		{Key: "LEAD", Name: "Lead", Preset: recruit.StageWaiting},
		{Key: "NEW", Name: "New", Preset: recruit.StageWaiting},
		{Key: "IN_REVIEW", Name: "In review", Category: recruit.CategoryStandard, Preset: recruit.StageEvaluating},
		{Key: "INTERVIEW", Name: "Interview", Category: recruit.CategoryMeeting, Preset: recruit.StageInvited},
		{Key: "OFFERED", Name: "Offered", Category: recruit.CategoryOffer, Preset: recruit.StageOffer},
		{Key: "HIRED", Name: "Hired", Category: recruit.CategoryHiring, Preset: recruit.StageHired},
		{Key: "REJECTED", Name: "Rejected", Category: recruit.CategoryRejection, Preset: recruit.StageNegative},
		{Key: "WITHDRAWN", Name: "Withdrawn", Category: recruit.CategoryRejection, Preset: recruit.StageNegative, Withdrawal: true},
		{Key: "TRANSFERRED", Name: "Transferred", LeavePreset: true},
	}
}

// stageKey is the status and, below it, the sub-status by its name: it has no
// id, and the same name in two hiring processes is one stage (reference 6).
func stageKey(status, sub string) recruit.StageKey {
	if sub == "" {
		return recruit.StageKey(status)
	}
	return recruit.StageKey(status + "/" + sub)
}

// ListStages is the statuses, each followed by the sub-statuses that any hiring
// process has for it, with the processes that have them. Those of processes
// that are not active count too: candidates may still stand on them.
func (c *conn) ListStages(ctx context.Context) ([]recruit.RemoteStage, error) {
	processes, err := call(ctx, c, reading, "stages", func(api srapi.Client) ([]srapi.HiringProcess, error) { return api.HiringProcesses(ctx) })
	if err != nil {
		return nil, err
	}
	var out []recruit.RemoteStage
	at := map[recruit.StageKey]int{}
	for _, status := range statuses() {
		status.Status = string(status.Key)
		out = append(out, status)
		for _, p := range processes {
			for _, sub := range p.SubStatuses[string(status.Key)] {
				name := strings.TrimSpace(string(sub))
				key := stageKey(string(status.Key), name)
				if name == "" {
					continue
				}
				i, ok := at[key]
				if !ok {
					i = len(out)
					at[key] = i
					out = append(out, recruit.RemoteStage{Key: key, Name: name, Category: status.Category, Status: status.Status, Withdrawal: status.Withdrawal})
				}
				if !slices.Contains(out[i].Pipelines, string(p.Name)) {
					out[i].Pipelines = append(out[i].Pipelines, string(p.Name))
				}
			}
		}
	}
	return out, nil
}

// ReadStages lists the job's candidates once. The list tells the status of a
// candidate's main job alone (S); of another the application is read. It tells
// no time, and a history is not asked for: a change counts from when it was
// read.
func (c *conn) ReadStages(ctx context.Context, job recruit.RemoteJobID, tracked []connector.Tracked) (connector.JobStages, error) {
	wanted := map[string]bool{}
	for _, t := range tracked {
		wanted[string(t.Candidate)] = true
	}
	var out connector.JobStages
	main := map[string]*srapi.Assignment{}
	_, err := call(ctx, c, reading, "stages", func(api srapi.Client) (struct{}, error) {
		clear(main)
		out.Rows = 0
		return struct{}{}, api.Candidates(ctx, string(job), func(x srapi.Candidate) {
			out.Rows++
			if wanted[string(x.ID)] {
				main[string(x.ID)] = x.Primary
			}
		})
	})
	if err != nil {
		return connector.JobStages{}, err
	}
	out.Stages = make(map[recruit.ApplicationID]connector.StageRead, len(tracked))
	var ask []connector.Tracked
	for _, t := range tracked {
		m, there := main[string(t.Candidate)]
		switch {
		case !there:
			out.Stages[t.Application] = connector.StageRead{Gone: true}
		case m != nil && string(m.Job.ID) == string(job) && m.Status != "":
			out.Stages[t.Application] = stageRead(string(m.Status), string(m.SubStatus))
		case t.Presence:
			out.Stages[t.Application] = connector.StageRead{}
		default:
			ask = append(ask, t)
		}
	}
	if err := connector.ReadEach(ctx, out.Stages, ask, func(t connector.Tracked) (connector.StageRead, error) { return c.ReadStage(ctx, job, t) }); err != nil {
		return connector.JobStages{}, err
	}
	return out, nil
}

// ReadStage reads the candidate's application to the job.
func (c *conn) ReadStage(ctx context.Context, job recruit.RemoteJobID, t connector.Tracked) (connector.StageRead, error) {
	a, err := c.application(ctx, t.Candidate, job)
	switch connector.KindOf(err) {
	case connector.Unknown:
	case connector.Gone:
		return connector.StageRead{Gone: true}, nil
	default:
		return connector.StageRead{}, err
	}
	if a.Status == "" {
		return connector.StageRead{}, &connector.Error{Kind: connector.Unavailable, Op: "stage", Code: "ROW_WITHOUT_STATUS"}
	}
	return stageRead(string(a.Status), string(a.SubStatus)), nil
}

func stageRead(status, sub string) connector.StageRead {
	status, sub = strings.ToUpper(strings.TrimSpace(status)), strings.TrimSpace(sub)
	r := connector.StageRead{Key: stageKey(status, sub), Name: sub, Status: status}
	if sub != "" {
		return r
	}
	r.Name = status
	for _, s := range statuses() {
		if string(s.Key) == status {
			r.Name = s.Name
		}
	}
	return r
}
