package web

import (
	"errors"
	"slices"
	"strings"

	"handoff/internal/company"
	"handoff/internal/recruit"
	"handoff/internal/web/page"
)

// previewForm is the application form as a draft would have it. The form of
// the public page belongs to what is stored, so it is put together here of the
// same texts.
func (v *visit) previewForm(d draft) (page.JobForm, error) {
	clause, err := v.web.o.Company.Clause(v.r.Context(), v.caller())
	if err != nil {
		return page.JobForm{}, err
	}
	f := page.JobForm{Clause: page.ShownText{Version: clause.Version, Text: clause.In(v.say.Lang)}, Questions: d.Customization.Questions,
		CVRequired: d.Customization.CVRequired, Errors: page.NewErrors(v.say, nil), MaxBytes: 10 << 20,
		Extensions: []string{"pdf", "doc", "docx", "odt", "rtf", "txt", "jpg", "png"}}
	if months := d.Customization.FutureMonths; months > 0 {
		pl, en := company.DefaultFuture(v.company.Name)
		text := recruit.Text{PL: pl, EN: en}.In(v.say.Lang)
		f.Future = &page.ShownText{Version: 1, Text: strings.ReplaceAll(text, "{MONTHS}", itoa(months))}
		f.FutureMonths = months
	}
	if b := d.binding(); b != nil {
		c, err := v.web.o.Integration.Connection(v.r.Context(), v.caller(), b.Connection)
		if err != nil {
			return f, err
		}
		f.ATSTitle = c.Type.Title
		f.Transfer = &page.ShownText{Version: c.ConsentTemplate.Version, Text: c.ConsentTemplate.In(v.say.Lang)}
		if c.Type.ConsentPerJob {
			w, err := v.web.o.Integration.JobHealth(v.r.Context(), v.caller(), b.Connection, b.RemoteJob)
			if err != nil && !errors.Is(err, recruit.ErrNotFound) {
				return f, err
			}
			f.Remote, f.RemoteLater = w.Texts, w.TextsReadAt.IsZero()
		}
		if most := c.Type.File.MaxBytes; most > 0 {
			f.MaxBytes = min(f.MaxBytes, most)
			f.Extensions = slices.DeleteFunc(f.Extensions, func(x string) bool { return !slices.Contains(c.Type.File.Extensions, x) })
		}
	}
	return f, nil
}
