package smartrecruiters

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"handoff/internal/simulator/simkit"
)

// login is one visit of a browser: from the authorize request to the decision.
type login struct {
	redirectURI, state, lang string
	scopes                   []string
	expires                  time.Time
	user                     *user // once logged in
}

// authorizePage answers GET /identity/oauth/allow. A client or redirect URI that is not registered
// exactly, case and trailing slash included (D), is told to the person and never redirected to;
// other mistakes go back to the client as an error (I). PKCE parameters are ignored.
func (c *call) authorizePage() *simkit.Answer {
	q, s := c.Query, c.s
	switch {
	case q.Get("client_id") != s.app.clientID:
		return c.oauthProblem("unknown_client")
	case !slices.Contains(s.app.redirectURIs, q.Get("redirect_uri")):
		return c.oauthProblem("bad_redirect")
	}
	l := &login{redirectURI: q.Get("redirect_uri"), state: q.Get("state"), lang: c.language(),
		scopes: strings.Fields(q.Get("scope")), expires: s.clock.Now().Add(10 * time.Minute)}
	if rt := q.Get("response_type"); rt != "" && rt != "code" { // absent in the vendor's examples, code in its demo (V)
		return l.back(url.Values{"error": {"unsupported_response_type"}})
	}
	if len(l.scopes) == 0 {
		l.scopes = slices.Clone(s.app.scopes) // D: the app's default
	}
	if unknownScope(l.scopes) != "" {
		return l.back(url.Values{"error": {"invalid_scope"}})
	}
	id := s.rand.Hex(16)
	s.st.logins[id] = l
	return c.loginPage(http.StatusOK, id, l, "", false)
}

func (c *call) loginPage(status int, id string, l *login, email string, failed bool) *simkit.Answer {
	var users []string
	for _, u := range c.s.st.users {
		if !u.deleted {
			users = append(users, u.email)
		}
	}
	return c.page(status, "login", map[string]any{"Lang": l.lang, "T": words(l.lang), "Login": id, "Users": users, "Email": or(email, users[0]),
		"Failed": failed, "AnyPassword": c.s.options.Password == "", "Company": c.s.options.Company.Name})
}

// form reads a posted page; nil when it comes from another site or its visit is over.
func (c *call) visit() (url.Values, string, *login) {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil || http.NewCrossOriginProtection().Check(c.Request) != nil {
		return nil, "", nil
	}
	id := form.Get("login")
	l := c.s.st.logins[id]
	if l == nil || !c.s.clock.Now().Before(l.expires) {
		return nil, "", nil
	}
	return form, id, l
}

func (c *call) loginPost() *simkit.Answer {
	form, id, l := c.visit()
	if l == nil {
		return c.oauthProblem("visit_over")
	}
	u := c.s.st.user(strings.TrimSpace(form.Get("email")))
	if u == nil || c.s.options.Password != "" && !equal(form.Get("password"), c.s.options.Password) {
		return c.loginPage(http.StatusUnauthorized, id, l, form.Get("email"), true)
	}
	l.user = u
	type line struct{ Scope, Words string }
	var lines []line
	for _, sc := range l.scopes {
		w := scopeWords[sc][0]
		if l.lang == "pl" {
			w = scopeWords[sc][1]
		}
		lines = append(lines, line{sc, w})
	}
	return c.page(http.StatusOK, "permissions", map[string]any{"Lang": l.lang, "T": words(l.lang), "Login": id, "Scopes": lines,
		"User": u.name(), "Email": u.email, "Company": c.s.options.Company.Name, "App": c.s.options.AppName, "Host": hostOf(l.redirectURI)})
}

func (c *call) decidePost() *simkit.Answer {
	form, id, l := c.visit()
	if l == nil || l.user == nil {
		return c.oauthProblem("visit_over")
	}
	delete(c.s.st.logins, id)
	if form.Get("decision") != "allow" {
		return l.back(url.Values{"error": {"access_denied"}, "error_description": {"The user denied access"}}) // I
	}
	return l.back(url.Values{"code": {c.s.newCode(l.user, l.scopes, l.redirectURI)}})
}

// back sends the browser to the redirect URI with the state it came with (D).
func (l *login) back(result url.Values) *simkit.Answer {
	if l.state != "" {
		result.Set("state", l.state)
	}
	sep := "?"
	if strings.Contains(l.redirectURI, "?") {
		sep = "&"
	}
	return &simkit.Answer{Status: http.StatusFound, Header: http.Header{"Location": {l.redirectURI + sep + result.Encode()},
		"Cache-Control": {"no-store"}, "Referrer-Policy": {"no-referrer"}}}
}

func (c *call) oauthProblem(which string) *simkit.Answer {
	lang := c.language()
	a := c.page(http.StatusBadRequest, "problem", map[string]any{"Lang": lang, "T": words(lang), "Problem": words(lang)[which]})
	a.Code = which
	return a
}

func hostOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	return u.Host
}

// language is Polish when ?lang=pl or the browser's first language says so, else English.
func (c *call) language() string {
	l := c.Query.Get("lang")
	if l == "" {
		l = c.Header.Get("Accept-Language")
	}
	if strings.HasPrefix(strings.ToLower(l), "pl") {
		return "pl"
	}
	return "en"
}

// page renders a page of the OAuth flow. Its policy has no form-action: browsers apply it to every
// redirect after the form, and where the client sends its user in the end is not ours to know.
func (c *call) page(status int, name string, data any) *simkit.Answer {
	body := c.s.render(name, data)
	return &simkit.Answer{Status: status, Body: body, Header: http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"},
		"Referrer-Policy":         {"same-origin"}, "X-Content-Type-Options": {"nosniff"}, "Cache-Control": {"no-store"}}}
}

func words(lang string) map[string]string {
	i := 0
	if lang == "pl" {
		i = 1
	}
	out := map[string]string{}
	for k, v := range pageWords {
		out[k] = v[i]
	}
	return out
}

var pageWords = map[string][2]string{
	"log_in":         {"Log in", "Zaloguj się"},
	"email":          {"E-mail", "E-mail"},
	"password":       {"Password", "Hasło"},
	"any_password":   {"Any password is accepted.", "Każde hasło zostanie przyjęte."},
	"failed":         {"E-mail or password is not right.", "Nieprawidłowy e-mail lub hasło."},
	"users":          {"Users of this company", "Użytkownicy tej firmy"},
	"asks":           {"asks for access to the account of", "prosi o dostęp do konta firmy"},
	"will":           {"It will be able to:", "Zakres dostępu:"},
	"as":             {"You are logged in as", "Zalogowane konto:"},
	"back_to":        {"Afterwards you return to", "Następnie wrócisz do"},
	"allow":          {"Allow access", "Akceptuj"},
	"deny":           {"Deny", "Odrzuć"},
	"simulated":      {"This is a simulator. No real account is touched.", "To jest symulator. Żadne prawdziwe konto nie bierze udziału."},
	"problem":        {"This cannot be done", "Nie można tego zrobić"},
	"permissions":    {"Permissions", "Uprawnienia"},
	"unknown_client": {"The application that sent you here is not registered (client_id).", "Aplikacja, która Cię tu skierowała, nie jest zarejestrowana (client_id)."},
	"bad_redirect":   {"The address to return to is not registered for this application (redirect_uri).", "Adres powrotu nie jest zarejestrowany dla tej aplikacji (redirect_uri)."},
	"visit_over":     {"This page has expired. Go back to where you came from and start again.", "Ta strona wygasła. Wróć tam, skąd przychodzisz, i zacznij od nowa."},
}
