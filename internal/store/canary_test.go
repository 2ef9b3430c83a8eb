package store_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"handoff/internal/apply"
	"handoff/internal/company"
	"handoff/internal/process"
	"handoff/internal/recruit"
	"handoff/internal/secret"
	"handoff/internal/store"
)

// Canaries are what a candidate submitted, in words that stand nowhere else.
const (
	canaryName    = "Zdzisława-Canary"
	canaryEmail   = "Canary.Mail@Secret.invalid"
	canaryPhone   = "+48601234567"
	canaryFile    = "Canary-Życiorys.txt"
	canaryCV      = "canary content of a CV"
	canaryAnswer  = "canary answer"
	canaryLink    = "canary-linkedin"
	canaryOutside = "canary-external-id"
)

// canaryHouse submits the canaries twice, so that they are in an application
// and in a resubmission.
func canaryHouse(t *testing.T, dir string) (*store.DB, *apply.Engine, recruit.Caller, recruit.ApplicationID) {
	t.Helper()
	db := open(t, dir, time.Now)
	key, err := secret.GenerateKey()
	must(t, err)
	sealer, err := secret.NewSealer(key)
	must(t, err)
	people := company.New(db, time.Now)
	people.Hash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	_, u, err := people.FirstCompany(t.Context(), "Acme", "", "", company.NewUser{Email: "a@acme.invalid", Name: "Ada", Password: secret.New("long enough password")})
	must(t, err)
	c := recruit.Caller{Company: u.Company, User: u.ID, Role: recruit.RoleAdmin}
	jobs := process.New(db, time.Now)
	d := recruit.Details{Name: "Go", Description: "x", WorkMode: "remote", Contracts: []string{"b2b"}, Role: "other",
		Technologies: []string{"a", "b", "c"}, SalaryVisibility: "undisclosed"}
	p, err := jobs.Create(t.Context(), c, d)
	must(t, err)
	z := recruit.Customization{Questions: []recruit.Question{{ID: "q", Label: "Q?", Kind: "text"}}}
	_, _, err = jobs.Save(t.Context(), c, p.ID, process.Edit{Details: d, Customization: z, Revision: 1})
	must(t, err)
	_, err = jobs.Publish(t.Context(), c, p.ID)
	must(t, err)
	door := apply.New(db, time.Now, sealer, nil, nil)
	var id recruit.ApplicationID
	for range 2 {
		r, err := door.Submit(t.Context(), apply.Submission{Process: p.ID, Channel: "api", ExternalID: canaryOutside,
			Answers: map[string]string{"q": canaryAnswer}, Clause: &apply.Choice{Decision: recruit.Given, Version: 1},
			CV: &apply.Upload{FileName: canaryFile, Body: strings.NewReader(canaryCV)},
			Candidate: recruit.Candidate{FirstName: canaryName, LastName: canaryName, Email: canaryEmail, Phone: canaryPhone,
				LinkedInURL: "https://linkedin.com/in/" + canaryLink}})
		must(t, err)
		id = r.Application
	}
	return db, door, c, id
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// files returns every file under dir with its bytes.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		out[path] = b
		return err
	}))
	return out
}

func TestNothingOfACandidateCanBeReadFromTheDisk(t *testing.T) {
	dir := t.TempDir()
	db, door, c, id := canaryHouse(t, dir)
	v, err := door.Get(t.Context(), c, id)
	must(t, err)
	if v.Candidate.Email != canaryEmail || v.CV.FileName != canaryFile {
		t.Fatal("the canaries are not in the store at all")
	}
	sha := v.CV.SHA256
	look := func(when string) {
		all := files(t, dir)
		if len(all) < 3 {
			t.Fatalf("%s: %d files, want the database and two CVs", when, len(all))
		}
		for path, b := range all {
			b = bytes.ToLower(b)
			for _, canary := range []string{canaryName, canaryEmail, canaryPhone, canaryPhone[3:], canaryFile, canaryCV, canaryAnswer, canaryLink, canaryOutside, sha} {
				if bytes.Contains(b, bytes.ToLower([]byte(canary))) {
					t.Errorf("%s: %s holds %q", when, filepath.Base(path), canary)
				}
			}
		}
	}
	look("open, with its journal beside it")
	_, err = db.Sessions().Sweep(t.Context())
	must(t, err)
	look("after more writes")
}

func TestAnErasedCandidatesFilesAndKeysAreGone(t *testing.T) {
	dir := t.TempDir()
	db, door, c, id := canaryHouse(t, dir)
	blobs := func() int {
		return len(files(t, filepath.Join(dir, "blobs")))
	}
	if n := blobs(); n != 2 {
		t.Fatalf("%d files before, want 2", n)
	}
	must(t, door.Erase(t.Context(), c, id))
	if n := blobs(); n != 0 {
		t.Errorf("%d files are left", n)
	}
	for _, table := range []string{"application_keys", "resubmissions"} {
		if n := store.Rows(t, db, table); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
}

func TestARefusedSubmissionLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	db, _, c, id := canaryHouse(t, dir)
	p := recruit.ProcessID("")
	v, err := db.Application(t.Context(), recruit.Reach{Company: c.Company}, id)
	must(t, err)
	p = v.Process
	before := len(files(t, filepath.Join(dir, "blobs")))
	refusal := recruit.Refuse("process_closed")
	_, err = db.Accept(t.Context(), apply.Arrival{Application: recruit.Application{ID: "app_1", Company: c.Company, Process: p, CV: &recruit.CV{}}, File: []byte("x")},
		func(apply.Target) (apply.Verdict, error) { return apply.Verdict{}, refusal })
	if err != error(refusal) {
		t.Errorf("got %v", err)
	}
	if n := len(files(t, filepath.Join(dir, "blobs"))); n != before {
		t.Errorf("%d files, want %d", n, before)
	}
}

func TestAMovedSealOpensNowhereElse(t *testing.T) {
	// What is sealed for one application must not open as another's: somebody
	// who can write to the database could show one candidate's data as another's.
	dir := t.TempDir()
	db, door, c, id := canaryHouse(t, dir)
	var other recruit.ApplicationID
	v, err := door.Get(t.Context(), c, id)
	must(t, err)
	r, err := door.Submit(t.Context(), apply.Submission{Process: v.Process, Clause: &apply.Choice{Decision: recruit.Given, Version: 1},
		Candidate: recruit.Candidate{FirstName: "B", LastName: "B", Email: "b@b.invalid", LinkedInURL: "https://linkedin.com/in/b"}})
	must(t, err)
	other = r.Application
	store.SwapSealed(t, db, id, other)
	for _, x := range []recruit.ApplicationID{id, other} {
		if _, err := door.Get(t.Context(), c, x); err == nil {
			t.Errorf("%s opened what was sealed for another", x)
		}
	}
}
