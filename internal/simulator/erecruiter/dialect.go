package erecruiter

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed dialects/*.json
var dialectFiles embed.FS

// Mode says how a caller proves who it is.
type Mode string

const (
	BearerKey Mode = "bearer_key" // Authorization: Bearer ACCESS-KEY (A)
	HeaderKey Mode = "header_key" // Auth.Header: ACCESS-KEY (A)
	Exchange  Mode = "exchange"   // the key is exchanged for a token, with the partner's client id and secret (A)
	Password  Mode = "password"   // a service account's name and password for a token (C, 2018)
)

// Modes lists the four.
func Modes() []Mode { return []Mode{BearerKey, HeaderKey, Exchange, Password} }

// Dialect is how the simulator writes what it means: nobody outside the vendor knows the real one.
// Paths, parameters, field names, envelopes and encodings are data, and so a second Dialect
// proves that a client has them in one place too.
type Dialect struct {
	Name    string                       `json:"name"`
	Base    string                       `json:"base"` // before every path of Paths
	Auth    Auth                         `json:"auth"`
	Company string                       `json:"company"` // query parameter of the company's id
	Paging  Paging                       `json:"paging"`
	Paths   map[string]string            `json:"paths"`  // operation id to path; an operation without one is not served
	Lists   map[string]List              `json:"lists"`  // operation id to envelope; "" is for all others
	Fields  map[string]string            `json:"fields"` // "kind.field" to the name written, / for nesting, "-" leaves it out
	Values  map[string]map[string]string `json:"values"` // "kind.field" to value to value written
	Create  Create                       `json:"create"`
	Errors  string                       `json:"errors"` // envelope key of the errors; "" is a bare array (C)
	Dates   Setting                      `json:"dates"`  // local, rfc3339, polish or ms
	TextIDs bool                         `json:"text_ids"`
}

// Auth is the credential on the wire.
type Auth struct {
	Mode      Mode   `json:"mode"`
	Header    string `json:"header"`     // of header_key
	TokenPath string `json:"token_path"` // of exchange and password; from the root
	Grant     string `json:"grant"`      // grant_type of exchange
	KeyField  string `json:"key_field"`  // form field of the key in exchange
}

// Paging names the parameters of a page. Style offset counts items from 0, style page counts pages
// from 1 and calls that parameter Offset too.
type Paging struct {
	Style   string `json:"style"`
	Limit   string `json:"limit"`
	Offset  string `json:"offset"`
	Default int    `json:"default"`
	Max     int    `json:"max"`
}

// List is an envelope: Key leads to the items ("" is a bare array), Count to the number of all.
type List struct {
	Key   string `json:"key"`
	Count string `json:"count"`
}

// Create is how an application is pushed.
type Create struct {
	Encodings []string `json:"encodings"` // json (CV in base64), multipart
	Part      string   `json:"part"`      // multipart: the JSON part
	Files     string   `json:"files"`     // multipart: the file parts
	Consents  string   `json:"consents"`  // list of statements, or id_map of id to true or false
	Question  string   `json:"question"`  // prefix of the answer to a custom question
}

// DefaultDialect is the contract of the reference: names of the 2018 API where they are known.
func DefaultDialect() Dialect { return builtIn("v1.1") }

// PartnerDialect differs from the default in everything that a mapping could name: key in a header,
// pages instead of offsets, other paths, fields, values and envelopes, ids as text, multipart.
func PartnerDialect() Dialect { return builtIn("partner") }

// Dialects lists the names of the built-in ones.
func Dialects() []string { return []string{"v1.1", "partner"} }

func builtIn(name string) Dialect {
	b, err := dialectFiles.ReadFile("dialects/" + name + ".json")
	if err != nil {
		panic(err) // embedded
	}
	d, err := ParseDialect(b)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseDialect reads a description; unknown fields are refused.
func ParseDialect(b []byte) (Dialect, error) {
	var d Dialect
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return Dialect{}, fmt.Errorf("dialect: %w", err)
	}
	return d, d.Validate()
}

// WithAuth returns a copy that authenticates in another way.
func (d Dialect) WithAuth(m Mode) Dialect {
	d.Auth.Mode = m
	return d
}

// Validate says what is missing, or nil.
func (d Dialect) Validate() error {
	known := map[string]bool{}
	for _, op := range operations() {
		known[op.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(d.Paths)) {
		if !known[id] || !strings.HasPrefix(d.Paths[id], "/") {
			return fmt.Errorf("dialect %s: path %q of %q is not one", d.Name, d.Paths[id], id)
		}
	}
	switch {
	case !slices.Contains(Modes(), d.Auth.Mode):
		return fmt.Errorf("dialect %s: unknown auth mode %q", d.Name, d.Auth.Mode)
	case d.Auth.Mode == HeaderKey && d.Auth.Header == "":
		return fmt.Errorf("dialect %s: header_key needs a header", d.Name)
	case !strings.HasPrefix(d.Auth.TokenPath, "/") || d.Auth.Grant == "" || d.Auth.KeyField == "":
		return fmt.Errorf("dialect %s: token_path, grant and key_field are needed", d.Name)
	case d.Paging.Style != "offset" && d.Paging.Style != "page", d.Paging.Limit == "", d.Paging.Offset == "", d.Paging.Default < 1, d.Paging.Max < d.Paging.Default:
		return fmt.Errorf("dialect %s: paging is not complete", d.Name)
	case d.Company == "" || len(d.Create.Encodings) == 0 || d.Create.Part == "" || d.Create.Files == "" || d.Create.Question == "":
		return fmt.Errorf("dialect %s: company and create are not complete", d.Name)
	case d.Create.Consents != "list" && d.Create.Consents != "id_map":
		return fmt.Errorf("dialect %s: consents are a list or an id_map", d.Name)
	case !slices.Contains([]Setting{Local, RFC3339, PolishDate, Milliseconds}, d.Dates):
		return fmt.Errorf("dialect %s: unknown form of dates %q", d.Name, d.Dates)
	}
	return nil
}
