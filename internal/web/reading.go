package web

import (
	"strconv"
	"time"

	"handoff/internal/integration"
)

// readingPatience is how long a page waits for a reading that was asked for
// on it, before it says how old the last one is instead.
const readingPatience = 30 * time.Second

// asking is the part of an address that says when a reading was asked for.
func (v *visit) asking() string {
	return "?asked=" + strconv.FormatInt(v.web.o.Now().UnixMilli(), 10)
}

// stillReading counts a reading that was asked for on this page as under way
// until its result is there: in the view alone it is due only until the lane
// takes it up.
func (v *visit) stillReading(c integration.View) integration.View {
	ms, err := strconv.ParseInt(v.r.URL.Query().Get("asked"), 10, 64)
	if err != nil {
		return c
	}
	asked, now := time.UnixMilli(ms), v.web.o.Now()
	if asked.After(now) || now.Sub(asked) > readingPatience {
		return c
	}
	c.JobsDue = c.JobsDue || c.JobsReadAt.Before(asked) && c.JobsError.Kind == ""
	c.SourcesDue = c.SourcesDue || c.SourcesReadAt.Before(asked) && c.SourcesError.Kind == ""
	return c
}
