package erecruiter

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestEveryReadAnswersAsTheContractSays goes once over each call that reads; conform does the
// checking.
func TestEveryReadAnswersAsTheContractSays(t *testing.T) {
	w := start(t)
	made := w.push(w.job, w.grace()).is(201, "")
	w.publish(nil)
	for _, op := range newWire(DefaultDialect()).operations {
		path := strings.TrimPrefix(op.Path, "/v1.1")
		for prefix, id := range map[string]int64{"/Recruitments/": w.job, "/CandidateApplications/": made.num("applicationId"), "/Candidates/": made.num("candidateId")} {
			if strings.HasPrefix(path, prefix) {
				path = strings.Replace(path, "{id}", fmt.Sprint(id), 1)
			}
		}
		switch {
		case op.Method != "GET" || op.auth != needed:
		case op.ID == "getDesiredSalary":
			w.get("%s", path).is(500, "InternalServerError")
		case op.company:
			w.get("%s", path).is(200, "")
		default:
			w.call("GET", "/v1.1"+path, nil).is(200, "")
		}
	}
}

func TestManyPushesOfOneCandidateMakeOneApplication(t *testing.T) {
	w := start(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if r, err := w.try("POST", w.api("/Recruitments/%d/CandidateApplications", w.job), w.grace()); err != nil || r.Status > 201 {
				t.Errorf("%d %v", r.Status, err)
			}
		})
	}
	wg.Wait()
	if w.held() != 1 {
		t.Errorf("%d applications", w.held())
	}
}

func TestApplicationsMayComeInAnotherOrderAtEachCall(t *testing.T) {
	w := start(t, with("application_order", "shuffled"))
	var want []any
	for i := range 12 {
		want = append(want, float64(w.push(w.job, w.person(fmt.Sprintf("p%d@example.com", i))).is(201, "").num("applicationId")))
	}
	orders := map[string]bool{}
	for range 3 {
		var got []any
		for _, x := range w.get("/Recruitments/%d/CandidateApplications", w.job).items() {
			got = append(got, x["applicationId"])
		}
		for _, id := range want {
			if !slices.Contains(got, id) {
				t.Errorf("%v is missing in %v", id, got)
			}
		}
		orders[fmt.Sprint(got)] = true
	}
	if len(orders) != 3 {
		t.Errorf("%d orders in three calls", len(orders))
	}
}

func TestDatesComeInEachForm(t *testing.T) {
	w := start(t)
	for reading, want := range map[Setting]string{"wire": "2026-11-20T13:00:00", "local": "2026-11-20T13:00:00", "rfc3339": "2026-11-20T13:00:00+01:00",
		"polish": "20.11.2026", "ms": "/Date(1795176000000)/"} {
		w.set("dates", reading)
		id := w.push(w.job, w.person(string(reading)+"@example.com")).is(201, "").num("applicationId")
		if got := w.get("/CandidateApplications/%d", id).obj()["createDate"]; got != want {
			t.Errorf("%s: %v", reading, got)
		}
	}
}

func TestErrorsComeInEachForm(t *testing.T) {
	w := start(t, with("echo_bodies", On))
	b := w.grace()
	delete(b, "email")
	if r := w.push(w.job, b).is(400, "FieldRequired"); !strings.Contains(string(r.Body), "Gracja") {
		t.Error("the body is not echoed")
	}
	for reading, want := range map[Setting]string{"wire": `[{"errorCode"`, "object": `{"errorCode"`, "html": "<!DOCTYPE", "empty": ""} {
		w.set("error_body", reading)
		if r := w.get("/Recruitments/1"); r.Status != 404 || !strings.HasPrefix(string(r.Body), want) || want == "" && len(r.Body) > 0 {
			t.Errorf("%s: %d %s", reading, r.Status, r.Body)
		}
	}
}

func TestEnvelopesComeInEachForm(t *testing.T) {
	w := start(t)
	for reading, want := range map[Setting]string{"wire": `{"recruitments":[`, "bare": `[{`, "other_key": `{"items":[`, "wrapped": `{"data":{"recruitments":[`} {
		w.set("envelope", reading)
		if r := w.get("/Recruitments").is(200, ""); !strings.HasPrefix(string(r.Body), want) {
			t.Errorf("%s: %.60s", reading, r.Body)
		}
	}
	w.set("envelope", Wire)
	w.set("field_case", "pascal")
	if r := w.get("/Recruitments"); !strings.Contains(string(r.Body), `{"Recruitments":[{"City"`) {
		t.Errorf("%.60s", r.Body)
	}
}
