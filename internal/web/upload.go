package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"

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
	uploadsMemory = 256 << 20 // of all forms being read together
	fieldLimit    = 64 << 10  // one field
	fieldsLimit   = 80
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
	release = func() { v.web.uploads.Add(-size) }
	if v.web.uploads.Add(size) > uploadsMemory {
		v.w.Header().Set("Retry-After", "10")
		return in, release, recruit.Refuse("too_many_requests", "retry_after", "10")
	}
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
