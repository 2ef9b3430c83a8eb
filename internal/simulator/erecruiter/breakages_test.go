package erecruiter

import (
	"strings"
	"testing"
	"time"

	"handoff/internal/simulator/simkit"
)

// TestEveryBreakageCanBeSeen breaks each thing and looks at the API: what it shows is in the list,
// and what is in the list shows.
func TestEveryBreakageCanBeSeen(t *testing.T) {
	ad := func(see func(map[string]any) bool, n int) func(*world) bool {
		return func(w *world) bool { rows := w.rows(); return len(rows) == n && see(rows[0]) }
	}
	status := func(path string, status int, code string) func(*world) bool {
		return func(w *world) bool { r := w.get("%s", path); return r.Status == status && r.code() == code }
	}
	pushed := func(status int, code string) func(*world) bool {
		return func(w *world) bool {
			r := w.push(w.job, w.grace())
			return r.Status == status && r.code() == code
		}
	}
	seen := map[string]func(*world) bool{
		"key_revoked":            status("/Recruitments", 401, "Unauthorized"),
		"key_of_another_company": status("/Recruitments", 403, "CompanyForbidden"),
		"key_without_right":      status("/Account/Origins", 403, "PermissionDenied"),
		"scope_narrowed": func(w *world) bool {
			return w.get("/Recruitments/%d", w.sim.Recruitment("Data Engineer").ID).Status == 403
		},
		"recruitment_closed":   pushed(409, "RecruitmentNotActive"),
		"recruitment_archived": pushed(409, "RecruitmentNotActive"),
		"recruitment_unshared": pushed(403, "RecruitmentNotShared"),
		"consent_unassigned":   pushed(409, "ConsentNotAssigned"),
		"consent_changed": func(w *world) bool {
			return w.get("/Recruitments/%d/Consents", w.job).items()[1]["version"] == 2.0
		},
		"consent_required": pushed(400, "ConsentRequired"),
		"cv_demanded": func(w *world) bool {
			b := w.grace()
			delete(b, "cvFiles")
			return w.push(w.job, b).code() == "CvRequired"
		},
		"question_mandatory": pushed(400, "CustomQuestionRequired"),
		"origin_deactivated": pushed(400, "OriginUnknown"),
		"origin_removed":     pushed(400, "OriginUnknown"),
		"origin_doubled": func(w *world) bool {
			return strings.Count(string(w.get("/Account/Origins").Body), `"inhire.io"`) == 2
		},
		"several_companies": func(w *world) bool { return len(w.call("GET", "/v1.1/Account/Companies", nil).items()) == 2 },
		"token_endpoint_gone": func(w *world) bool {
			return w.token("grant_type", "access_key", "access_key", w.key.Key).Status == 404
		},
		"html_answers":  func(w *world) bool { return strings.HasPrefix(string(w.get("/Recruitments").Body), "<!doctype") },
		"empty_answers": func(w *world) bool { r := w.get("/Recruitments"); return r.Status == 200 && len(r.Body) == 0 },
		"second_page_fails": func(w *world) bool {
			return w.get("/Account/Stages?limit=5").Status == 200 && w.get("/Account/Stages?limit=5&offset=5").Status == 500
		},
		"offset_ignored": func(w *world) bool {
			return len(w.get("/Account/Stages?limit=5&offset=500").items()) == 12
		},
		"envelope_changed": func(w *world) bool { _, ok := w.get("/Recruitments").obj()["items"]; return ok },
		"clock_skew": func(w *world) bool {
			at, err := time.Parse(time.RFC1123, w.get("/Recruitments").Header.Get("Date"))
			return err == nil && at.Sub(noon) == 3*time.Hour
		},
		"rate_lowered": func(w *world) bool {
			return w.get("/Recruitments").Status == 200 && w.get("/Recruitments").Status == 429
		},
		"stages_empty":           func(w *world) bool { return len(w.get("/Account/Stages").is(200, "").items()) == 0 },
		"ad_without_recruitment": ad(func(r map[string]any) bool { return r["recruitmentId"] == nil }, 1),
		"ad_without_title":       ad(func(r map[string]any) bool { return r["title"] == "" }, 1),
		"ad_for_foreign_portal":  ad(func(r map[string]any) bool { return r["portal"] == "jobs.example.com" }, 1),
		"ad_doubled_per_region":  ad(func(r map[string]any) bool { return true }, 3),
		"ad_with_hostile_html":   ad(func(r map[string]any) bool { return strings.Contains(r["positionDescription"].(string), "<script>") }, 1),
		"ad_expired":             ad(func(r map[string]any) bool { return r["expiryDate"].(string) < "2026-11-20" }, 1),
	}
	for _, b := range Breakages() {
		t.Run(b.Name, func(t *testing.T) {
			w := start(t)
			see, ok := seen[b.Name]
			if !ok {
				t.Fatal("nobody looks at it")
			}
			if b.Name == "scope_narrowed" {
				w.ok(w.sim.SetKeyScope(w.key.ID, ScopeAll))
			}
			if see(w) {
				t.Fatal("it shows before anything is broken")
			}
			w.sim.Reset()
			w.key = w.sim.IssueKey(map[bool]Scope{true: ScopeAll, false: ScopeSelected}[b.Name == "scope_narrowed"])
			o, err := w.sim.AddOrigin("inhire.io")
			w.ok(err)
			w.origin = o.ID
			if b.Name == "token_endpoint_gone" {
				w.ok(w.sim.SetDialect(DefaultDialect().WithAuth(Exchange)))
			}
			r := w.call("POST", "/_sim/breakages/"+b.Name, map[string]any{"recruitment": w.job}, simkit.ControlHeader, "1").is(200, "")
			if !see(w) {
				t.Errorf("it does not show (%s)", r.Body)
			}
		})
	}
	if len(seen) != len(Breakages()) {
		t.Errorf("%d are looked at, %d in the list", len(seen), len(Breakages()))
	}
	if _, err := start(t).sim.Break("nope", Target{}); err == nil {
		t.Error("an unknown one was taken")
	}
}
