package erecruiter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"handoff/internal/connector"
	"handoff/internal/secret"
)

// answers is a transport that gives prepared answers in turn, and notes what
// was asked.
type answers struct {
	list  []string // status and body, e.g. `401 {}`
	asked []string
}

func (a *answers) Do(op connector.Op, req *http.Request) (*http.Response, error) {
	a.asked = append(a.asked, op.Name)
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
	}
	if len(a.list) == 0 {
		return nil, &connector.Error{Kind: connector.Unanswered, Op: op.Name}
	}
	var status int
	head, body, _ := strings.Cut(a.list[0], " ")
	a.list = a.list[1:]
	if _, err := fmt.Sscan(head, &status); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

type lent struct{ renew error }

func (l lent) Current(context.Context) (connector.Credential, error) {
	return connector.Credential{Fields: map[string]secret.String{fieldAccessKey: secret.New("key")}}, nil
}

func (l lent) Renew(context.Context, secret.String) (connector.Credential, error) {
	c, _ := l.Current(context.Background())
	return c, l.renew
}

func with(t *testing.T, tokens connector.Tokens, list ...string) (*conn, *answers) {
	t.Helper()
	a := &answers{list: list}
	c, err := open(Builtin(), nil, connector.Settings{APIURL: "https://api.example.com/", Account: "1"}, connector.Env{HTTP: a, Tokens: tokens})
	if err != nil {
		t.Fatal(err)
	}
	return c, a
}

func push(c *conn) error {
	return c.Push(context.Background(), connector.Submission{Job: "j"}, connector.Receipt{}, func(connector.Receipt) error { return nil })
}

func typedError(err error) *connector.Error {
	e, _ := err.(*connector.Error)
	return e
}

var asKey = lent{connector.ErrNoRenewal}

const fine = `200 [{"companyId":1}]`

func TestEveryStatusHasOneVerdictInEveryShape(t *testing.T) {
	special := map[int][2]connector.Kind{ // read, write
		401: {connector.Forbidden, connector.Forbidden}, // the key opens the account all the same
		402: {connector.Forbidden, connector.Forbidden}, 403: {connector.Forbidden, connector.Forbidden},
		404: {connector.Gone, connector.Gone}, 408: {connector.Unavailable, connector.Unanswered}, 409: {connector.Unavailable, connector.Duplicate},
		410: {connector.Gone, connector.Gone}, 421: {connector.Unavailable, connector.Unavailable}, 423: {connector.Unavailable, connector.Unavailable},
		425: {connector.Unavailable, connector.Unanswered}, 429: {connector.RateLimited, connector.RateLimited}, 451: {connector.Forbidden, connector.Forbidden},
		499: {connector.Unavailable, connector.Unanswered},
	}
	shapes := []string{`[{"message":"m","errorCode":"SomeCode","modelType":null}]`, `{"message":"m","errorCode":"SomeCode"}`, `{"errors":[{"code":"x y"}]}`,
		`{"error":"x"}`, ``, `[]`, `null`, `"text"`, `[null, 7, {}]`, `<html><body>Just a moment</body></html>`}
	for status := 400; status <= 599; status++ {
		for _, body := range shapes {
			want, known := special[status]
			switch {
			case (status == 403 || status == 406) && strings.HasPrefix(body, "<"):
				want = [2]connector.Kind{connector.Unavailable, connector.Unavailable}
			case !known && status < 500:
				want = [2]connector.Kind{connector.Rejected, connector.Rejected}
			case !known:
				want = [2]connector.Kind{connector.Unavailable, connector.Unanswered}
			}
			answer := fmt.Sprintf("%d %s", status, body)
			list := []string{answer, fine, answer, answer}
			c, _ := with(t, asKey, list...)
			if err := push(c); connector.KindOf(err) != want[1] || typedError(err) == nil {
				t.Errorf("write %s: %v, want %v", answer, err, want[1])
			}
			c, _ = with(t, asKey, list...)
			if _, err := c.ListJobs(t.Context()); connector.KindOf(err) != want[0] || typedError(err) == nil {
				t.Errorf("read %s: %v, want %v", answer, err, want[0])
			}
		}
	}
}

func TestCodesThatMeanMoreThanTheirStatus(t *testing.T) {
	for answer, want := range map[string]struct {
		kind connector.Kind
		code string
	}{
		`409 [{"errorCode":"RecruitmentNotActive"}]`:                {connector.Forbidden, "JOB_CLOSED"},
		`409 [{"errorCode":"ConsentNotAssigned"}]`:                  {connector.Forbidden, "CONSENT_NOT_ASSIGNED"},
		`403 [{"errorCode":"RecruitmentNotShared"}]`:                {connector.Forbidden, "JOB_NOT_SHARED"},
		`400 [{"errorCode":"ConsentRequired"}]`:                     {connector.Rejected, "CONSENT_REQUIRED"},
		`400 [{"ErrorCode":"CONSENTUNKNOWN"}]`:                      {connector.Rejected, "CONSENT_UNKNOWN"},
		`409 [{"errorCode":"ConsentChanged"}]`:                      {connector.Rejected, "CONSENT_CHANGED"},
		`400 [{"errorCode":"Other"},{"errorCode":"OriginUnknown"}]`: {connector.Rejected, "SOURCE_NOT_FOUND"},
		`400 {"errorCode":"CvRequired"}`:                            {connector.Rejected, "CV_REQUIRED"},
		`400 [{"errorCode":"CustomQuestionRequired"}]`:              {connector.Rejected, "QUESTIONS_REQUIRED"},
		`400 [{"errorCode":"FileType"}]`:                            {connector.Rejected, "FILE_TYPE"},
		`413 <html>`:                                                {connector.Rejected, "FILE_SIZE"},
		`409 [{"errorCode":"AlreadyApplied"}]`:                      {connector.Duplicate, "ALREADY_APPLIED"},
		`400 {"data":[{"errorCode":"AlreadyApplied"}]}`:             {connector.Duplicate, "ALREADY_APPLIED"},
		`500 [{"errorCode":"ConsentRequired"}]`:                     {connector.Unanswered, "CONSENT_REQUIRED"}, // a 5xx may have worked
		`429 [{"errorCode":"ConsentRequired"}]`:                     {connector.RateLimited, "CONSENT_REQUIRED"},
		`500 [{"message":"x","errorCode":"InternalServerError"}]`:   {connector.Unanswered, "INTERNAL_SERVER_ERROR"},
		`400 [{"errorCode":"Jan Kowalski"}]`:                        {connector.Rejected, ""},
		`400 [{"errorCode":"jan@example.com"}]`:                     {connector.Rejected, ""},
		`200 {"applicationId":5,"candidateId":6}`:                   {connector.Duplicate, ""},
		`200 `:                    {connector.Unanswered, ""},
		`200 {}`:                  {connector.Unanswered, "NO_CANDIDATE_IN_ANSWER"},
		`201 {"applicationId":5}`: {connector.Unanswered, "NO_CANDIDATE_IN_ANSWER"},
		`201 {"candidateId":5}`:   {connector.Unanswered, "NO_CANDIDATE_IN_ANSWER"},
		`201 <html>`:              {connector.Unanswered, ""},
		`201 {"applicationId":5,`: {connector.Unanswered, ""},
		`202 {"applicationId":5,"candidateId":6}`: {connector.Unanswered, ""},
		`204 `: {connector.Unanswered, ""},
		`302 `: {connector.Unanswered, ""},
		"201 \xef\xbb\xbf{\"ApplicationID\":\"5\",\"CANDIDATEID\":6.0,\"x\":1}": {connector.Unknown, ""},
	} {
		c, _ := with(t, asKey, answer, fine)
		err := push(c)
		var e *connector.Error
		if connector.KindOf(err) != want.kind || errors.As(err, &e) && e.Code != want.code {
			t.Errorf("%s: %v, want %v %s", answer, err, want.kind, want.code)
		}
	}
}

func TestARefusalIsAskedAfterBeforeAnythingIsGivenUp(t *testing.T) {
	const no, denied = `401 [{"errorCode":"Unauthorized"}]`, `403 [{"errorCode":"PermissionDenied"}]`
	const made = `201 {"applicationId":5,"candidateId":6}`
	for name, c := range map[string]struct {
		tokens connector.Tokens
		list   []string
		want   connector.Kind
		asked  string
	}{
		"a token, renewed and good":     {lent{}, []string{no, made}, connector.Unknown, "create create"},
		"a token, renewed and bad":      {lent{}, []string{no, no, no, no}, connector.Unauthorized, "create create companies companies"},
		"an accident":                   {asKey, []string{no, fine, made}, connector.Unknown, "create companies create"},
		"two accidents":                 {asKey, []string{no, fine, no, made}, connector.Unknown, "create companies create create"},
		"not for this recruitment":      {asKey, []string{no, fine, no, no}, connector.Forbidden, "create companies create create"},
		"the question met one":          {asKey, []string{no, no, fine, made}, connector.Unknown, "create companies companies create"},
		"a bad key":                     {asKey, []string{no, no, no}, connector.Unauthorized, "create companies companies"},
		"a bad key by 403":              {asKey, []string{denied, denied, denied}, connector.Unauthorized, "create companies companies"},
		"a right that is missing":       {asKey, []string{denied, fine}, connector.Forbidden, "create companies"},
		"a code that says it":           {asKey, []string{`403 [{"errorCode":"RecruitmentNotShared"}]`}, connector.Forbidden, "create"},
		"a key that says it is revoked": {asKey, []string{`403 [{"errorCode":"AccessKeyRevoked"}]`, denied, denied}, connector.Unauthorized, "create companies companies"},
		"the question fails":            {asKey, []string{no, `500 `}, connector.Unavailable, "create companies"},
		"the question is limited":       {asKey, []string{no, `429 `}, connector.RateLimited, "create companies"},
		"the question is lost":          {asKey, []string{no}, connector.Unavailable, "create companies"},
		"the question meets a robot":    {asKey, []string{no, `403 <html>`}, connector.Unavailable, "create companies"},
		"a robot":                       {asKey, []string{`403 <html>`}, connector.Unavailable, "create"},
		"revoked":                       {lent{&connector.Error{Kind: connector.Revoked, Op: "token"}}, []string{no}, connector.Revoked, "create"},
		"the renewal is lost":           {lent{&connector.Error{Kind: connector.Unanswered, Op: "token"}}, []string{no}, connector.Unavailable, "create"},
		"the renewal fails strangely":   {lent{errors.New("disk")}, []string{no}, connector.Unavailable, "create"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, a := with(t, c.tokens, c.list...)
			if err := push(conn); connector.KindOf(err) != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if got := strings.Join(a.asked, " "); got != c.asked {
				t.Errorf("asked %s, want %s", got, c.asked)
			}
		})
	}
}

func TestAListingIsWholeOrAnError(t *testing.T) {
	m := Builtin()
	m.Paging.Size, m.Paging.Most = 3, 9
	m.Paths["recruitments_closed"] = m.Paths["account_consents"] // none
	rows := func(ids ...string) string {
		for i, id := range ids {
			ids[i] = `{"id":` + id + `,"name":"x"}`
		}
		return "[" + strings.Join(ids, ",") + "]"
	}
	for name, c := range map[string]struct {
		list []string
		want int // -1 for an error
	}{
		"empty":                                   {[]string{"200 []"}, 0},
		"one row":                                 {[]string{"200 " + rows("1"), "200 " + rows("1")}, 1},
		"a page that is shorter than asked for":   {[]string{"200 " + rows("1", "2"), "200 " + rows("2", "3"), "200 " + rows("3")}, 3},
		"the last row gone meanwhile":             {[]string{"200 " + rows("1", "2", "3"), "200 []", "200 " + rows("2", "3"), "200 " + rows("3")}, 3},
		"nothing at all the second time":          {[]string{"200 " + rows("1", "2", "3"), "200 []", "200 []"}, 3},
		"two pages":                               {[]string{"200 " + rows("1", "2", "3"), "200 " + rows("3", "4"), "200 " + rows("4")}, 4},
		"a new row at the top meanwhile":          {[]string{"200 " + rows("1", "2", "3"), "200 " + rows("2", "3", "4"), "200 " + rows("4")}, 4},
		"a row taken out meanwhile is noticed":    {[]string{"200 " + rows("1", "2", "3"), "200 " + rows("5"), "200 " + rows("2", "3", "4"), "200 " + rows("4", "5"), "200 " + rows("5")}, 5},
		"rows that never stand still":             {[]string{"200 " + rows("1", "2"), "200 " + rows("9"), "200 " + rows("1", "2"), "200 " + rows("8"), "200 " + rows("1", "2"), "200 " + rows("7"), "200 " + rows("1", "2"), "200 " + rows("6")}, -1},
		"paging ignored, more than asked for":     {[]string{"200 " + rows("1", "2", "3", "4"), "200 " + rows("1", "2", "3", "4")}, 4},
		"paging ignored, fewer than asked for":    {[]string{"200 " + rows("1", "2"), "200 " + rows("1", "2")}, 2},
		"paging ignored, a full page":             {[]string{"200 " + rows("1", "2", "3"), "200 " + rows("1", "2", "3")}, -1},
		"paging ignored, a full page that is all": {[]string{`200 {"rowCount":3,"recruitments":` + rows("1", "2", "3") + `}`, `200 {"rowCount":3,"recruitments":` + rows("1", "2", "3") + `}`}, 3},
		"paging ignored, counting more":           {[]string{`200 {"rowCount":9,"recruitments":` + rows("1", "2") + `}`, `200 {"rowCount":9,"recruitments":` + rows("1", "2") + `}`}, -1},
		"the second page lost":                    {[]string{"200 " + rows("1", "2", "3")}, -1},
		"the second page fails":                   {[]string{"200 " + rows("1", "2", "3"), "500 []"}, -1},
		"no page at all":                          {[]string{"200 {}"}, -1},
		"null":                                    {[]string{"200 null"}, -1},
		"nothing":                                 {[]string{"200 "}, -1},
		"null at its place":                       {[]string{`200 {"recruitments":null}`}, -1},
		"null at its place, counting none":        {[]string{`200 {"recruitments":null,"rowCount":0}`}, 0},
		"another key":                             {[]string{`200 {"x":1,"items":` + rows("1") + `}`, `200 {"items":` + rows("1") + `}`}, 1},
		"two lists under other keys":              {[]string{`200 {"a":[],"b":[]}`}, -1},
		"inside data":                             {[]string{`200 {"data":{"Recruitments":` + rows("1") + `}}`, `200 {"data":{"recruitments":` + rows("1") + `}}`}, 1},
		"a row without an id":                     {[]string{`200 [{"name":"x"}]`}, -1},
		"rows that are no objects":                {[]string{`200 ["1","2"]`}, -1},
		"forever":                                 {strings.Split("200 "+strings.Join([]string{rows("1", "2"), rows("2", "3"), rows("3", "4"), rows("4", "5"), rows("5", "6"), rows("6", "7"), rows("7", "8"), rows("8", "9"), rows("9", "10"), rows("10", "11")}, "|200 "), "|"), -1},
	} {
		t.Run(name, func(t *testing.T) {
			conn, a := with(t, asKey, c.list...)
			conn.m = m
			got, err := conn.ListJobs(t.Context())
			if c.want < 0 && (connector.KindOf(err) != connector.Unavailable || got != nil) || c.want >= 0 && (err != nil || len(got) != c.want) {
				t.Errorf("%d jobs, %v, want %d; asked %d", len(got), err, c.want, len(a.asked))
			}
			if len(a.list) > 0 && c.want >= 0 {
				t.Errorf("%d pages were not read", len(a.list))
			}
		})
	}
}

// Rows of which none has a place for an address would read as "nobody is
// there", and everybody would be sent twice.
func TestRowsWithoutAnAddressAreNoAbsence(t *testing.T) {
	want := []connector.Wanted{{Application: "app_1", Email: "a@example.com"}}
	for list, ok := range map[string]bool{
		`[{"applicationId":1,"mail":"a@example.com"}]`:                     false,
		`[{"applicationId":1,"candidateEmail":null}]`:                      true,
		`[{"applicationId":1},{"applicationId":2,"candidateEmail":"b@c"}]`: true,
		`[]`: true,
	} {
		c, _ := with(t, asKey, "200 "+list, "200 "+list)
		got, err := c.Find(t.Context(), "j", want)
		if (err == nil) != ok || ok && got["app_1"].Match != connector.Absent || !ok && connector.KindOf(err) != connector.Unavailable {
			t.Errorf("%s: %v, %v", list, got, err)
		}
	}
}
