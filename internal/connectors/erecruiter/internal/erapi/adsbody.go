package erapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"handoff/internal/connector"
)

// MaxAds is the most rows that one listing of ads may have.
const MaxAds = 10_000

// What is wrong with a listing that is not asked for by the API. The sentences
// hold nothing of it.
var (
	ErrAdsTooLong = errors.New("the listing of ads is longer than 8 MiB or 10000 rows")
	ErrAdsForm    = errors.New("the listing of ads is neither JSON nor XML")
	ErrAdsJSON    = errors.New("the listing of ads is not valid JSON")
	ErrAdsXML     = errors.New("the listing of ads is not valid XML in UTF-8")
	ErrAdsNoList  = errors.New("the listing has no list of ads where the mapping says that it stands")
	ErrAdWithout  = errors.New("an ad has no id where the mapping says that it stands")
)

// ParseAds reads a listing that was pushed: JSON, with its rows just where the
// mapping says. Its error is one of the above.
func (m *Mapping) ParseAds(body []byte) ([]Ad, error) {
	if len(body) > connector.MaxAdBytes {
		return nil, ErrAdsTooLong
	}
	rows, err := m.jsonRows(trim(body))
	if err != nil {
		return nil, err
	}
	return m.ads(rows)
}

// ParseFeed reads the public career feed, which is JSON or XML: its content
// says which (C).
func (m *Mapping) ParseFeed(body []byte) ([]Ad, error) {
	if len(body) > connector.MaxAdBytes {
		return nil, ErrAdsTooLong
	}
	body = trim(body)
	read := m.jsonRows
	switch {
	case bytes.HasPrefix(body, []byte("<")):
		read = m.xmlRows
	case !bytes.HasPrefix(body, []byte("{")) && !bytes.HasPrefix(body, []byte("[")):
		return nil, ErrAdsForm
	}
	rows, err := read(body)
	if err != nil {
		return nil, err
	}
	return m.ads(rows)
}

func trim(b []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
}

func (m *Mapping) jsonRows(body []byte) ([]node, error) {
	var n node
	if json.Unmarshal(body, &n) != nil {
		return nil, ErrAdsJSON
	}
	for _, p := range m.Lists[OpAds] {
		if v, ok := n.at(p); ok {
			if rows, ok := v.list(); ok {
				return rows, nil
			}
		}
	}
	return nil, ErrAdsNoList
}

// xmlRows takes the children of the root, which is named like a place of the
// list.
func (m *Mapping) xmlRows(body []byte) ([]node, error) {
	name, root, err := parseXML(body)
	if err != nil {
		return nil, ErrAdsXML
	}
	for _, p := range m.Lists[OpAds] {
		if len(p) != 1 || !strings.EqualFold(p[0], name) {
			continue
		}
		rows, there := node{root}.at(Pointer{m.Ads.FeedRow})
		switch list, ok := rows.list(); {
		case ok:
			return list, nil
		case there:
			return []node{rows}, nil // the only one
		case root == "":
			return nil, nil
		}
	}
	return nil, ErrAdsNoList
}

func (m *Mapping) ads(rows []node) ([]Ad, error) {
	if len(rows) > MaxAds {
		return nil, ErrAdsTooLong
	}
	out := make([]Ad, len(rows))
	for i, r := range rows {
		var ok bool
		if out[i], ok = m.ad(r); !ok {
			return nil, ErrAdWithout
		}
	}
	return out, nil
}
