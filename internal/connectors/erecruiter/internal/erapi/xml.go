package erapi

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of an XML document: a row is three deep, and has some sixty elements.
const (
	maxXMLDepth    = 16
	maxXMLElements = 500_000
)

var errXML = errors.New("the document is not what is read here")

// parseXML reads a document into the form that JSON has: an element with
// children is an object, children of one name are a list, all else is a text.
// Attributes are passed over. A document type, and so every entity of its own,
// another encoding than UTF-8, and what is too deep or too much are errors.
func parseXML(b []byte) (name string, root any, err error) {
	if !utf8.Valid(b) {
		return "", nil, errXML
	}
	dec := xml.NewDecoder(bytes.NewReader(b)) // strict, and without a reader for other encodings
	p := &xmlReader{dec: dec}
	for {
		t, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF):
			if name == "" {
				return "", nil, errXML
			}
			return name, root, nil
		case err != nil:
			return "", nil, errXML
		}
		switch t := t.(type) {
		case xml.Directive: // <!DOCTYPE
			return "", nil, errXML
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return "", nil, errXML
			}
		case xml.StartElement:
			if name != "" {
				return "", nil, errXML
			}
			name = t.Name.Local
			if root, err = p.element(1); err != nil {
				return "", nil, errXML
			}
		}
	}
}

type xmlReader struct {
	dec      *xml.Decoder
	elements int
}

// element reads what stands before the end of the element that was begun.
func (p *xmlReader) element(depth int) (any, error) {
	if p.elements++; depth > maxXMLDepth || p.elements > maxXMLElements {
		return nil, errXML
	}
	var text strings.Builder
	var children map[string]any
	for {
		t, err := p.dec.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			v, err := p.element(depth + 1)
			if err != nil {
				return nil, err
			}
			if children == nil {
				children = map[string]any{}
			}
			name := t.Name.Local
			switch before := children[name].(type) {
			case nil:
				children[name] = v
			case []any:
				children[name] = append(before, v)
			default:
				children[name] = []any{before, v}
			}
		case xml.EndElement:
			if children != nil {
				return children, nil
			}
			return strings.TrimSpace(text.String()), nil
		case xml.Directive:
			return nil, errXML
		}
	}
}
