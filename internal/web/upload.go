package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"sync"

	"handoff/internal/recruit"
)

// uploaded is a posted application form.
type uploaded struct {
	values   map[string]string
	file     []byte
	fileName string
	fileType string
}

const (
	uploadsMemory = 256 << 20         // of all forms being read together
	uploadsEach   = uploadsMemory / 4 // and of those that come from one address block
	fieldLimit    = 64 << 10          // one field
	fieldsLimit   = 300               // what we ask, and two for each of the ATS's own texts
)

// upload reads the form into memory and nowhere else: the usual reader would
// spool a CV to a temporary folder, unsealed. All forms being read share one
// budget; past it, a form is refused before it is read. release gives the
// form's part back and is to be called in any case.
func (v *visit) upload() (in uploaded, release func(), err error) {
	size := v.r.ContentLength
	if size < 0 || size > uploadLimit {
		size = uploadLimit
	}
	block := v.web.o.Proxies.Block(v.r)
	if !v.web.uploads.take(block, size) {
		v.w.Header().Set("Retry-After", "10")
		v.w.Header().Set("Connection", "close") // answered without waiting for the rest of it
		return in, func() {}, recruit.Refuse("too_many_requests", "retry_after", "10")
	}
	release = func() { v.web.uploads.giveBack(block, size) }
	in.values = map[string]string{}
	if kind, _, _ := mime.ParseMediaType(v.r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		if err := v.form(); err != nil {
			return in, release, err
		}
		for k := range v.r.PostForm {
			in.values[k] = v.r.PostForm.Get(k)
		}
		return in, release, nil
	}
	parts, err := v.r.MultipartReader()
	if err != nil {
		return in, release, err
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return in, release, nil
		}
		if err != nil {
			return in, release, unreadable(err)
		}
		if n >= fieldsLimit {
			return in, release, recruit.Refuse("body_too_large")
		}
		if name := part.FormName(); name != "cv" {
			b, err := io.ReadAll(io.LimitReader(part, fieldLimit))
			if err != nil {
				return in, release, unreadable(err)
			}
			if _, twice := in.values[name]; !twice {
				in.values[name] = string(b)
			}
			continue
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return in, release, unreadable(err)
		}
		if part.FileName() != "" && in.file == nil {
			in.file, in.fileName, in.fileType = b, part.FileName(), part.Header.Get("Content-Type")
		}
	}
}

// budget is the memory that forms may take while they are read. Whoever sends
// slowly takes the part of their address block only. Its zero value is ready.
type budget struct {
	mu   sync.Mutex
	all  int64
	each map[string]int64
}

// take tells whether there was room; what was taken is to be given back.
func (b *budget) take(block string, size int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all+size > uploadsMemory || b.each[block]+size > uploadsEach {
		return false
	}
	if b.each == nil {
		b.each = map[string]int64{}
	}
	b.all += size
	b.each[block] += size
	return true
}

func (b *budget) giveBack(block string, size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all -= size
	if b.each[block] -= size; b.each[block] == 0 {
		delete(b.each, block)
	}
}

// unreadable says what a form that cannot be read to its end is: too large,
// or broken off.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return recruit.Refuse("form_broken")
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
