package e2e

import (
	"strings"
	"testing"
	"time"

	"handoff/internal/simulator/smartrecruiters"
	"handoff/test/mailserver"
)

// The process dies while the mail server has the message and has not answered.
// Nobody can say whether it arrived, so nothing sends it again but a person.
func TestAKillBetweenHandingOverAndTheAnswerSendsNoSecondMail(t *testing.T) {
	s := mailserver.Start(t, mailserver.Options{})
	reached, hold := make(chan struct{}, 1), make(chan struct{})
	held := mailserver.Behaviour{Reached: reached, Hold: hold}
	s.Behave(func(to string) mailserver.Behaviour {
		if strings.HasPrefix(to, "held") {
			return held
		}
		return mailserver.Behaviour{}
	})
	in := install(t, newATS(t, smartrecruiters.Options{Seed: 1}), "HANDOFF_SMTP_URL="+s.URL(), "HANDOFF_MAIL_FROM=jobs@handoff.example.com")
	x := moveIn(in)
	process := openProcess(t, x.api)
	form := x.api.must("GET", "/processes/"+process+"/application-form?locale=en", nil)
	apply := func(email string) string {
		t.Helper()
		return x.api.must("POST", "/processes/"+process+"/applications", object{
			"candidate": object{"first_name": "Anna", "last_name": "Nowak", "email": email, "linkedin_url": "https://www.linkedin.com/in/anna"},
			"consent":   object{"clause": object{"version": form["clause"].(object)["version"]}, "locale": "en"}})["id"].(string)
	}
	first := apply("held@example.com")
	select {
	case <-reached:
	case <-time.After(30 * time.Second):
		t.Fatalf("no mail was handed over\n%s", in.tail())
	}
	in.kill()
	close(hold)
	in.start()
	apply("second@example.com") // its mail leaves after what the dead process left was looked at
	to := func(who string) (n int) {
		for _, m := range s.Mails() {
			if m.To == who {
				n++
			}
		}
		return n
	}
	if !eventually(30*time.Second, func() bool { return to("second@example.com") == 1 }) {
		t.Fatalf("no mail leaves after the kill\n%s", in.tail())
	}
	if n := to("held@example.com"); n != 1 {
		t.Errorf("%d mails for one application", n)
	}

	// And the company is told.
	timeline := x.api.must("GET", "/applications/"+first+"/timeline", nil)
	told := false
	for _, e := range timeline["items"].([]any) {
		told = told || e.(object)["kind"] == "mail.unknown"
	}
	if !told {
		t.Errorf("the timeline is %v", timeline)
	}
}
