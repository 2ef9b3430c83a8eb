package api

const docsHTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} API {{.Version}}</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<header>
<h1>{{.Title}} API, version {{.Version}}</h1>
<p>{{.Introduction}}</p>
<p><a href="/api/openapi.json">OpenAPI 3.1 document</a>, of build {{.Build}}</p>
<nav aria-label="Operations">{{range .Groups}}
<section><h2>{{.Name}}</h2><ul>{{range .Rows}}
<li><a href="#{{.ID}}"><code>{{.Method}} {{.Path}}</code></a> {{.Summary}}</li>{{end}}
</ul></section>{{end}}
</nav>
</header>
<main>{{range .Groups}}{{range .Rows}}
<article id="{{.ID}}">
<h3><code><b>{{.Method}}</b> {{.Path}}</code></h3>
<p>{{.Summary}} {{.Description}}</p>
{{if .Takes}}<table><caption>Takes</caption>{{range .Takes}}
<tr><th scope="row">{{.Name}}{{if .Required}} <i>required</i>{{end}}</th><td>{{.Type}}</td><td>{{.About}}</td></tr>{{end}}
</table>{{end}}
<table><caption>Answers</caption>{{range .Gives}}
<tr><th scope="row">{{.Name}}</th><td>{{.Type}}</td><td>{{.About}}</td></tr>{{end}}
</table>
</article>{{end}}{{end}}
<h2>Objects</h2>{{range .Schemas}}
<article id="{{.Name}}">
<h3>{{.Name}}</h3>
<table>{{range .Lines}}
<tr><th scope="row">{{.Name}}{{if .Required}} <i>required</i>{{end}}</th><td>{{.Type}}</td><td>{{.About}}</td></tr>{{end}}
</table>
</article>{{end}}
</main>
</body>
</html>
`

const docsCSS = `:root { color-scheme: light dark; --line: #8885; --quiet: #767676; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 0 0 .5rem; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
nav ul { list-style: none; padding: 0; margin: 0; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
article:target { outline: 2px solid #3b6fd4; }
table { border-collapse: collapse; width: 100%; margin-top: .75rem; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line); font-weight: 400; overflow-wrap: anywhere; }
th i { color: var(--quiet); font-size: .85em; }
a { color: #2457c5; } @media (prefers-color-scheme: dark) { a { color: #8ab0ff; } }
`
