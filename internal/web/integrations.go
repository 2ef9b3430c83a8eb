package web

import (
	"errors"
	"net/http"

	"handoff/internal/connector"
	"handoff/internal/integration"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/web/page"
)

func integrationsPath(ats string) string { return "/settings/integrations/" + ats }

func connectionPath(ats string, id recruit.ConnectionID) string {
	return integrationsPath(ats) + "/" + string(id)
}

func (v *visit) integrations() error {
	all, err := v.web.o.Integration.Connections(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	var tiles []page.Tile
	for _, t := range v.web.o.Integration.Types() {
		tile := page.Tile{Type: t}
		for _, c := range all {
			if c.ATS == t.Name && c.State != recruit.ConnDisconnected {
				tile.Connections = append(tile.Connections, c)
			}
		}
		tiles = append(tiles, tile)
	}
	return v.show(http.StatusOK, page.Integrations(v.shell(v.say.T("settings.integrations"), "settings"), tiles))
}

// integration is the page behind a tile: the connection when there is one,
// otherwise the ways to connect.
func (v *visit) integration() error {
	t, ok := v.web.o.Integration.Type(v.r.PathValue("ats"))
	if !ok {
		return recruit.ErrNotFound
	}
	all, err := v.web.o.Integration.Connections(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.ATS == t.Name && c.State != recruit.ConnDisconnected && v.r.URL.Query().Get("new") == "" {
			return v.goTo(connectionPath(t.Name, c.ID))
		}
	}
	return v.showConnect(http.StatusOK, page.ConnectPage{Type: t, Errors: page.NewErrors(v.say, nil)})
}

func (v *visit) showConnect(status int, m page.ConnectPage) error {
	m.OAuthReady = v.web.o.Integration.OAuthReady(m.Type.Name)
	return v.show(status, page.Connect(v.shell(m.Type.Title, "settings"), m))
}

// connect makes a connection. With OAuth it goes on to the ATS's login at
// once: this Admin asked for the link and uses it in this browser.
func (v *visit) connect() error {
	t, ok := v.web.o.Integration.Type(v.r.PathValue("ats"))
	if !ok {
		return recruit.ErrNotFound
	}
	if err := v.form(); err != nil {
		return err
	}
	in := v.r.PostForm
	n := integration.NewConnection{ATS: t.Name, Environment: in.Get("environment"), AccessScope: in.Get("access_scope"), Auth: connector.Auth(in.Get("auth"))}
	n.Fields = v.credentials(t, n.Auth)
	c, err := v.connectBy(t, n)
	var invalid *recruit.Invalid
	if errors.As(err, &invalid) {
		return v.showConnect(http.StatusUnprocessableEntity, page.ConnectPage{Type: t, Environment: n.Environment, Open: n.Auth,
			Errors: page.NewErrors(v.say, invalid), Values: v.plainFields(t, n.Auth)})
	}
	if err != nil {
		return err
	}
	if n.Auth == connector.AuthOAuth {
		return v.goToATS(c.ID, false)
	}
	v.tell(page.Good, v.say.T("connection.saved_now_test"))
	return v.goTo(connectionPath(t.Name, c.ID) + "#test")
}

// connectBy wants the scope said: the pages that follow name their steps by it.
func (v *visit) connectBy(t *connector.Type, n integration.NewConnection) (integration.View, error) {
	if t.SharedJobs && n.AccessScope == "" {
		var bad recruit.Invalid
		bad.Add("access_scope", "required")
		return integration.View{}, bad.OrNil()
	}
	return v.web.o.Integration.Connect(v.r.Context(), v.caller(), n)
}

// credentials reads the fields of a way to connect; what is not one of them
// is not read.
func (v *visit) credentials(t *connector.Type, auth connector.Auth) map[string]secret.String {
	out := map[string]secret.String{}
	m, _ := t.Method(auth)
	for _, f := range m.Fields {
		out[f.Name] = secret.New(v.r.PostForm.Get("credentials." + f.Name))
	}
	return out
}

// plainFields are what was typed and is no secret, to be shown again.
func (v *visit) plainFields(t *connector.Type, auth connector.Auth) map[string]string {
	out := map[string]string{"access_scope": v.r.PostForm.Get("access_scope")}
	m, _ := t.Method(auth)
	for _, f := range m.Fields {
		if !f.Secret {
			out[f.Name] = v.r.PostForm.Get("credentials." + f.Name)
		}
	}
	return out
}
