package notify

import (
	"html/template"
	"strings"
)

// Document is what a mail says, before it is text, HTML or a piece of a page.
type Document struct {
	Lang    string
	From    string // name and address, as a mail program shows them
	Subject string
	Blocks  []Block
}

// Block is one piece of a Document.
type Block struct {
	Kind BlockKind
	Text string
	URL  string // of a link
	Lang string // of a quotation, when it is another than the document's
}

// BlockKind says how a block is set.
type BlockKind string

const (
	Heading   BlockKind = "heading"
	Paragraph BlockKind = "paragraph"
	Item      BlockKind = "item"  // of a list
	Quote     BlockKind = "quote" // word for word
	Link      BlockKind = "link"
)

// text is the document as a plain mail: quotations are marked as mail
// programs mark them, links stand on lines of their own.
func (d Document) text() string {
	var b strings.Builder
	for i, x := range d.Blocks {
		if i > 0 && (x.Kind != Item || d.Blocks[i-1].Kind != Item) {
			b.WriteString("\n")
		}
		switch x.Kind {
		case Heading:
			b.WriteString(strings.ToUpper(x.Text) + "\n")
		case Item:
			b.WriteString("- " + strings.ReplaceAll(x.Text, "\n", "\n  ") + "\n")
		case Quote:
			b.WriteString("> " + strings.ReplaceAll(x.Text, "\n", "\n> ") + "\n")
		case Link:
			b.WriteString(x.Text + "\n" + x.URL + "\n")
		default:
			b.WriteString(x.Text + "\n")
		}
	}
	return b.String()
}

// letter is the HTML alternative: no image, no script, nothing fetched.
var letter = template.Must(template.New("letter").Funcs(template.FuncMap{
	"lines": func(s string) []string { return strings.Split(s, "\n") },
}).Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="font:16px/1.5 sans-serif;max-width:40rem;margin:0 auto;padding:1rem">
{{- range .Blocks}}
{{if eq .Kind "heading"}}<h2 style="font-size:1.1rem;margin:1.5rem 0 .5rem">{{.Text}}</h2>
{{- else if eq .Kind "item"}}<p style="margin:.2rem 0 .2rem 1rem">{{template "lines" .Text}}</p>
{{- else if eq .Kind "quote"}}<blockquote{{with .Lang}} lang="{{.}}"{{end}} style="margin:.5rem 0 .5rem 1rem;padding-left:1rem;border-left:3px solid #999">{{template "lines" .Text}}</blockquote>
{{- else if eq .Kind "link"}}<p>{{.Text}}<br><a href="{{.URL}}">{{.URL}}</a></p>
{{- else}}<p>{{template "lines" .Text}}</p>
{{- end}}
{{- end}}
</body></html>
{{define "lines"}}{{range $i, $l := lines .}}{{if $i}}<br>{{end}}{{$l}}{{end}}{{end}}`))

func (d Document) html() (string, error) {
	var b strings.Builder
	err := letter.Execute(&b, d)
	return b.String(), err
}
