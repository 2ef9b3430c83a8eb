package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"handoff/internal/app"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/simulator/erecruiter"
	"handoff/internal/simulator/smartrecruiters"
)

type demoCmd struct {
	Listen                string `default:"127.0.0.1:8080" env:"-" placeholder:"HOST:PORT" help:"Address of the product; ${default} by default."`
	SmartRecruitersListen string `name:"smartrecruiters-listen" default:"127.0.0.1:8081" env:"-" placeholder:"HOST:PORT" help:"Address of the simulated SmartRecruiters; ${default} by default."`
	ERecruiterListen      string `name:"erecruiter-listen" default:"127.0.0.1:8082" env:"-" placeholder:"HOST:PORT" help:"Address of the simulated eRecruiter; ${default} by default."`
	Data                  string `env:"-" placeholder:"FOLDER" help:"Data folder, kept afterwards; a temporary one by default."`
	Expose                bool   `env:"-" help:"Allow addresses that other machines reach. The simulators have no lock on their doors."`
	LogLevel              string `default:"warn" enum:"debug,info,warn,error" env:"-" help:"Least level that is logged."`
}

func (demoCmd) Help() string {
	return `Starts the product, a simulated SmartRecruiters and a simulated eRecruiter on this machine, fills them with samples, and prints where to look and the
passwords of this run. Everything is forgotten at the end, unless --data names a folder. Ctrl-C stops it.

Examples:
  handoff demo
  handoff demo --listen 127.0.0.1:9080 --smartrecruiters-listen 127.0.0.1:9081 --erecruiter-listen 127.0.0.1:9082
  handoff demo --data ./demo-data`
}

// demo is a running demonstration.
type demo struct {
	app *app.App
	sim *runningSimulator
	er  *simServer // eRecruiter
	// kept says that the folder was there before, with what an earlier run
	// put into it.
	kept  bool
	sheet sheet
}

func (c demoCmd) Run(ctx context.Context, s streams) (err error) {
	d, end, err := c.start(ctx, s)
	if errors.Is(err, context.Canceled) {
		return nil // stopped while it was starting
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	fmt.Fprint(s.out, d.guide())
	<-ctx.Done()
	fmt.Fprintln(s.out, "\nstopping")
	return nil
}

// eRecruiterMapping makes a candidate's card a page of the simulator's: no
// address of the vendor's is known.
const eRecruiterMapping = `{"web.card": "/app/applications/{applicationId}"}`

// start runs app and simulators and fills them. end takes both down and removes
// a temporary folder.
func (c demoCmd) start(ctx context.Context, s streams) (d *demo, end func() error, err error) {
	for _, listen := range []string{c.Listen, c.SmartRecruitersListen, c.ERecruiterListen} {
		if err := loopbackOnly(listen, c.Expose); err != nil {
			return nil, nil, err
		}
	}
	var undo []func() error
	end = func() error {
		var all error
		for i := len(undo) - 1; i >= 0; i-- {
			all = errors.Join(all, undo[i]())
		}
		return all
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, end())
		}
	}()
	if c.Data == "" {
		if c.Data, err = os.MkdirTemp("", "handoff-demo-"); err != nil {
			return nil, end, err
		}
		undo = append(undo, func() error { return os.RemoveAll(c.Data) })
	}
	d = &demo{}
	public, err := publicURL(c.Listen)
	if err != nil {
		return nil, end, err
	}
	password := recruit.RandomToken(10)
	if d.sim, err = startSimulator(c.SmartRecruitersListen, c.Expose, smartrecruiters.Options{Seed: 1, Populate: true, Password: password, PlainCallbacks: true,
		RedirectURIs: []string{public + "/oauth/callback"}}); err != nil {
		return nil, end, err
	}
	sim := d.sim // d is nil by the time of undoing a start that failed
	undo = append(undo, func() error { sim.close(); return nil })
	if d.er, err = serveSimulator(c.ERecruiterListen, c.Expose, "", func() simulator {
		return erecruiter.New(erecruiter.Options{Seed: 1, Populate: true, Partner: "Handoff", ExposeControl: c.Expose})
	}); err != nil {
		return nil, end, err
	}
	er := d.er
	undo = append(undo, func() error { er.close(); return nil })
	id, key := d.sim.App()
	if d.app, err = app.Start(ctx, app.Options{Listen: c.Listen, PublicURL: public, Data: c.Data, Demo: true, AllowPrivateEgress: true,
		SmartRecruiters: app.ATS{ClientID: id, ClientSecret: secret.New(key), APIURL: d.sim.url, AuthorizeURL: d.sim.url, TokenURL: d.sim.url},
		ERecruiter: app.ATS{APIURL: er.url + erecruiter.DefaultDialect().Base, AuthorizeURL: er.url,
			Mapping: []byte(eRecruiterMapping)},
		SmartRecruitersSite: d.sim.url + "/app/", ERecruiterSite: er.url + "/app/", SupportEmail: "support@handoff.example.com",
		Version: version, Output: s.err, LogLevel: c.LogLevel}); err != nil {
		return nil, end, err
	}
	undo = append(undo, d.app.Close)
	d.sheet, d.kept, err = fill(ctx, d.app.House)
	if err != nil {
		return nil, end, fmt.Errorf("fill with samples: %w", err)
	}
	d.sheet.simulator = login{"Login at the simulated ATS", "integration@acme.example.com", password}
	return d, end, nil
}

// publicURL is known before the listener is, because the simulated ATS wants
// the address to which its login may send a browser back.
func publicURL(listen string) (string, error) {
	_, port, err := net.SplitHostPort(listen)
	if err != nil || port == "0" {
		return "", &usageError{"listen: the demo wants HOST:PORT with a port"}
	}
	return "http://localhost:" + port, nil
}

// guide is what the demo prints: where to look, and how to get in.
func (d *demo) guide() string {
	u := d.app.URL()
	out := "\nHandoff demo\n\n"
	out += fmt.Sprintf("  The product        %s\n  Public job pages   %s/jobs\n  API documentation  %s/api/docs\n", u, u, u)
	out += fmt.Sprintf("  SmartRecruiters    %s/app/   (simulated; pages of its administrator)\n", d.sim.url)
	out += fmt.Sprintf("  eRecruiter         %s/app/   (simulated; pages of its administrator)\n\n", d.er.url)
	if d.kept {
		out += "  The folder is from an earlier run: sign in with the passwords that it printed.\n"
	}
	for _, l := range append(d.sheet.people, d.sheet.simulator) {
		out += fmt.Sprintf("  %-36s %-30s %s\n", l.what, l.email, l.password)
	}
	out += `
  1. Sign in as the Admin of Acme Robotics; Settings, Integrations, SmartRecruiters: CONNECT.
  2. Log in at the simulated SmartRecruiters and allow access; TEST THE CONNECTION.
  3. Open the draft "Senior ML Engineer", switch on Integrate with ATS, choose a job, TEST INTEGRATION, save, publish.
  4. Apply on its public page, and look for the candidate at the simulated SmartRecruiters.
  5. Settings, Integrations, SmartRecruiters, Additional modules: TURN ON THE SYNCHRONIZATION, assign every stage, Save. Apply once more,
     move the candidate at the simulated SmartRecruiters, and see them move here.
  6. Sign in as the operator: the Outbox shows what candidates are mailed, and the links in it open their own pages.

  The same with eRecruiter, instead or beside it; its page on this product says each step:
  1. At the simulated eRecruiter: Settings, Integration with eRecruiter, Partners, Activate; generate the key and copy it.
  2. As the Admin of Acme Robotics: Settings, Integrations, eRecruiter; paste the key, Save, TEST THE CONNECTION.
  3. Bind and test a process as above. What the test says is missing, a consent above all, is assigned at the simulator.
  4. At the simulated eRecruiter: Job ads, an ad, Multiposting, Handoff, save; then here Processes, Ads, READ NOW.

  Ctrl-C stops it.
`
	return out
}
