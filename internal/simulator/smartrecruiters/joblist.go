package smartrecruiters

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// listJobs answers GET /jobs. With sort=job_id a page id names the last job of the page before, and
// paging is exact; without it every page draws its own order, so that jobs are missed and repeated
// (S: "pageId needs sort=job_id").
func (c *call) listJobs() *simkit.Answer {
	limit, bad := c.whole("limit", 10, 1, 100)
	offset, bad2 := c.whole("offset", 0, 0, 10_000_000)
	sort := c.Query.Get("sort")
	if bad == nil && sort != "" && sort != "default" && sort != "job_id" {
		bad = c.fail(http.StatusBadRequest, "INVALID_PARAMETER", "sort must be default or job_id")
	}
	keep, bad3 := c.jobFilter()
	if bad := cmp.Or(bad, bad2, bad3); bad != nil {
		return bad
	}
	var jobs []*job
	for _, j := range c.s.st.jobs {
		if keep(j) {
			jobs = append(jobs, j)
		}
	}
	total := len(jobs)

	mode := "mix"
	if sort == "job_id" {
		mode = "id"
		slices.SortFunc(jobs, func(a, b *job) int { return strings.Compare(a.id, b.id) })
	} else {
		slices.SortStableFunc(jobs, func(a, b *job) int { return b.updated.Compare(a.updated) })
	}
	if id := c.Query.Get("pageId"); c.Query.Has("pageId") {
		m, value, ok := c.s.readPageID("jobs", id)
		if !ok || m != mode {
			return c.badPage()
		}
		if mode == "id" {
			jobs = slices.DeleteFunc(jobs, func(j *job) bool { return j.id <= value })
			offset = 0
		} else {
			offset, _ = strconv.Atoi(value)
			if c.sw.JobPages == Unreliable {
				jobs = c.s.shuffled(jobs, uint64(offset))
			}
		}
	}
	jobs = jobs[min(offset, len(jobs)):]
	full := len(jobs) == limit
	more := len(jobs) > limit
	jobs = jobs[:min(limit, len(jobs))]

	content := make([]obj, len(jobs))
	for i, j := range jobs {
		content[i] = c.jobItem(j)
	}
	body := obj{"limit": limit, "offset": offset, "totalFound": total, "content": content}
	next := ""
	if more || full && c.sw.LastPage == EmptyAfter {
		value := strconv.Itoa(offset + limit)
		if mode == "id" {
			value = jobs[len(jobs)-1].id
		}
		next = c.s.pageID("jobs", mode, value)
		body["nextPageId"] = next
	}
	a := c.json(http.StatusOK, body)
	if next != "" {
		a.Header.Set("Link", c.nextLink("/jobs", "pageId", next))
	}
	return a
}

func (s *Simulator) shuffled(jobs []*job, salt uint64) []*job {
	out := make([]*job, len(jobs))
	for i, k := range simkit.NewRand(s.options.Seed + 7919*salt).Perm(len(jobs)) {
		out[i] = jobs[k]
	}
	return out
}

// jobFilter reads the filters. city and department are case sensitive, department is the label
// here and the id in postings; statuses replaces status (S, O).
func (c *call) jobFilter() (func(*job) bool, *simkit.Answer) {
	q := c.Query
	updated, bad := c.moment("updatedAfter")
	active, bad2 := c.moment("lastActivityAfter")
	if bad := cmp.Or(bad, bad2); bad != nil {
		return nil, bad
	}
	states := q["statuses"]
	if len(states) == 0 {
		states = q["status"]
	}
	for _, st := range states {
		if !slices.Contains(jobStatuses, st) {
			return nil, c.fail(http.StatusBadRequest, "INVALID_PARAMETER", "status must be one of "+strings.Join(jobStatuses, ", "))
		}
	}
	lag := c.s.lag.jobs
	now := c.s.clock.Now()
	return func(j *job) bool {
		return !j.denied && !(j.template && c.sw.TemplatesInList == Hidden) &&
			!j.created.After(now.Add(-lag)) &&
			in(states, j.status) && in(q["city"], j.city) && in(q["department"], j.department.label) &&
			in(q["postingStatus"], j.posting) && in(q["language"], j.language) &&
			in(q["hiringTeamMemberId"], j.creator.id) &&
			(q.Get("q") == "" || contains(j.title+" "+j.ref, q.Get("q"))) &&
			after(j.updated, updated) && after(j.activity, active)
	}, nil
}

// in says that v is one of list, or that nothing was asked.
func in(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

func after(t, bound time.Time) bool { return bound.IsZero() || t.After(bound) }
