package smartrecruiters

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"

	"handoff/internal/simulator/simkit"
)

// MalwareMarker inside a file makes its download answer 403 MALWARE_DETECTED: the vendor scans
// after the upload (S).
const MalwareMarker = "HANDOFF-SIMULATED-MALWARE"

// attachToJob answers the multipart upload to an application (S).
func (c *call) attachToJob() *simkit.Answer {
	a, bad := c.findApplication("JOB_NOT_FOUND")
	if bad != nil {
		return bad
	}
	if a.job.denied {
		return c.fail(http.StatusForbidden, "PERMISSION_DENIED", "Permission denied")
	}
	return c.attach(a.candidate, a)
}

// attachToCandidate is deprecated, and the only way for talent-pool candidates (S).
func (c *call) attachToCandidate() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	return c.attach(k, nil)
}

func (c *call) attach(k *candidate, a *application) *simkit.Answer {
	if c.TooLarge {
		return c.fileTooLarge()
	}
	f, kind, bad := c.upload()
	if bad != nil {
		return bad
	}
	if c.s.limits.FileBytes != 0 && len(f.bytes) > c.s.limits.FileBytes {
		return c.fileTooLarge()
	}
	if why := f.suspicious(); why != "" {
		return c.fail(http.StatusBadRequest, "INVALID_FILE", why)
	}
	shelf := &k.attachments
	if a != nil {
		shelf = &a.attachments
	}
	there := live(*shelf)
	if c.sw.SameFileName == Refused && slices.ContainsFunc(there, func(x *attachment) bool { return x.name == f.name }) {
		return c.fail(http.StatusBadRequest, "FILE_ALREADY_EXIST", "A file with this name already exists")
	}
	if most := c.s.limits.Attachments; most != 0 && len(there) >= most {
		return c.fail(http.StatusUnprocessableEntity, "ATTACHMENT_LIMIT_EXCEEDED", "Too many attachments")
	}
	sum := sha256.Sum256(f.bytes)
	f.id, f.kind, f.sha256, f.created = c.s.rand.UUID(), kind, hex.EncodeToString(sum[:]), c.s.clock.Now()
	f.candidate, f.app, f.malware = k, a, bytes.Contains(f.bytes, []byte(MalwareMarker))
	*shelf = append(*shelf, f)
	c.s.st.attachments[f.id] = f
	if a != nil {
		event := a.event()
		event["attachment_id"] = f.id
		c.s.emit("application.attachment.created", event, a.path())
	}
	return c.json(http.StatusCreated, c.file(f))
}

// upload reads the parts attachmentType and file, and refuses any other.
func (c *call) upload() (*attachment, string, *simkit.Answer) {
	malformed := func(what string) (*attachment, string, *simkit.Answer) {
		return nil, "", c.fail(http.StatusBadRequest, "INVALID_FILE", what)
	}
	_, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return malformed("The multipart boundary is missing")
	}
	var f *attachment
	kind := ""
	for r := multipart.NewReader(bytes.NewReader(c.Body), params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return malformed("The multipart body is damaged")
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return malformed("The multipart body is damaged")
		}
		switch {
		case p.FormName() == "attachmentType" && kind == "":
			kind = string(b)
		case p.FormName() == "file" && f == nil:
			f = &attachment{name: p.FileName(), contentType: p.Header.Get("Content-Type"), bytes: b}
		case c.sw.UndeclaredFields == Refused:
			return nil, "", c.fail(http.StatusBadRequest, codeUnknownField, "Unknown or repeated part "+p.FormName())
		}
	}
	if !slices.Contains([]string{"GENERIC_FILE", "RESUME", "COVER_LETTER"}, kind) {
		return nil, "", c.invalid([]problem{{codeInvalid, "attachmentType must be GENERIC_FILE, RESUME or COVER_LETTER"}})
	}
	if f == nil {
		return nil, "", c.invalid([]problem{{codeMissing, "file is required"}})
	}
	if f.contentType == "" {
		f.contentType = "application/octet-stream"
	}
	return f, kind, nil
}

// signatures are the file types taken (D, for the Application API; I here), by extension.
var signatures = map[string]string{".pdf": "%PDF-", ".doc": "\xd0\xcf\x11\xe0", ".docx": "PK\x03\x04", ".rtf": "{\\rtf",
	".jpg": "\xff\xd8\xff", ".jpeg": "\xff\xd8\xff", ".png": "\x89PNG\r\n\x1a\n"}

// suspicious says why a file is refused: no name, wrong extension, empty, or other bytes inside
// than the extension promises (S: extension, corrupt or wrong type).
func (f *attachment) suspicious() string {
	magic, known := signatures[strings.ToLower(path.Ext(f.name))]
	switch {
	case f.name == "":
		return "The file has no name"
	case !known:
		return "Files of this extension are not accepted"
	case len(f.bytes) == 0:
		return "The file is empty"
	case !bytes.HasPrefix(f.bytes, []byte(magic)):
		return "The content does not match the extension"
	}
	return ""
}

func (c *call) fileTooLarge() *simkit.Answer {
	if c.sw.FileTooLarge == "413_html" {
		return &simkit.Answer{Status: http.StatusRequestEntityTooLarge, Header: http.Header{"Content-Type": {"text/html"}},
			Body: []byte("<html><head><title>413 Request Entity Too Large</title></head><body><h1>413 Request Entity Too Large</h1></body></html>")}
	}
	return c.fail(http.StatusBadRequest, "INVALID_FILE", "The file is too large")
}

func (c *call) file(f *attachment) obj {
	return obj{"id": f.id, "name": f.name, "type": f.kind, "contentType": f.contentType,
		"actions": obj{"download": c.link("GET", "/candidates/attachments/%s", f.id), "remove": c.link("DELETE", "/candidates/attachments/%s", f.id)}}
}

func (c *call) files(list []*attachment) *simkit.Answer {
	content := []obj{}
	for _, f := range live(list) {
		content = append(content, c.file(f))
	}
	return c.json(http.StatusOK, obj{"totalFound": len(content), "content": content})
}

func (c *call) listJobAttachments() *simkit.Answer {
	a, bad := c.findApplication("JOB_NOT_FOUND")
	if bad != nil {
		return bad
	}
	return c.files(a.attachments)
}

func (c *call) listAttachments() *simkit.Answer {
	k, bad := c.findCandidate()
	if bad != nil {
		return bad
	}
	return c.files(k.attachments)
}

func (c *call) findFile() (*attachment, *simkit.Answer) {
	f := c.s.st.attachments[c.Params["attachmentId"]]
	if f == nil || f.removed != nil {
		return nil, c.fail(http.StatusNotFound, "FILE_NOT_FOUND", "File not found")
	}
	return f, nil
}

func (c *call) download() *simkit.Answer {
	f, bad := c.findFile()
	if bad != nil {
		return bad
	}
	if f.malware {
		return c.fail(http.StatusForbidden, "MALWARE_DETECTED", "The file contains malware")
	}
	return &simkit.Answer{Status: http.StatusOK, Body: f.bytes, Header: http.Header{"Content-Type": {f.contentType},
		"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": f.name})}}}
}

func (c *call) deleteAttachment() *simkit.Answer {
	f, bad := c.findFile()
	if bad != nil {
		return bad
	}
	now := c.s.clock.Now()
	f.removed = &now
	return nothing()
}
