package planted

import (
	"context"

	"handoff/internal/connector"
	"handoff/internal/recruit"
)

type (
	job         = recruit.RemoteJob
	jobID       = recruit.RemoteJobID
	candidateID = recruit.RemoteCandidateID
	appID       = recruit.ApplicationID
	check       = recruit.TestCheck
	source      = recruit.Source
	tag         = recruit.Tag
)

func (p *plot) Check(ctx context.Context) (connector.Report, error) {
	if p.check != nil {
		return p.check()
	}
	return p.whole.Check(ctx)
}

func (p *plot) ListJobs(ctx context.Context) ([]job, error) {
	if p.jobs != nil {
		return p.jobs()
	}
	return p.whole.ListJobs(ctx)
}

func (p *plot) Preflight(ctx context.Context, id jobID) (job, []check, error) {
	if p.preflight != nil {
		return p.preflight(id)
	}
	return p.whole.Preflight(ctx, id)
}

func (p *plot) ListSources(ctx context.Context) ([]source, error) {
	if p.sources != nil {
		return p.sources()
	}
	return p.whole.ListSources(ctx)
}

func (p *plot) Push(ctx context.Context, s connector.Submission, done connector.Receipt, record connector.Record) error {
	if p.push != nil {
		return p.push(s, done, record)
	}
	return p.whole.Push(ctx, s, done, record)
}

func (p *plot) Find(ctx context.Context, id jobID, wanted []connector.Wanted) (map[appID]connector.Found, error) {
	if p.find != nil {
		return p.find(id, wanted)
	}
	return p.whole.Find(ctx, id, wanted)
}

func (p *plot) Remove(ctx context.Context, c candidateID, id jobID, t tag) error {
	if p.remove != nil {
		return p.remove(c, id, t)
	}
	return p.whole.Remove(ctx, c, id, t)
}

func (p *plot) ReadBack(ctx context.Context, r connector.Receipt, id jobID) (connector.ReadBack, error) {
	if p.read != nil {
		return p.read(r, id)
	}
	return p.whole.ReadBack(ctx, r, id)
}
