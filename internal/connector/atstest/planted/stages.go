package planted

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/recruit"
)

type (
	jobStages   = connector.JobStages
	remoteStage = recruit.RemoteStage
	tracked     = connector.Tracked
	stageRead   = connector.StageRead
)

// reader is a connector of stages in which one of three is spoiled; the others
// are the good one's.
type reader struct {
	connector.Stages
	list func(context.Context) ([]remoteStage, error)
	job  func(context.Context, jobID, []tracked) (jobStages, error)
	one  func(context.Context, jobID, tracked) (stageRead, error)
}

func (r reader) ListStages(ctx context.Context) ([]remoteStage, error) {
	if r.list != nil {
		return r.list(ctx)
	}
	return r.Stages.ListStages(ctx)
}

func (r reader) ReadStages(ctx context.Context, id jobID, t []tracked) (jobStages, error) {
	if r.job != nil {
		return r.job(ctx, id, t)
	}
	return r.Stages.ReadStages(ctx, id, t)
}

func (r reader) ReadStage(ctx context.Context, id jobID, t tracked) (stageRead, error) {
	if r.one != nil {
		return r.one(ctx, id, t)
	}
	return r.Stages.ReadStage(ctx, id, t)
}

// stageBug spoils the reading of stages of one account, and may remember.
type stageBug struct {
	name  string
	spoil func(good connector.Stages, env connector.Env) reader
}

// stageBugs are finished sentences about a connector that …
func stageBugs() []stageBug {
	listed := func(f func([]remoteStage) []remoteStage) func(connector.Stages, connector.Env) reader {
		return func(good connector.Stages, _ connector.Env) reader {
			return reader{list: func(ctx context.Context) ([]remoteStage, error) {
				all, err := good.ListStages(ctx)
				return f(all), err
			}}
		}
	}
	each := func(f func(t tracked, r stageRead, now time.Time) stageRead) func(connector.Stages, connector.Env) reader {
		return func(good connector.Stages, env connector.Env) reader {
			return reader{job: func(ctx context.Context, id jobID, t []tracked) (jobStages, error) {
				got, err := good.ReadStages(ctx, id, t)
				for _, x := range t {
					if r, ok := got.Stages[x.Application]; ok {
						got.Stages[x.Application] = f(x, r, env.Now())
					}
				}
				return got, err
			}}
		}
	}
	whole := func(f func(context.Context, connector.Stages, jobID, []tracked, jobStages, error) (jobStages, error)) func(connector.Stages, connector.Env) reader {
		return func(good connector.Stages, _ connector.Env) reader {
			return reader{job: func(ctx context.Context, id jobID, t []tracked) (jobStages, error) {
				got, err := good.ReadStages(ctx, id, t)
				return f(ctx, good, id, t, got, err)
			}}
		}
	}
	return []stageBug{
		{"lists the vendor's own stages alone", listed(func(all []remoteStage) []remoteStage {
			return slices.DeleteFunc(all, func(s remoteStage) bool { return strings.HasPrefix(s.Name, "Lunch") })
		})},
		{"lists the first page of stages", listed(func(all []remoteStage) []remoteStage { return all[:min(25, len(all))] })},
		{"assigns a company's own stage by its category", listed(func(all []remoteStage) []remoteStage {
			for i := range all {
				if all[i].Category == recruit.CategoryMeeting && all[i].Preset == "" {
					all[i].Preset = recruit.StageInvited
				}
			}
			return all
		})},
		{"presets nothing", listed(func(all []remoteStage) []remoteStage {
			for i := range all {
				all[i].Preset, all[i].Locked = "", false
			}
			return all
		})},
		{"keeps the first list of stages", func(good connector.Stages, _ connector.Env) reader {
			var kept []remoteStage
			return reader{list: func(ctx context.Context) ([]remoteStage, error) {
				var err error
				if kept == nil {
					kept, err = good.ListStages(ctx)
				}
				return kept, err
			}}
		}},
		{"takes a list of stages that failed for an empty one", func(good connector.Stages, _ connector.Env) reader {
			return reader{list: func(ctx context.Context) ([]remoteStage, error) {
				all, err := good.ListStages(ctx)
				if connector.KindOf(err) == connector.Unavailable {
					return []remoteStage{}, nil
				}
				return all, err
			}}
		}},
		{"takes a listing that broke off for everybody's end", whole(func(_ context.Context, _ connector.Stages, _ jobID, t []tracked, got jobStages, err error) (jobStages, error) {
			if connector.KindOf(err) != connector.Unavailable {
				return got, err
			}
			got.Stages = map[appID]stageRead{}
			for _, x := range t {
				got.Stages[x.Application] = stageRead{Gone: true}
			}
			return got, nil
		})},
		{"returns a part beside an error", whole(func(_ context.Context, _ connector.Stages, _ jobID, t []tracked, got jobStages, err error) (jobStages, error) {
			if err != nil && len(t) > 0 {
				got.Stages = map[appID]stageRead{t[0].Application: {Key: t[0].Last}}
			}
			return got, err
		})},
		{"tells where strangers stand", whole(func(_ context.Context, _ connector.Stages, _ jobID, _ []tracked, got jobStages, err error) (jobStages, error) {
			if err == nil {
				got.Stages["app_stranger"] = stageRead{Key: "1"}
			}
			return got, err
		})},
		{"forgets who is gone", whole(func(_ context.Context, _ connector.Stages, _ jobID, t []tracked, got jobStages, err error) (jobStages, error) {
			for _, x := range t {
				if got.Stages[x.Application].Gone {
					delete(got.Stages, x.Application)
				}
			}
			return got, err
		})},
		{"counts its own rows alone", whole(func(_ context.Context, _ connector.Stages, _ jobID, t []tracked, got jobStages, err error) (jobStages, error) {
			got.Rows = min(got.Rows, len(t))
			return got, err
		})},
		{"asks for everybody one by one", whole(func(ctx context.Context, good connector.Stages, id jobID, t []tracked, got jobStages, err error) (jobStages, error) {
			for _, x := range t {
				if err == nil {
					_, err = good.ReadStage(ctx, id, x)
				}
			}
			if err != nil {
				return jobStages{}, err
			}
			return got, nil
		})},
		{"lets one who cannot be read hold everybody", whole(func(_ context.Context, _ connector.Stages, _ jobID, t []tracked, got jobStages, err error) (jobStages, error) {
			if err == nil && len(got.Stages) < len(t) {
				return jobStages{}, &connector.Error{Kind: connector.Unavailable, Op: "stages"}
			}
			return got, err
		})},
		{"takes who cannot be read for gone", whole(func(_ context.Context, _ connector.Stages, _ jobID, t []tracked, got jobStages, err error) (jobStages, error) {
			for _, x := range t {
				if _, told := got.Stages[x.Application]; err == nil && !told {
					got.Stages[x.Application] = stageRead{Gone: true}
				}
			}
			return got, err
		})},
		{"takes an answer for nobody for an answer", whole(func(_ context.Context, _ connector.Stages, _ jobID, t []tracked, got jobStages, err error) (jobStages, error) {
			if connector.KindOf(err) == connector.Unavailable && len(t) == 1 {
				return jobStages{Rows: 1, Stages: map[appID]stageRead{}}, nil
			}
			return got, err
		})},
		{"believes that nobody moves", each(func(x tracked, r stageRead, _ time.Time) stageRead {
			if x.Last != "" && !r.Gone {
				return stageRead{Key: x.Last, Name: r.Name}
			}
			return r
		})},
		{"lets a person who is gone stand where they stood", each(func(x tracked, r stageRead, _ time.Time) stageRead {
			if r.Gone && x.Last != "" {
				return stageRead{Key: x.Last}
			}
			return r
		})},
		{"tells a stage without its name", each(func(_ tracked, r stageRead, _ time.Time) stageRead {
			r.Name = ""
			return r
		})},
		{"takes a stage's name for its key", each(func(_ tracked, r stageRead, _ time.Time) stageRead {
			r.Key = recruit.StageKey(r.Name)
			return r
		})},
		{"dates a change tomorrow", each(func(_ tracked, r stageRead, now time.Time) stageRead {
			if !r.Gone {
				r.ChangedAt = now.Add(24 * time.Hour)
			}
			return r
		})},
		{"tells a history from its end", each(func(_ tracked, r stageRead, now time.Time) stageRead {
			if !r.Gone {
				r.Past = []connector.StagePast{{Key: "2", At: now}, {Key: "1", At: now.Add(-time.Hour)}}
			}
			return r
		})},
		{"finds nobody alone", func(connector.Stages, connector.Env) reader {
			return reader{one: func(context.Context, jobID, tracked) (stageRead, error) { return stageRead{Gone: true}, nil }}
		}},
		{"finds anybody alone", func(good connector.Stages, _ connector.Env) reader {
			return reader{one: func(ctx context.Context, id jobID, x tracked) (stageRead, error) {
				r, err := good.ReadStage(ctx, id, x)
				if err == nil && r.Gone {
					r = stageRead{Key: "1"}
				}
				return r, err
			}}
		}},
	}
}

// ProveStages runs chapter "stages" with each bug planted in a connector that
// reads them, and fails when the chapter does not see it.
func ProveStages(t *testing.T, target atstest.Target) {
	all := atstest.Chapters()
	chapter := all[slices.IndexFunc(all, func(c atstest.Chapter) bool { return c.Name == "stages" })]
	for _, b := range stageBugs() {
		t.Run(b.name, func(t *testing.T) {
			why := atstest.Failure(t, func(t testing.TB) { chapter.Run(t, sowStages(target, b)) })
			if why == "" {
				t.Errorf("chapter %q does not see that the connector %s", chapter.Name, b.name)
			}
			t.Logf("%s", why)
		})
	}
	t.Run("nothing planted", func(t *testing.T) {
		chapter.Run(t, sowStages(target, stageBug{"", func(connector.Stages, connector.Env) reader { return reader{} }}))
	})
}

// stagePlot is a connector with a bug in its stages: what the chapter needs
// besides is the good one's. The bug is planted once for an account, so that
// it may remember; the good one under it is always the last that was opened.
type stagePlot struct {
	connector.Connector
	connector.Pusher
	connector.Finder
	reader
}

// withConsents is one whose ATS has consents per job.
type withConsents struct {
	stagePlot
	connector.Consents
}

func sowStages(target atstest.Target, b stageBug) atstest.Target {
	typ := *target.Type
	open := typ.Open
	var mu sync.Mutex
	var bad *reader
	var last newest
	typ.Open = func(s connector.Settings, env connector.Env) (connector.Connector, error) {
		good, err := open(s, env)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		last.set(good.(connector.Stages))
		if bad == nil {
			r := b.spoil(&last, env)
			r.Stages = &last
			bad = &r
		}
		p := stagePlot{good, good.(connector.Pusher), good.(connector.Finder), *bad}
		if c, ok := good.(connector.Consents); ok {
			return withConsents{p, c}, nil
		}
		return p, nil
	}
	target.Type = &typ
	return target
}

// newest is the connector that was opened last: it holds the transport that
// the host lends now.
type newest struct {
	mu sync.Mutex
	to connector.Stages
}

func (n *newest) set(s connector.Stages) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.to = s
}

func (n *newest) good() connector.Stages {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.to
}

func (n *newest) ListStages(ctx context.Context) ([]remoteStage, error) {
	return n.good().ListStages(ctx)
}

func (n *newest) ReadStages(ctx context.Context, id jobID, t []tracked) (jobStages, error) {
	return n.good().ReadStages(ctx, id, t)
}

func (n *newest) ReadStage(ctx context.Context, id jobID, t tracked) (stageRead, error) {
	return n.good().ReadStage(ctx, id, t)
}
