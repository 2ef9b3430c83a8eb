package web

import (
	"encoding/xml"
	"net/http"
	"time"

	"handoff/internal/process"
	"handoff/internal/recruit"
)

// feedJobs is how many jobs the feed and the site map hold at most.
const feedJobs = 5000

// openJobs returns the open processes, newest first.
func (v *visit) openJobs() ([]process.View, error) {
	var all []process.View
	for l := (recruit.List{Limit: 100}); ; {
		list, err := v.web.o.Process.PublicList(v.r.Context(), "", l)
		if err != nil {
			return nil, err
		}
		all = append(all, list.Items...)
		if list.Next == "" || len(all) >= feedJobs {
			return all, nil
		}
		l.Cursor = list.Next
	}
}

type feedXML struct {
	XMLName   xml.Name  `xml:"source"`
	Publisher string    `xml:"publisher"`
	URL       string    `xml:"publisherurl"`
	Jobs      []feedJob `xml:"job"`
}

type feedJob struct {
	ID          string `xml:"referencenumber"`
	Title       string `xml:"title"`
	Date        string `xml:"date"`
	URL         string `xml:"url"`
	Company     string `xml:"company"`
	City        string `xml:"city,omitempty"`
	Remote      string `xml:"remotetype,omitempty"`
	Description string `xml:"description"`
	Salary      string `xml:"salary,omitempty"`
}

// feed is the list of open processes for job boards.
func (v *visit) feed() error {
	jobs, err := v.openJobs()
	if err != nil {
		return err
	}
	f := feedXML{Publisher: v.web.o.PlatformName, URL: v.web.public("/jobs")}
	for _, p := range jobs {
		j := feedJob{ID: string(p.ID), Title: p.Details.Name, Date: p.PublishedAt.UTC().Format(time.RFC3339), URL: v.web.public("/jobs/" + p.Slug),
			Company: p.CompanyName, Description: process.DescriptionHTML(p.Details.Description), Remote: p.Details.WorkMode}
		if len(p.Details.Cities) > 0 {
			j.City = p.Details.Cities[0]
		}
		if p.Details.SalaryVisibility == "public" {
			j.Salary = feedSalary(p.Details.Salaries)
		}
		f.Jobs = append(f.Jobs, j)
	}
	return v.xml(f)
}

func feedSalary(all []recruit.Salary) string {
	out := ""
	for _, s := range all {
		if out != "" {
			out += "; "
		}
		basis := "gross"
		if s.Basis == "net" {
			basis = "net + VAT"
		}
		out += itoa(s.From) + "-" + itoa(s.To) + " " + s.Currency + " " + basis + " / " + s.Period + " (" + s.Contract + ")"
	}
	return out
}

type sitemapXML struct {
	XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []siteURL `xml:"url"`
}

type siteURL struct {
	Loc     string `xml:"loc"`
	Changed string `xml:"lastmod,omitempty"`
}

func (v *visit) sitemap() error {
	jobs, err := v.openJobs()
	if err != nil {
		return err
	}
	m := sitemapXML{URLs: []siteURL{{Loc: v.web.public("/jobs")}}}
	for _, p := range jobs {
		m.URLs = append(m.URLs, siteURL{Loc: v.web.public("/jobs/" + p.Slug), Changed: p.UpdatedAt.UTC().Format(time.RFC3339)})
	}
	return v.xml(m)
}

func (v *visit) xml(x any) error {
	b, err := xml.MarshalIndent(x, "", "  ")
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	v.w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = v.w.Write(append([]byte(xml.Header), b...))
	return nil
}

func (v *visit) robots() error {
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write([]byte("User-agent: *\nAllow: /jobs\nAllow: /static/\nDisallow: /\n\nSitemap: " + v.web.public("/sitemap.xml") + "\n"))
	return nil
}
