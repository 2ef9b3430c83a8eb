package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
)

// candidate is an application to a process as its form asks for it.
func (h *house) candidate(process string) map[string]any {
	f := h.admin.ask("GET", "/processes/"+process+"/application-form?locale=pl", nil).want(200)
	return map[string]any{
		"candidate": map[string]any{"first_name": "Zofia", "last_name": "Wiśniewska", "email": "Zofia.W@example.com", "phone": "+48 600 100 200",
			"linkedin_url": "https://www.linkedin.com/in/zofia"},
		"external_id": "ext-1",
		"consent":     map[string]any{"clause": map[string]any{"version": f.get("clause.version")}, "locale": "pl", "form_token": f.text("form_token")},
	}
}

// pdf is a CV of about n bytes.
func pdf(n int) []byte {
	head := "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
	return []byte(head + strings.Repeat("% padding of a line\n", max(0, n-len(head))/20) + "trailer<</Root 1 0 R>>\n%%EOF\n")
}

func withCV(body map[string]any, name string, cv []byte) map[string]any {
	body["cv"] = map[string]any{"file_name": name, "content_type": "application/pdf", "content": base64.StdEncoding.EncodeToString(cv)}
	return body
}

func TestAnApplicationIsTakenAsJSONAndItsCVComesBackByteForByte(t *testing.T) {
	h := start(t)
	p := h.admin.open()
	for _, size := range []int{600, 200_000} { // inside a field, and cut out of the body
		cv := pdf(size)
		body := withCV(h.candidate(p), "Życiorys.pdf", cv)
		body["candidate"].(map[string]any)["email"] = "cv" + string(rune('a'+size%7)) + "@example.com"
		g := h.admin.ask("POST", "/processes/"+p+"/applications", body).want(201)
		if loc := g.header.Get("Location"); loc != "/api/v1/applications/"+g.text("id") {
			t.Errorf("Location %q", loc)
		}
		if g.text("cv.file_name") != "Życiorys.pdf" || g.get("cv.size").(float64) != float64(len(cv)) {
			t.Errorf("cv %v", g.get("cv"))
		}
		if g.text("delivery.state") != "none" || g.text("stage") != "waiting_for_decision" || g.text("consent.ats_transfer") != "not_asked" {
			t.Errorf("application %s", g.body)
		}
		back := h.admin.ask("GET", "/applications/"+g.text("id")+"/cv", nil).want(200)
		if !bytes.Equal(back.body, cv) {
			t.Errorf("%d bytes came back, want %d", len(back.body), len(cv))
		}
		if d := back.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") {
			t.Errorf("Content-Disposition %q", d)
		}
	}
}

func TestAnApplicationIsTakenAsAForm(t *testing.T) {
	h := start(t)
	p := h.admin.open()
	cv := pdf(5000)
	fields, _ := json.Marshal(h.candidate(p))
	form := func(parts ...string) ([]byte, string) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for _, name := range parts {
			head := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + name + `"`}, "Content-Type": {"application/json"}}
			content := fields
			if name == "cv" {
				head = textproto.MIMEHeader{"Content-Disposition": {`form-data; name="cv"; filename="cv.pdf"`}, "Content-Type": {"application/pdf"}}
				content = cv
			}
			w, err := m.CreatePart(head)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write(content)
		}
		_ = m.Close()
		return b.Bytes(), m.FormDataContentType()
	}
	send := func(key string, parts ...string) got {
		b, ct := form(parts...)
		headers := []string{"Content-Type", ct}
		if key != "" {
			headers = append(headers, "Idempotency-Key", key)
		}
		return h.admin.ask("POST", "/processes/"+p+"/applications", b, headers...)
	}
	first := send("k1", "cv", "application").want(201)
	if first.get("cv.size").(float64) != float64(len(cv)) {
		t.Errorf("cv %v", first.get("cv"))
	}
	again := send("k1", "cv", "application").want(201) // another boundary, the same parts
	if again.text("id") != first.text("id") || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %q: %s", again.header.Get("Idempotency-Replayed"), again.body)
	}
	if c := send("", "cv").want(422, "invalid").field("application"); c != "required" {
		t.Errorf("without application: %q", c)
	}
	if c := send("", "application", "application").want(422, "invalid").field("application"); c != "unknown_field" {
		t.Errorf("application twice: %q", c)
	}
	if c := send("", "application", "photo").want(422, "invalid").field("photo"); c != "unknown_field" {
		t.Errorf("photo: %q", c)
	}
}

func TestTheSamePersonInTheSameProcessIsOneApplication(t *testing.T) {
	h := start(t)
	p := h.admin.open()
	first := h.admin.ask("POST", "/processes/"+p+"/applications", h.candidate(p)).want(201)
	second := h.candidate(p)
	second["candidate"].(map[string]any)["email"] = " zofia.w@EXAMPLE.com"
	second["candidate"].(map[string]any)["first_name"] = "Somebody"
	again := h.admin.ask("POST", "/processes/"+p+"/applications", second).want(200)
	if again.text("id") != first.text("id") || again.text("candidate.first_name") != "Zofia" {
		t.Errorf("answered %s", again.body)
	}
	found := h.admin.ask("POST", "/applications/search", map[string]any{"email": "ZOFIA.w@example.com"}).want(200)
	if n := len(found.get("items").([]any)); n != 1 {
		t.Errorf("%d found", n)
	}
	if n := len(h.other.ask("POST", "/applications/search", map[string]any{"email": "zofia.w@example.com"}).want(200).get("items").([]any)); n != 0 {
		t.Errorf("another company found %d", n)
	}
	h.admin.ask("GET", "/applications?q=zofia.w@example.com", nil).want(422, "use_search")
}

func TestAReplacedTextComesBackWithTheFormToShowNow(t *testing.T) {
	h := start(t)
	p := h.admin.open()
	body := h.candidate(p)
	h.admin.ask("PUT", "/clause", map[string]any{"texts": map[string]any{"pl": "Nowa klauzula", "en": "A new clause"}}).want(200)
	g := h.admin.ask("POST", "/processes/"+p+"/applications", body).want(422, "consent_outdated")
	if g.text("form.clause.text") != "Nowa klauzula" || g.text("form.form_token") == "" {
		t.Errorf("form %v", g.get("form"))
	}
	delete(body["consent"].(map[string]any), "form_token")
	body["consent"].(map[string]any)["clause"] = map[string]any{"version": g.get("form.clause.version")}
	made := h.admin.ask("POST", "/processes/"+p+"/applications", body).want(201)
	h.admin.ask("POST", "/applications/"+made.text("id")+"/withdraw", nil).want(200)
	h.admin.ask("POST", "/applications/"+made.text("id")+"/erase", nil).want(204)
	after := h.admin.ask("GET", "/applications/"+made.text("id"), nil).want(200)
	if after.text("candidate.email") != "" || after.text("erased_at") == "" {
		t.Errorf("after erasing: %s", after.body)
	}
}

func TestWhatIsWrongIsNamedByItsPath(t *testing.T) {
	h := start(t)
	p := h.admin.open()
	for name, c := range map[string]struct {
		change func(map[string]any)
		path   string
		code   string
	}{
		"an unknown field":        {func(b map[string]any) { b["nickname"] = "x" }, "nickname", "unknown_field"},
		"an unknown field deeper": {func(b map[string]any) { b["candidate"].(map[string]any)["age"] = 3 }, "candidate.age", "unknown_field"},
		"a missing field":         {func(b map[string]any) { delete(b["candidate"].(map[string]any), "email") }, "candidate.email", "required"},
		"another type":            {func(b map[string]any) { b["candidate"].(map[string]any)["email"] = 7 }, "candidate.email", "wrong_type"},
		"no address":              {func(b map[string]any) { b["candidate"].(map[string]any)["email"] = "nobody" }, "candidate.email", "malformed"},
		"no decision":             {func(b map[string]any) { b["consent"].(map[string]any)["locale"] = "de" }, "consent.locale", "not_allowed"},
		"broken base64": {func(b map[string]any) { b["cv"] = map[string]any{"file_name": "a.pdf", "content": "%%%%"} },
			"cv.content", "malformed"},
		"not a CV": {func(b map[string]any) { withCV(b, "a.exe", []byte("MZ\x90\x00")) }, "cv", "type_not_allowed"},
		"a text of the ATS's own twice": {func(b map[string]any) {
			b["consent"].(map[string]any)["remote"] = []map[string]any{{"id": "1", "version": 1, "decision": "given"}, {"id": "1", "version": 1, "decision": "given"}}
		}, "consent.remote", "repeated"},
		"a file in another field": {func(b map[string]any) { b["external_id"] = strings.Repeat("x", 20_000) }, "*", "too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			body := h.candidate(p)
			c.change(body)
			g := h.admin.ask("POST", "/processes/"+p+"/applications", body).want(422, "invalid")
			if code := g.field(c.path); code != c.code {
				t.Errorf("%s is %q, want %q: %s", c.path, code, c.code, g.body)
			}
		})
	}
}

func TestBodiesAreBounded(t *testing.T) {
	h := start(t)
	p := h.admin.open()
	large := `{"name": "` + strings.Repeat("x", 70_000) + `"}`
	h.oper.ask("POST", "/companies", large).want(http.StatusRequestEntityTooLarge, "body_too_large")
	h.oper.ask("POST", "/companies", large, "Idempotency-Key", "k").want(http.StatusRequestEntityTooLarge, "body_too_large")
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	h.oper.ask("POST", "/companies", `{"name": `+deep+`}`).want(400, "malformed")
	h.admin.ask("POST", "/processes/"+p+"/applications", `{"candidate": `+deep+`}`).want(400, "malformed")
	h.oper.ask("POST", "/companies", `{"name": "x"`).want(400, "malformed")
	h.oper.ask("POST", "/companies", `name=x`, "Content-Type", "application/x-www-form-urlencoded").want(415, "unsupported_media_type")
	h.admin.ask("POST", "/processes/"+p+"/applications", `a=b`, "Content-Type", "text/plain").want(415, "unsupported_media_type")
	h.admin.ask("GET", "/processes?colour=red", nil).want(422, "invalid")
}

func TestACVOfTenMegabytesFitsAndOneByteMoreIsRefusedAsTooLarge(t *testing.T) {
	h := start(t)
	p := h.admin.open()
	cv := pdf(10<<20 - 200)
	h.admin.ask("POST", "/processes/"+p+"/applications", withCV(h.candidate(p), "cv.pdf", cv)).want(201)
	cv = append(cv, make([]byte, 10<<20+1-len(cv))...)
	g := h.admin.ask("POST", "/processes/"+p+"/applications", withCV(h.candidate(p), "cv.pdf", cv)).want(422, "invalid")
	if g.field("cv") == "" {
		t.Errorf("answered %s", g.body)
	}
	h.admin.ask("POST", "/processes/"+p+"/applications", withCV(h.candidate(p), "cv.pdf", make([]byte, 11<<20))).want(413, "body_too_large")
}
