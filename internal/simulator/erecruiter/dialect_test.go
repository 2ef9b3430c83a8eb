package erecruiter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
)

// partner speaks the second dialect.
type partner struct{ *world }

func startPartner(t *testing.T) partner {
	return partner{start(t, func(o *Options) { o.Dialect = PartnerDialect() })}
}

func (p partner) ask(format string, args ...any) reply {
	p.t.Helper()
	path := "/partner/v2" + fmt.Sprintf(format, args...)
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return p.call("GET", path+sep+fmt.Sprintf("firm=%d", p.company), nil, "Authorization", "", "X-Partner-Key", p.key.Key)
}

func (p partner) found(r reply) []any {
	p.t.Helper()
	list, ok := r.is(200, "").obj()["result"].(map[string]any)["items"].([]any)
	if !ok {
		p.t.Fatalf("%s", r.Body)
	}
	return list
}

func (p partner) send(fields string, cv []byte) reply {
	p.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	w, _ := m.CreateFormField("person")
	_, _ = w.Write([]byte(fields))
	if cv != nil {
		w, _ = m.CreateFormFile("attachment", "cv.pdf")
		_, _ = w.Write(cv)
	}
	p.ok(m.Close())
	return p.call("POST", fmt.Sprintf("/partner/v2/projects/%d/people?firm=%d", p.job, p.company), b.Bytes(),
		"Authorization", "", "X-Partner-Key", p.key.Key, "Content-Type", m.FormDataContentType())
}

func TestTheSecondDialectSaysTheSameInOtherWords(t *testing.T) {
	p := startPartner(t)
	if r := p.ask("/projects"); strings.Contains(string(r.Body), `"recruitments"`) || p.found(r)[0].(map[string]any)["state"] == "Active" {
		t.Fatalf("%s", r.Body)
	}
	person := fmt.Sprintf(`{"ref":"a-1","channel":"%d","given":"Gracja","family":"Probna","mail":"gracja.probna@example.com","place":{"town":"Warszawa","country":"PL"},"agreements":{"%d":true,"%d":false},"comment":"hello"}`,
		p.origin, p.must, p.may)
	made := p.send(person, pdf).is(201, "").obj()
	id, ok := made["personId"].(string)
	if !ok || made["step"] == nil {
		t.Fatalf("%v", made)
	}
	a := p.sim.Ledger().Email("gracja.probna@example.com")[0]
	if fmt.Sprint(a.ID) != id || a.OriginID != p.origin || len(a.Files) != 1 || !a.Consents[0].Given || a.Consents[1].Given || a.Notes[0] != "hello" {
		t.Fatalf("%+v", a)
	}
	p.ok(p.sim.MoveCandidate(a.ID, p.sim.Stage(stageHired).ID, ""))
	item := p.found(p.ask("/projects/%d/people", p.job))[0].(map[string]any)
	if item["personId"] != id || item["step"].(map[string]any)["label"] != stageHired || item["who"].(map[string]any)["mail"] != a.Email {
		t.Fatalf("%v", item)
	}
	if h := p.found(p.ask("/people/%s/steps", id)); len(h) != 2 {
		t.Fatalf("%v", h)
	}
	var groups []any
	for _, s := range p.found(p.ask("/steps")) {
		groups = append(groups, s.(map[string]any)["group"])
	}
	if !strings.Contains(fmt.Sprint(groups), "HIRE") || strings.Contains(fmt.Sprint(groups), "Employment") {
		t.Error(groups)
	}
}

func TestTheSecondDialectRefusesTheWordsOfTheFirst(t *testing.T) {
	p := startPartner(t)
	p.call("GET", "/v1.1/Account/Companies", nil).is(404, "")
	p.call("GET", "/partner/v2/firms", nil).is(401, "") // the key as a bearer
	if r := p.ask("/projects?limit=1"); r.Status != 400 || !strings.Contains(string(r.Body), `{"problems":[{"code":"UnknownField"`) {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := p.call("POST", fmt.Sprintf("/partner/v2/projects/%d/people?firm=%d", p.job, p.company), p.grace(), "Authorization", "", "X-Partner-Key", p.key.Key); r.Status != 415 {
		t.Errorf("JSON was taken: %d", r.Status)
	}
	for _, fields := range []string{`{"firstName":"G","lastName":"P","email":"g@example.com","consents":[]}`,
		`{"given":"G","family":"P","mail":"g@example.com","agreements":[]}`, `{"given":"G","family":"P","mail":"g@example.com","channel":77,"agreements":{}}`,
		`{"given":"G","family":"P","mail":"g@example.com","agreements":{},"place":{"town":"x","street":"y"}}`} {
		if r := p.send(fields, nil); r.Status != 400 {
			t.Errorf("%s: %d", fields, r.Status)
		}
	}
}

func TestPagesOfBothDialectsCoverTheList(t *testing.T) {
	w := start(t)
	p := startPartner(t)
	seen := map[any]bool{}
	for offset := 0; ; offset += 2 {
		items := w.get("/Account/Stages?limit=2&offset=%d", offset).is(200, "").items()
		for _, i := range items {
			seen[i["id"]] = true
		}
		if len(items) == 0 {
			break
		}
	}
	others := map[any]bool{}
	for page := 1; ; page++ {
		items := p.found(p.ask("/steps?perPage=5&page=%d", page))
		for _, i := range items {
			others[i.(map[string]any)["stepId"]] = true
		}
		if len(items) == 0 {
			break
		}
	}
	if len(seen) != 12 || len(others) != 12 {
		t.Errorf("%d and %d of 12 stages", len(seen), len(others))
	}
	if r := p.ask("/steps?page=0"); r.Status != 400 {
		t.Errorf("page 0: %d", r.Status)
	}
	w.sim.SetLimits(Limits{PerSecond: -1, PageItems: 3})
	if n := len(w.get("/Account/Stages?limit=100").items()); n != 3 {
		t.Errorf("a page of %d", n)
	}
}

func TestMultipartOfTheDefaultDialect(t *testing.T) {
	w := start(t)
	b := w.grace()
	delete(b, "cvFiles")
	fields, err := json.Marshal(b)
	w.ok(err)
	send := func(extra string) reply {
		var buf bytes.Buffer
		m := multipart.NewWriter(&buf)
		part, _ := m.CreateFormField("application")
		_, _ = part.Write(fields)
		part, _ = m.CreateFormFile("cvFiles", "cv.pdf")
		_, _ = part.Write(pdf)
		if extra != "" {
			_, _ = m.CreateFormField(extra)
		}
		w.ok(m.Close())
		return w.push(w.job, buf.Bytes(), "Content-Type", m.FormDataContentType())
	}
	send("photo").is(400, "UnknownField")
	send("").is(201, "")
	if f := w.sim.Ledger().Email("gracja.probna@example.com")[0].Files; len(f) != 1 || f[0].Size != len(pdf) {
		t.Errorf("%+v", f)
	}
}

func TestADialectThatIsNotCompleteIsRefused(t *testing.T) {
	for _, change := range []func(*Dialect){
		func(d *Dialect) { d.Auth.Mode = "magic" }, func(d *Dialect) { d.Auth.Mode, d.Auth.Header = HeaderKey, "" }, func(d *Dialect) { d.Auth.TokenPath = "" },
		func(d *Dialect) { d.Paging.Style = "cursor" }, func(d *Dialect) { d.Company = "" }, func(d *Dialect) { d.Create.Consents = "" },
		func(d *Dialect) { d.Dates = "iso" }, func(d *Dialect) { d.Paths = map[string]string{"nope": "/x"} },
	} {
		d := DefaultDialect()
		change(&d)
		if d.Validate() == nil {
			t.Errorf("%+v was taken", d)
		}
	}
	if _, err := ParseDialect([]byte(`{"nam":"x"}`)); err == nil {
		t.Error("an unknown field was taken")
	}
	if d := DefaultDialect(); d.Validate() != nil || PartnerDialect().Validate() != nil {
		t.Error("a built-in one is refused")
	}
}
