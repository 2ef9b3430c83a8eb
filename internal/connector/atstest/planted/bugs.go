package planted

import (
	"context"
	"errors"
	"fmt"

	"handoff/internal/atshttp"
	"handoff/internal/connector"
	"handoff/internal/connector/atstest"
	"handoff/internal/secret"
)

// Bugs are finished sentences about a connector that …
func Bugs() []Bug {
	ctx := context.Background()
	return append(wireBugs(), []Bug{
		{"forgets a language", "type", func(p *plot) { p.typ.ConsentTemplate.PL = "" }},
		{"writes in a check", "check", func(p *plot) {
			p.check = func() (connector.Report, error) {
				s := connector.Submission{Job: p.remote().Job(atstest.JobOpen), Tag: "ho-check"}
				s.Candidate.FirstName, s.Candidate.LastName, s.Candidate.Email = "Check", "Check", "check@example.com"
				_ = p.whole.Push(ctx, s, connector.Receipt{}, func(connector.Receipt) error { return nil })
				return p.whole.Check(ctx)
			}
		}},
		{"blames the credential for every 401", "credential", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				err := p.whole.Push(ctx, s, d, r)
				var e *connector.Error
				if errors.As(err, &e) && e.Status == 401 {
					return &connector.Error{Kind: connector.Unauthorized, Op: e.Op, Status: 401}
				}
				return err
			}
		}},
		{"never renews", "credential", func(p *plot) { p.env.Tokens = stale{p.env.Tokens} }},
		{"lists the first page of jobs", "jobs", func(p *plot) {
			p.jobs = func() ([]job, error) {
				all, err := p.whole.ListJobs(ctx)
				return all[:min(100, len(all))], err
			}
		}},
		{"takes every job for open", "preflight", func(p *plot) {
			p.preflight = func(id jobID) (job, []check, error) {
				j, checks, err := p.whole.Preflight(ctx, id)
				j.Open = true
				return j, checks, err
			}
		}},
		{"leaves its tag out", "push", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				s.Tag = ""
				return p.whole.Push(ctx, s, d, r)
			}
		}},
		{"drops the CV", "push", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				s.CV = nil
				return p.whole.Push(ctx, s, d, r)
			}
		}},
		{"creates again on resume", "record", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				if !d.Complete {
					d = connector.Receipt{}
				}
				return p.whole.Push(ctx, s, d, r)
			}
		}},
		{"goes on after it was told to stop", "record", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				var first error
				err := p.whole.Push(ctx, s, d, func(x connector.Receipt) error {
					if err := r(x); first == nil {
						first = err
					}
					return nil
				})
				if first != nil {
					return first
				}
				return err
			}
		}},
		{"calls a lost create unavailable", "resume", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				err := p.whole.Push(ctx, s, d, r)
				var e *connector.Error
				if errors.As(err, &e) && e.Kind == connector.Unanswered {
					return &connector.Error{Kind: connector.Unavailable, Op: e.Op}
				}
				return err
			}
		}},
		{"ignores tags when it looks", "find", func(p *plot) {
			p.find = func(id jobID, w []connector.Wanted) (map[appID]connector.Found, error) {
				bare := append([]connector.Wanted{}, w...)
				for i := range bare {
					bare[i].Tag = ""
				}
				return p.whole.Find(ctx, id, bare)
			}
		}},
		{"tells about strangers", "find", func(p *plot) {
			p.find = func(id jobID, w []connector.Wanted) (map[appID]connector.Found, error) {
				got, err := p.whole.Find(ctx, id, w)
				if err == nil {
					got["app_stranger"] = connector.Found{Match: connector.Existing}
				}
				return got, err
			}
		}},
		{"takes who was there for its own", "existing", func(p *plot) {
			p.find = func(id jobID, w []connector.Wanted) (map[appID]connector.Found, error) {
				got, err := p.whole.Find(ctx, id, w)
				for k, f := range got {
					if f.Match == connector.Existing {
						f.Match = connector.Ours
						got[k] = f
					}
				}
				return got, err
			}
		}},
		{"believes a listing that broke off", "whole listing", func(p *plot) {
			p.find = func(id jobID, w []connector.Wanted) (map[appID]connector.Found, error) {
				got, err := p.whole.Find(ctx, id, w)
				if connector.KindOf(err) == connector.Unavailable {
					return map[appID]connector.Found{}, nil
				}
				return got, err
			}
		}},
		{"removes strangers", "remove", func(p *plot) {
			p.remove = func(c candidateID, _ jobID, _ tag) error {
				p.remote().Delete(c)
				return nil
			}
		}},
		{"suggests no source", "sources", func(p *plot) {
			p.sources = func() ([]source, error) {
				all, err := p.whole.ListSources(ctx)
				for i := range all {
					all[i].Suggested = false
				}
				return all, err
			}
		}},
		{"says the wrong thing about consents", "consents", func(p *plot) { p.typ.ConsentPerJob = !p.typ.ConsentPerJob }},
		{"says the wrong thing about ads", "ads", func(p *plot) { p.typ.Multiposts = !p.typ.Multiposts }},
		{"says the wrong thing about stages", "stages", func(p *plot) { p.typ.TellsStages = !p.typ.TellsStages }},
		{"reads nothing back", "read back", func(p *plot) {
			p.read = func(r connector.Receipt, id jobID) (connector.ReadBack, error) {
				got, err := p.whole.ReadBack(ctx, r, id)
				got.CVSHA = ""
				return got, err
			}
		}},
		{"returns an untyped error", "errors", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				if err := p.whole.Push(ctx, s, d, r); err != nil {
					return errors.New(err.Error())
				}
				return nil
			}
		}},
		{"takes a limit for a refusal", "errors", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				err := p.whole.Push(ctx, s, d, r)
				if connector.KindOf(err) == connector.RateLimited {
					return &connector.Error{Kind: connector.Rejected, Op: "create", Status: 429}
				}
				return err
			}
		}},
		{"quotes the body in an error", "quiet", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				err := p.whole.Push(ctx, s, d, r)
				var e *connector.Error
				if errors.As(err, &e) {
					return &connector.Error{Kind: e.Kind, Op: e.Op, Err: fmt.Errorf("refused: %s", s.Candidate.Email)}
				}
				return err
			}
		}},
		{"logs a name", "quiet", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				p.env.Log.Debug("pushing", "candidate", s.Candidate.LastName)
				return p.whole.Push(ctx, s, d, r)
			}
		}},
		{"logs a credential", "quiet", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				if c, err := p.env.Tokens.Current(ctx); err == nil {
					p.env.Log.Debug("pushing", "with", c.AccessToken.Reveal()+c.Fields["api_key"].Reveal())
				}
				return p.whole.Push(ctx, s, d, r)
			}
		}},
	}...)
}

// stale is a host whose tokens cannot be renewed, to a connector that asks.
type stale struct{ connector.Tokens }

func (stale) Renew(context.Context, secret.String) (connector.Credential, error) {
	return connector.Credential{}, connector.ErrNoRenewal
}

// hurried is a transport without pace and gate.
func hurried() connector.Transport {
	return atshttp.New(atshttp.Options{Network: atshttp.NewNetwork(atshttp.NetworkOptions{AllowPrivate: true}),
		Limiter: atshttp.NewLimiter(connector.Limits{})})
}
