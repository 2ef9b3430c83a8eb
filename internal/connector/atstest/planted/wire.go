package planted

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"handoff/internal/connector"
)

// wire is a transport that a bug has got into.
type wire struct {
	connector.Transport
	do func(next connector.Transport, op connector.Op, req *http.Request) (*http.Response, error)
}

func (w wire) Do(op connector.Op, req *http.Request) (*http.Response, error) {
	return w.do(w.Transport, op, req)
}

// wireBugs are the mistakes that show only in what is sent.
func wireBugs() []Bug {
	ctx := context.Background()
	return []Bug{
		{"ignores the gate", "gate", func(p *plot) { p.env.HTTP = hurried() }},
		{"ignores the vendor's pace", "pace", func(p *plot) { p.env.HTTP = hurried() }},
		{"sends whatever file it is given", "files", func(p *plot) {
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				if s.CV != nil {
					cv := *s.CV
					cv.Name, cv.Size = "cv.pdf", min(cv.Size, 1)
					s.CV = &cv
				}
				return p.whole.Push(ctx, s, d, r)
			}
		}},
		{"attaches twice", "push", func(p *plot) {
			p.env.HTTP = wire{p.env.HTTP, func(next connector.Transport, op connector.Op, req *http.Request) (*http.Response, error) {
				if !strings.HasPrefix(req.Header.Get("Content-Type"), "multipart/") {
					return next.Do(op, req)
				}
				body, err := io.ReadAll(req.Body)
				if err != nil {
					return nil, err
				}
				for _, b := range [][]byte{bytes.Replace(body, []byte(`filename="`), []byte(`filename="2 `), 1), body} {
					again := req.Clone(req.Context())
					again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
					resp, err := next.Do(op, again)
					if err != nil || len(b) == len(body) {
						return resp, err
					}
					_ = resp.Body.Close()
				}
				return nil, io.EOF
			}}
		}},
		{"attaches again without looking", "resume", func(p *plot) {
			var mu sync.Mutex
			n := 0
			p.push = func(s connector.Submission, d connector.Receipt, r connector.Record) error {
				if s.CV != nil {
					mu.Lock()
					n++
					cv := *s.CV
					cv.Name = strings.Repeat("2", n%9+1) + cv.Name
					s.CV = &cv
					mu.Unlock()
				}
				return p.whole.Push(ctx, s, d, r)
			}
			p.env.HTTP = wire{p.env.HTTP, func(next connector.Transport, op connector.Op, req *http.Request) (*http.Response, error) {
				resp, err := next.Do(op, req)
				if err == nil && req.Method == http.MethodGet && strings.HasSuffix(op.Template, "/attachments") && resp.StatusCode == http.StatusOK {
					_ = resp.Body.Close()
					resp.Body = io.NopCloser(strings.NewReader(`{"totalFound": 0, "content": []}`))
				}
				return resp, err
			}}
		}},
		{"puts an address into a URL", "find", func(p *plot) {
			p.find = func(id jobID, w []connector.Wanted) (map[appID]connector.Found, error) {
				if len(w) > 0 {
					req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.set.APIURL+"/candidates", nil)
					if err != nil {
						return nil, err
					}
					req.URL.RawQuery = "q=" + w[0].Email
					if resp, err := p.env.HTTP.Do(connector.Op{Name: "find", Template: "/candidates"}, req); err == nil {
						_ = resp.Body.Close()
					}
				}
				return p.whole.Find(ctx, id, w)
			}
		}},
	}
}
