package smartrecruiters

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// pages reads a list to its end and returns the ids of every page.
func (w *world) pages(path string, query url.Values) (all []string, pages int) {
	w.t.Helper()
	for range 50 {
		r := w.get(path+"?"+query.Encode()).is(200, "")
		all = append(all, ids(r.content())...)
		pages++
		next := r.str("nextPageId")
		if next == "" {
			if r.Header.Get("Link") != "" {
				w.t.Fatal("a Link on the last page")
			}
			return all, pages
		}
		if !strings.ContainsAny(next, "/") || !strings.ContainsAny(next, "+") || !strings.Contains(next, "=") || !strings.Contains(next, "%") {
			w.t.Fatalf("page id %q is too tame", next)
		}
		link := r.Header.Get("Link")
		if u, err := url.Parse(strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)); err != nil || u.Query().Get("pageId") != next {
			w.t.Fatalf("Link %q does not lead to page %q", link, next)
		}
		query.Set("pageId", next)
	}
	w.t.Fatal("the list does not end")
	return nil, 0
}

func (w *world) manyJobs(n int) (all []string) {
	w.t.Helper()
	for i := range n {
		j, err := w.sim.CreateJob(JobSpec{Title: fmt.Sprintf("Job %d", i)})
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, j.ID)
	}
	return all
}

func empty(o *Options) { o.Populate = false }

func TestJobPagesAreExactWithSortJobID(t *testing.T) {
	w := start(t, empty)
	want := w.manyJobs(130)
	got, pages := w.pages("/jobs", url.Values{"limit": {"100"}, "sort": {"job_id"}})
	if !sameSet(got, want) || pages != 2 {
		t.Fatalf("%d jobs in %d pages", len(got), pages)
	}
}

func TestJobPagesMissJobsWithoutSortJobID(t *testing.T) {
	w := start(t, empty)
	want := w.manyJobs(60)
	if got, _ := w.pages("/jobs", url.Values{"limit": {"20"}}); sameSet(got, want) {
		t.Fatal("every job was there")
	}
	reliable := start(t, empty, with("job_pages", Reliable))
	want = reliable.manyJobs(60)
	if got, _ := reliable.pages("/jobs", url.Values{"limit": {"20"}}); !sameSet(got, want) {
		t.Fatal("jobs are missing")
	}
}

func TestAFullLastPageMayLeadToAnEmptyOne(t *testing.T) {
	for value, want := range map[Setting]int{Exact: 2, EmptyAfter: 3} {
		w := start(t, empty, with("last_page", value))
		w.manyJobs(20)
		if got, pages := w.pages("/jobs", url.Values{"limit": {"10"}, "sort": {"job_id"}}); pages != want || len(got) != 20 {
			t.Errorf("%s: %d jobs in %d pages", value, len(got), pages)
		}
	}
}

func TestLaterPagesMayFailWhileTheFirstIsFine(t *testing.T) {
	w := start(t, empty)
	w.manyJobs(30)
	next := url.QueryEscape(w.get("/jobs?limit=10&sort=job_id").str("nextPageId"))
	sw, err := w.sim.Switches().With("later_pages", "error_500")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.sim.SetSwitches(sw); err != nil {
		t.Fatal(err)
	}
	w.get("/jobs?limit=10&sort=job_id").is(200, "")
	w.get("/jobs?limit=10&sort=job_id&pageId="+next).is(500, "INTERNAL_ERROR")
}

func TestAPageIDThatWasNotGivenIsRefused(t *testing.T) {
	w := start(t, empty)
	w.manyJobs(30)
	next := w.get("/jobs?limit=10&sort=job_id").str("nextPageId")
	w.get("/jobs?limit=10&sort=job_id&pageId="+url.QueryEscape(next)).is(200, "")
	forged := pageHead + base64.StdEncoding.EncodeToString([]byte("12345678jobs|id|0")) + pageTail
	for name, id := range map[string]string{"forged": url.QueryEscape(forged), "raw": next, "escaped twice": url.QueryEscape(url.QueryEscape(next)), "empty": "", "made up": "abc",
		"changed": url.QueryEscape(strings.Replace(next, "p/", "p/A", 1))} {
		if r := w.get("/jobs?limit=10&sort=job_id&pageId=" + id); r.Status != 400 || r.code() != "INVALID_PAGE_ID" {
			t.Errorf("%s: %d %s", name, r.Status, r.code())
		}
	}
	w.get("/jobs?limit=10&pageId="+url.QueryEscape(next)).is(400, "INVALID_PAGE_ID")       // of the other order
	w.get("/candidates?limit=10&pageId="+url.QueryEscape(next)).is(400, "INVALID_PAGE_ID") // of the other list
}

func TestLimitsOfListsAreOneToAHundred(t *testing.T) {
	w := start(t)
	for _, path := range []string{"/jobs", "/candidates", "/configuration/sources/JOBBOARD/values", "/v1/companies/AcmeRobotics/postings"} {
		for _, limit := range []string{"0", "101", "-1", "x", ""} {
			w.get(path+"?limit="+limit).is(400, "INVALID_PARAMETER")
		}
		w.get(path+"?limit=100").is(200, "")
	}
	w.get("/jobs?sort=title").is(400, "INVALID_PARAMETER")
	w.get("/jobs?status=OPEN").is(400, "INVALID_PARAMETER")
	w.get("/jobs?updatedAfter=yesterday").is(400, "INVALID_PARAMETER")
}

func TestJobFilters(t *testing.T) {
	w := start(t)
	for query, want := range map[string]int{"status=FILLED": 1, "statuses=FILLED&statuses=CANCELLED&status=ON_HOLD": 2, "city=Warszawa&city=Kraków": 6,
		"city=warszawa": 0, "department=People": 1, "department=2103": 0, "q=learning": 1, "postingStatus=NOT_PUBLISHED": 2, "q=template": 1} {
		if got := w.get("/jobs?limit=100&"+strings.ReplaceAll(query, "ó", "%C3%B3")).is(200, "").content(); len(got) != want {
			t.Errorf("%s: %d jobs, want %d", query, len(got), want)
		}
	}
	for value, want := range map[Setting]any{Flagged: true, Bare: nil} {
		w := start(t, with("templates_in_list", value))
		if got := w.get("/jobs?q=template").content()[0]["template"]; got != want {
			t.Errorf("%s: template %v", value, got)
		}
	}
	if n := len(start(t, with("templates_in_list", Hidden)).get("/jobs?q=template").content()); n != 0 {
		t.Errorf("hidden: %d", n)
	}
}

func TestCandidatePagesHoldEveryoneInEachOrder(t *testing.T) {
	for _, order := range []Setting{NewestFirst, OldestFirst, UpdatedFirst} {
		w := start(t, with("candidate_order", order))
		var want []string
		for i := range 25 {
			want = append(want, w.create(person(fmt.Sprintf("p%d@example.com", i))))
		}
		if got, pages := w.pages("/candidates", url.Values{"limit": {"10"}, "jobId": {w.job}, "tag": {"handoff"}}); !sameSet(got, want) || pages != 3 {
			t.Errorf("%s: %d candidates in %d pages", order, len(got), pages)
		}
	}
}

func TestCandidateFilters(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	w.clock.Advance(time.Hour)
	if err := w.sim.MoveCandidate(id, w.job, Move{Status: "IN_REVIEW", SubStatus: "CV review"}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{"status=IN_REVIEW": 2, "status=IN_REVIEW&subStatus=CV+review": 1, "q=probna": 1, "q=gracja.probna%40example.com": 1,
		"tag=handoff&tag=other": 1, "location=arlington": 1, "consentStatus=ACQUIRED": 0, "updatedAfter=2026-11-20T12:30:00.000Z": 0,
		"jobId=" + w.job: 3, "jobId=" + w.job + "&jobId=" + w.other: 5, "sourceType=ORGANIC&sourceSubType=CAREER_SITE&sourceValueId=career-site": 1} {
		if got := w.get("/candidates?limit=100&"+query).is(200, "").content(); len(got) != want {
			t.Errorf("%s: %d candidates, want %d", query, len(got), want)
		}
	}
	w.get("/candidates?subStatus=x").is(400, "INVALID_PARAMETER")
	w.get("/candidates?status=OFFER").is(400, "INVALID_PARAMETER")
	w.get("/candidates?propertyId=a").is(400, "FIELDS_CRITERIA_SIZE_VIOLATED")
	w.get("/candidates?sourceType=a&sourceSubType=b").is(400, "SOURCES_CRITERIA_SIZE_VIOLATED")
	w.get("/candidates?questionCategory=a").is(400, "SCREENING_QUESTIONS_CRITERIA_SIZE_VIOLATED")
	w.get("/candidates?onboardingStatus=READY_TO_ONBOARD").is(400, "ONBOARDING_STATUS_NOT_ACTIVE")
}

func TestListsLagBehindCreatesAndReadsDoNot(t *testing.T) {
	w := start(t)
	w.sim.SetLag(2 * time.Second)
	id := w.create(grace())
	w.get("/candidates/"+id).is(200, "")
	if n := len(w.get("/candidates?tag=handoff").content()); n != 0 {
		t.Fatal("listed at once")
	}
	w.clock.Advance(2 * time.Second)
	if n := len(w.get("/candidates?tag=handoff").content()); n != 1 {
		t.Fatal("not listed after the lag")
	}
}
