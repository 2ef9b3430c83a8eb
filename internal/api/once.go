package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"handoff/internal/recruit"
)

const (
	keyHeader    = "Idempotency-Key"
	replayHeader = "Idempotency-Replayed"
	longestKey   = 255
)

// Idempotency remembers what was asked under which key. It is given hashes
// only, and answers with a status and where the answer's resource is: people
// are not kept beside keys.
type Idempotency interface {
	// ClaimKey claims a key that nobody holds: claimed is true, and the work
	// is the caller's. Otherwise it returns what the first claim's body was
	// and its outcome; status 0 is work in progress. A claim that was neither
	// finished nor dropped within ten minutes (its process died) is given to
	// the next one with the same body.
	ClaimKey(ctx context.Context, scope, key, body string) (claimed bool, before KeyClaim, err error)
	// FinishKey records the outcome of claimed work.
	FinishKey(ctx context.Context, scope, key string, status int, location string) error
	// DropKey gives a claim up: the work was refused, and may be tried again.
	DropKey(ctx context.Context, scope, key string) error
}

// KeyClaim is what is known of an earlier use of a key.
type KeyClaim struct {
	Body     string // hash
	Status   int    // 0: in progress
	Location string
}

// once does the work of a key once. The first answer is given again by making
// it from its resource: same status, as the resource is now.
func (a *API) once(o operation, limit int64, next served) served {
	return func(w http.ResponseWriter, r *http.Request, c recruit.Caller) {
		key := r.Header.Get(keyHeader)
		if key == "" && len(r.Header.Values(keyHeader)) == 0 {
			next(w, r, c)
			return
		}
		if p := checkKey(key); p != nil {
			a.writeProblem(w, p)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
		if err != nil {
			a.writeProblem(w, a.refuse(o.id, bodyError(err)))
			return
		}
		scope := string(c.Token) + " " + o.method + " " + o.path
		hashed := sum([]byte(key))
		claimed, before, err := a.o.Idempotency.ClaimKey(r.Context(), scope, hashed, fingerprint(r, body))
		switch {
		case err != nil:
			a.writeProblem(w, a.refuse(o.id, err))
		case claimed:
			r.Body = io.NopCloser(bytes.NewReader(body))
			a.first(o, scope, hashed, next)(w, r, c)
		case before.Body != fingerprint(r, body):
			a.writeProblem(w, newProblem(http.StatusConflict, "idempotency_conflict"))
		case before.Status == 0:
			a.writeProblem(w, newProblem(http.StatusConflict, "idempotency_in_progress").after(1e9))
		default:
			a.again(before, w, r)
		}
	}
}

func checkKey(key string) *Problem {
	bad := len(key) == 0 || len(key) > longestKey || !utf8.ValidString(key)
	for _, c := range key {
		bad = bad || c < 0x21 || c == 0x7f
	}
	if !bad {
		return nil
	}
	p := newProblem(http.StatusUnprocessableEntity, "invalid")
	p.Errors = []FieldError{{Path: keyHeader, Code: "malformed", Message: sentence("malformed")}}
	return p
}

// first does the work, and has its outcome on disk before the answer leaves.
// Only success is remembered: what was refused may be corrected under the same
// key.
func (a *API) first(o operation, scope, key string, next served) served {
	return func(w http.ResponseWriter, r *http.Request, c recruit.Caller) {
		kept := &keeper{header: http.Header{}}
		ctx := context.WithoutCancel(r.Context())
		settled := false
		defer func() {
			if !settled { // a panic: nothing is known to have happened
				_ = a.o.Idempotency.DropKey(ctx, scope, key)
			}
		}()
		next(kept, r, c)
		settled = true
		var err error
		if kept.status >= 200 && kept.status < 300 {
			err = a.o.Idempotency.FinishKey(ctx, scope, key, kept.status, kept.header.Get("Location"))
		} else {
			err = a.o.Idempotency.DropKey(ctx, scope, key)
		}
		if err != nil { // the work is done; only its memory is not
			a.o.Log.Error("api.key", "operation", o.id, "err", err)
		}
		kept.send(w)
	}
}

// again makes the first answer from its resource, by asking for it like
// anybody with the same token.
func (a *API) again(before KeyClaim, w http.ResponseWriter, r *http.Request) {
	get := r.Clone(r.Context())
	get.Method, get.Body, get.ContentLength = http.MethodGet, http.NoBody, 0
	get.URL.Path, get.URL.RawPath, get.URL.RawQuery = before.Location, "", ""
	kept := &keeper{header: http.Header{}}
	a.router.ServeHTTP(kept, get)
	if kept.status == http.StatusOK {
		kept.status = before.Status
		kept.header.Set("Location", before.Location)
	}
	kept.header.Set(replayHeader, "true")
	kept.send(w)
}

// keeper keeps an answer until it may leave.
type keeper struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *keeper) Header() http.Header { return k.header }
func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}
func (k *keeper) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

func (k *keeper) send(w http.ResponseWriter) {
	for name, v := range k.header {
		w.Header()[name] = v
	}
	w.WriteHeader(k.status)
	_, _ = w.Write(k.body.Bytes())
}

// fingerprint is what "the same body" means: path, type and bytes; of a form
// with files its parts, because the line between them is new each time.
func fingerprint(r *http.Request, body []byte) string {
	h := sha256.New()
	media, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	fmt.Fprintf(h, "%s\n%s\n", r.URL.Path, media)
	if !strings.HasPrefix(media, "multipart/") || hashParts(h, multipart.NewReader(bytes.NewReader(body), params["boundary"])) != nil {
		_, _ = h.Write(body)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashParts(h hash.Hash, m *multipart.Reader) error {
	for {
		p, err := m.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		one := sha256.New()
		if _, err := io.Copy(one, p); err != nil {
			return err
		}
		fmt.Fprintf(h, "%q %q %q %x\n", p.FormName(), p.FileName(), p.Header.Get("Content-Type"), one.Sum(nil))
	}
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// bodyError leaves what is too large to its status, and calls the rest what it
// is: the sender stopped sending.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return newProblem(http.StatusRequestTimeout, "body_too_slow")
}
