package smartrecruiters

import (
	"testing"
)

func TestAKnownEmailMeetsEachReading(t *testing.T) {
	count := func(w *world) (people, apps int) {
		for _, k := range w.sim.Ledger().Email("gracja.probna@example.com") {
			people++
			apps += len(k.Applications)
		}
		return
	}
	for _, c := range []struct {
		name         string
		value        Setting
		sameJob      bool
		status       int
		people, apps int
	}{
		{"duplicate_email", NewCandidate, false, 201, 2, 2},
		{"duplicate_email", SameCandidate, false, 201, 1, 2},
		{"duplicate_email", Error400, false, 400, 1, 1},
		{"duplicate_email", Error409, false, 409, 1, 1},
		{"same_job_twice", NewCandidate, true, 201, 2, 2},
		{"same_job_twice", SameApplication, true, 201, 1, 1},
		{"same_job_twice", Error400, true, 400, 1, 1},
		{"same_job_twice", Error409, true, 409, 1, 1},
	} {
		t.Run(c.name+" "+string(c.value), func(t *testing.T) {
			w := start(t, with(c.name, c.value))
			w.create(grace())
			job := w.other
			if c.sameJob {
				job = w.job
			}
			w.call("POST", "/jobs/"+job+"/candidates", grace()).is(c.status, "")
			if people, apps := count(w); people != c.people || apps != c.apps {
				t.Fatalf("%d people with %d applications, want %d and %d", people, apps, c.people, c.apps)
			}
		})
	}
}

func TestEmailsAreOnePersonInAnyCaseUnlessSwitched(t *testing.T) {
	for value, want := range map[Setting]int{AnyCase: 409, Exact: 201} {
		w := start(t, with("duplicate_email", Error409), with("email_match", value))
		w.create(grace())
		w.call("POST", "/jobs/"+w.other+"/candidates", person("GRACJA.probna@example.com")).is(want, "")
	}
}

func TestAMergeTreatsTagsAndDataAsSwitched(t *testing.T) {
	for value, want := range map[Setting][]string{Added: {"handoff", "second"}, Dropped: {"handoff"}, Replaced: {"second"}} {
		w := start(t, with("duplicate_email", SameCandidate), with("merge_tags", value), with("merge_data", Replaced))
		w.create(grace())
		b := grace()
		b["tags"], b["firstName"] = []string{"second"}, "Amazing"
		w.call("POST", "/jobs/"+w.other+"/candidates", b).is(201, "")
		k := w.sim.Ledger().Email("gracja.probna@example.com")[0]
		if !sameSet(k.Tags, want) || k.FirstName != "Amazing" {
			t.Errorf("%s: tags %v, name %s", value, k.Tags, k.FirstName)
		}
	}
}

func TestTheInitialStatusIsASwitch(t *testing.T) {
	for value, want := range map[Setting]string{StatusNew: "NEW", StatusLead: "LEAD"} {
		w := start(t, with("initial_status", value))
		if got := w.get(w.app(w.create(grace()))).str("status"); got != want {
			t.Errorf("%s: %s", value, got)
		}
	}
}

func TestAClosedJobTakesCandidatesUnlessSwitched(t *testing.T) {
	for value, want := range map[Setting]int{Accepted: 201, Refused: 400} {
		w := start(t, with("closed_job_create", value))
		for _, title := range []string{"QA Engineer", "Office Manager", "iOS Developer"} {
			w.call("POST", "/jobs/"+w.sim.Job(title).ID+"/candidates", grace()).is(want, "")
		}
	}
}

func TestATalentPoolCandidateIsNeverListed(t *testing.T) {
	w := start(t)
	id := w.call("POST", "/candidates", grace()).is(201, "").str("id")
	w.get("/candidates/"+id).is(200, "")
	for _, k := range w.get("/candidates?limit=100").content() {
		if k["id"] == id {
			t.Fatal("listed")
		}
	}
}

func TestTheListShowsThePrimaryStatusAndNoOther(t *testing.T) {
	w := start(t, with("duplicate_email", SameCandidate))
	id := w.create(grace())
	w.call("POST", "/jobs/"+w.other+"/candidates", grace()).is(201, "")
	k := w.get("/candidates?jobId=" + w.job + "&tag=handoff").content()[0]
	if k["id"] != id || k["primaryAssignment"].(map[string]any)["job"].(map[string]any)["id"] != w.other {
		t.Fatalf("the primary assignment is not the newest: %v", k)
	}
	second := k["secondaryAssignments"].([]any)[0].(map[string]any)
	if second["status"] != nil || second["job"].(map[string]any)["id"] != w.job {
		t.Fatalf("%v", second)
	}
}

func TestPatchChangesWhatItNamesAndTakesBothTypesUnlessSwitched(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	for _, kind := range []string{"application/json", "application/merge-patch+json"} {
		w.call("PATCH", "/candidates/"+id, map[string]any{"firstName": "G."}, "Content-Type", kind).is(200, "")
	}
	w.call("PATCH", "/candidates/"+id, map[string]any{"email": "new@example.com"}).is(200, "")
	w.call("PATCH", "/candidates/"+id, map[string]any{"tags": []string{}}).is(400, "UNRECOGNIZED_FIELD")
	w.call("PATCH", "/candidates/nope", map[string]any{}).is(404, "CANDIDATE_NOT_FOUND")
	if k := w.sim.Ledger().Email("new@example.com"); len(k) != 1 || k[0].FirstName != "G." || k[0].LastName != "Probna" {
		t.Fatalf("%+v", k)
	}
	only := start(t, with("patch_content_type", "application/merge-patch+json"))
	only.call("PATCH", "/candidates/x", map[string]any{}).is(415, "")
}

func TestAStatusIsRefused(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	put := func(body map[string]any) reply { return w.call("PUT", w.app(id)+"/status", body) }
	put(map[string]any{"status": "OFFER"}).is(400, "INVALID_VALUE") // the other API's word
	put(map[string]any{"status": "NEW", "reason": "rr-other"}).is(400, "NO_REASON_SUPPORT_FOR_STATUS")
	put(map[string]any{"status": "REJECTED", "reason": "wr-offer"}).is(400, "REASON_NOT_FOUND")
	put(map[string]any{"status": "INTERVIEW", "subStatus": "Phone screen"}).is(400, "SUB_STATUS_NOT_FOUND")
	put(map[string]any{"status": "INTERVIEW", "stage": "x"}).is(400, "UNRECOGNIZED_FIELD")
	w.call("PUT", "/candidates/"+id+"/jobs/"+w.other+"/status", map[string]any{"status": "NEW"}).is(404, "JOB_NOT_FOUND")
	put(map[string]any{"status": "REJECTED", "reason": "rr-other"}).is(204, "")
	if r := w.get(w.app(id)).obj()["reasonOfRejection"].(map[string]any); r["id"] != "rr-other" {
		t.Fatalf("%v", r)
	}

	devops := w.sim.Job("DevOps Engineer").ID
	k := w.call("POST", "/jobs/"+devops+"/candidates", person("ada@example.com")).str("id")
	path := "/candidates/" + k + "/jobs/" + devops + "/status"
	w.call("PUT", path, map[string]any{"status": "INTERVIEW"}).is(400, "REQUIRED_SUB_STATUS_OMITTED")
	w.call("PUT", path, map[string]any{"status": "IN_REVIEW", "subStatus": "Home task"}).is(204, "")
	w.call("PUT", path, map[string]any{"status": "INTERVIEW"}).is(204, "")
}

func TestAStatusChangeMovesUpdatedOnOnlyWhenSwitched(t *testing.T) {
	for value, want := range map[Setting]bool{No: false, Yes: true} {
		w := start(t, with("status_moves_updated_on", value))
		id := w.create(grace())
		before := w.get("/candidates/" + id).str("updatedOn")
		w.clock.Advance(3600e9)
		w.call("PUT", w.app(id)+"/status", map[string]any{"status": "INTERVIEW"}).is(204, "")
		if moved := w.get("/candidates/"+id).str("updatedOn") != before; moved != want {
			t.Errorf("%s: moved %v", value, moved)
		}
	}
}

func TestApplicationsCanBeDeletedUnlessSwitched(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	w.call("DELETE", w.app(id), nil).is(204, "")
	w.get(w.app(id)).is(404, "APPLICATION_NOT_FOUND")
	w.get("/candidates/"+id).is(200, "") // the person stays, in the talent pool
	off := start(t, with("delete_application", Off), with("application_id", Absent))
	id = off.create(grace())
	off.call("DELETE", off.app(id), nil).is(405, "")
	if off.get(off.app(id)).obj()["applicationId"] != nil {
		t.Error("applicationId is there")
	}
}

func TestReadingWhatIsNotThereIsRefused(t *testing.T) {
	w := start(t)
	w.get("/candidates/nope").is(404, "CANDIDATE_NOT_FOUND")
	w.get("/jobs/nope").is(404, "JOB_NOT_FOUND")
	w.get("/job-applications-api/v202112/job-applications/nope").is(400, "INVALID_JOB_APPLICATION_ID")
	w.get("/job-applications-api/v202112/job-applications/00000000-0000-4000-8000-000000000000").is(404, "JOB_APPLICATION_NOT_FOUND")
	w.get("/configuration/sources/nope").is(400, "INVALID_IDENTIFIER")
	w.get("/configuration/sources/00000000-0000-4000-8000-00000000ffff").is(404, "SOURCE_NOT_FOUND")
	w.get("/configuration/sources/MOON/values").is(400, "SOURCE_TYPE_AND_SUBTYPE_INVALID")
	w.get("/configuration/sources/JOBBOARD/values?sourceSubType=MOON").is(400, "SOURCE_TYPE_AND_SUBTYPE_INVALID")
	w.get("/configuration/sources/MOON/values/x").is(400, "SOURCE_TYPE_INVALID")
	w.get("/configuration/sources/JOBBOARD/values/jobs-example").is(400, "SUBTYPE_REQUIRED")
	w.get("/configuration/sources/JOBBOARD/values/jobs-example?sourceSubType=PAID").is(200, "")
	w.get("/configuration/hiring-processes/nope").is(404, "")
	start(t, with("unknown_job", DeniedLike)).get("/jobs/nope").is(401, "PERMISSION_DENIED")
}

func TestASourceIsChangedAndRefused(t *testing.T) {
	w := start(t)
	id := w.create(grace())
	put := func(typeID, id2, sub string) reply {
		b := map[string]any{"sourceTypeId": typeID, "sourceId": id2}
		if sub != "" {
			b["sourceSubTypeId"] = sub
		}
		return w.call("PUT", w.app(id)+"/source", b)
	}
	put("MOON", "x", "").is(400, "INVALID_SOURCE_TYPE")
	put("JOBBOARD", "jobs-example", "").is(400, "SUBTYPE_REQUIRED")
	put("JOBBOARD", "x", "").is(400, "INVALID_SOURCE")
	put("JOBBOARD", "jobs-example", "FREE").is(204, "")
	if got := w.get(w.app(id)).str("source"); got != "jobs.example.com" {
		t.Fatal(got)
	}
}

func TestADeletedSourceCanBeReadButNotUsed(t *testing.T) {
	w := start(t)
	src, err := w.sim.AddSource("Short-lived")
	if err != nil {
		t.Fatal(err)
	}
	body := grace()
	body["sourceDetails"] = map[string]any{"sourceTypeId": "CUSTOM", "sourceId": src.ID}
	w.create(body)
	if err := w.sim.DeleteSource(src.UUID); err != nil {
		t.Fatal(err)
	}
	w.get("/configuration/sources/"+src.UUID).is(200, "")
	w.call("POST", "/jobs/"+w.job+"/candidates", body).is(400, "SOURCE_NOT_FOUND")
}
