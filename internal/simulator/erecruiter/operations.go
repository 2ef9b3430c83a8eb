package erecruiter

import (
	"net/http"
	"strings"

	"handoff/internal/simulator/simkit"
)

type auth int

const (
	needed auth = iota // a key or a token, by the dialect's mode
	client             // the partner's client id and secret: the token endpoint
	open               // none: the public career feed
)

type body int

const (
	noBody  body = iota
	anyBody      // an unknown path: refused for other reasons
	formBody
	noteBody
	createBody
)

// operation is one call with what the contract declares for it.
type operation struct {
	simkit.Operation
	auth    auth
	company bool // takes the company's id
	paged   bool
	keyed   bool     // a list that ignores paging with the switch ignored_offset at its default
	query   []string // other parameters
	body    body
	do      func(*call) *simkit.Answer
}

func get(id string, do func(*call) *simkit.Answer) *operation {
	return &operation{Operation: simkit.Operation{ID: id, Method: http.MethodGet}, company: true, do: do}
}

func post(id string, b body, do func(*call) *simkit.Answer) *operation {
	return &operation{Operation: simkit.Operation{ID: id, Method: http.MethodPost}, company: true, body: b, do: do}
}

func (o *operation) pages() *operation                { o.paged = true; return o }
func (o *operation) ignoresPages() *operation         { o.keyed = true; return o }
func (o *operation) alone() *operation                { o.company = false; return o }
func (o *operation) takes(query ...string) *operation { o.query = query; return o }
func (o *operation) public(path string) *operation    { o.auth, o.Path = open, path; return o.alone() }
func (o *operation) token(path string, c bool) *operation {
	o.auth, o.Path, o.Calm = client, path, c
	return o.alone()
}

// operations lists the calls served. Ids are those of the reconstructed contract; the three
// without a path in it are the vendor's own feeds and the token endpoint, whose place the dialect
// gives or the vendor has (C).
func operations() []*operation {
	return []*operation{
		post("getToken", formBody, (*call).token).token("", true),
		get("getCareerFeed", (*call).careerJSON).public("/skk/company/{companyId}/offers.json").takes("hash"),
		get("getCareerFeedXML", (*call).careerXML).public("/skk/company/{companyId}/offers.xml").takes("hash"),

		get("listCompanies", (*call).companies).alone(),
		get("getPermissions", (*call).permissions),
		get("getAppVersion", (*call).appVersion).alone(),
		get("listAccountStages", (*call).accountStages).pages(),
		get("listOrigins", (*call).origins).pages(),
		get("listTags", (*call).nothing).ignoresPages(),
		get("listDictionaryStages", (*call).dictionaryStages).ignoresPages(),
		get("listDictionaryLanguages", (*call).dictionaryLanguages).ignoresPages(),

		get("listRecruitments", (*call).recruitments).pages(),
		get("listMyRecruitments", (*call).recruitments),
		get("listClosedRecruitments", (*call).closedRecruitments).pages(),
		get("getRecruitment", (*call).recruitment),
		get("listRecruitmentStages", (*call).recruitmentStages).ignoresPages(),
		get("listRecruitmentConsents", (*call).recruitmentConsents),

		get("listRecruitmentApplications", (*call).applications).pages(),
		post("createApplication", createBody, (*call).createApplication),
		get("getApplication", (*call).application),
		get("getApplicationFull", (*call).application),
		get("getStagesHistory", (*call).history).pages(),
		get("getApplicationTags", (*call).applicationTags).ignoresPages(),
		get("getApplicationNotes", (*call).notes),
		post("addApplicationNote", noteBody, (*call).addNote),

		get("listCandidates", (*call).candidates).pages(),
		get("listCandidateRecruitments", (*call).candidateRecruitments),
		get("listEducations", (*call).candidateDetails).ignoresPages(),
		get("listLanguageSkills", (*call).candidateDetails).ignoresPages(),
		get("listEmploymentExperiences", (*call).candidateDetails).ignoresPages(),
		get("getDesiredSalary", (*call).desiredSalary),

		get("listMultipostedAds", (*call).multiposted).pages().takes("portal", "modifiedSince"),
	}
}

// wire is a dialect with the routes that it makes.
type wire struct {
	Dialect
	router     *simkit.Router
	operations map[string]*operation
}

// newWire makes routes. Paths are compared in lower case: the vendor's are case-insensitive in
// practice (C).
func newWire(d Dialect) *wire {
	w := &wire{Dialect: d, operations: map[string]*operation{}}
	var routes []simkit.Operation
	for _, op := range operations() {
		switch path, ok := d.Paths[op.ID]; {
		case op.auth == client:
			op.Path = d.Auth.TokenPath
		case ok:
			op.Path = d.Base + path
		case op.auth != open:
			continue // this dialect has no such call
		}
		w.operations[op.ID] = op
		low := op.Operation
		low.Path = lowerPath(op.Path)
		routes = append(routes, low)
	}
	w.router = simkit.NewRouter(routes)
	return w
}

// lowerPath lowers the literal segments of a template, so that names of parameters stay.
func lowerPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if !strings.HasPrefix(p, "{") {
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "/")
}

// find takes the token path with a slash at its end too (C: seen both ways).
func (w *wire) find(method, escaped string) (op *operation, params map[string]string, allowed []string) {
	path := strings.ToLower(escaped)
	if path == lowerPath(w.Auth.TokenPath)+"/" {
		path = strings.TrimSuffix(path, "/")
	}
	found, params, allowed, ok := w.router.Find(method, path)
	if !ok {
		return nil, nil, allowed
	}
	return w.operations[found.ID], params, nil
}

func knownOperation(id string) bool {
	for _, op := range operations() {
		if op.ID == id {
			return true
		}
	}
	return false
}
