package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"handoff/internal/secret"
)

func TestSettingsThatCannotBeAreNamed(t *testing.T) {
	for want, o := range map[string]Options{
		"host:port":           {Listen: "8080"},
		"not a loopback":      {Listen: "0.0.0.0:8080"},
		"public URL":          {PublicURL: "https://example.com/path"},
		"http:// or https://": {PublicURL: "example.com"},
		"log level":           {LogLevel: "loud"},
		"log format":          {LogFormat: "xml"},
		"one is set without":  {SmartRecruiters: ATS{ClientID: "id"}},
		"HANDOFF_MAIL_FROM):": {SMTPURL: secret.New("smtp://mail.example.com"), MailFrom: "not an address"},
		"want smtp://":        {SMTPURL: secret.New("http://mail.example.com"), MailFrom: "jobs@example.com"},
		"sender (HANDOFF_MAIL_FROM): one is set without": {MailFrom: "jobs@example.com"},
		"SmartRecruiters API":                            {SmartRecruiters: ATS{APIURL: "://"}},
		"SmartRecruiters token":                          {SmartRecruiters: ATS{TokenURL: "\x00"}},
	} {
		if _, err := o.resolve(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	o, err := Options{Listen: "0.0.0.0:80", PublicURL: "https://jobs.example.com/"}.resolve()
	if err != nil || o.PublicURL != "https://jobs.example.com" || o.Data != "data" {
		t.Errorf("%+v %v", o.PublicURL, err)
	}
}

func TestTheKeyComesFromOnePlace(t *testing.T) {
	b, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := openKey(Options{Data: dir, Key: secret.New(string(b))}); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "key.json")); err == nil {
		t.Error("a key file was made beside the key that was given")
	}
	if _, err := openKey(Options{Data: dir, Key: secret.New(string(b)), KeyFile: "x"}); err == nil {
		t.Error("both were taken")
	}
	if _, err := openKey(Options{Data: dir, Key: secret.New("hush")}); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("a wrong key: %v", err)
	}
}

func TestCheckSaysWhatToDo(t *testing.T) {
	advice := func(o Options, name string) string {
		for _, f := range Check(t.Context(), o) {
			if f.Name == name {
				return f.Advice
			}
		}
		t.Fatalf("nothing is called %q", name)
		return ""
	}
	o := Options{Data: t.TempDir(), Listen: "127.0.0.1:0"}
	for _, f := range Check(t.Context(), o) {
		if f.Advice != "" {
			t.Errorf("an empty folder: %+v", f)
		}
	}
	if entries, _ := os.ReadDir(o.Data); len(entries) != 0 {
		t.Error("checking left something behind")
	}
	write := func(name, content string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(o.Data, name), []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("handoff.db", "not a database at all", 0o600)
	if a := advice(o, "sealing key"); !strings.Contains(a, "without its key") {
		t.Errorf("a database without its key: %q", a)
	}
	if a := advice(o, "database"); !strings.Contains(a, "not a SQLite") {
		t.Errorf("a wrong database: %q", a)
	}
	key, err := secret.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	write("key.json", string(key), 0o644)
	if a := advice(o, "sealing key"); !strings.Contains(a, "chmod 600") {
		t.Errorf("a key that others can read: %q", a)
	}
	write(demoMark, "", 0o600)
	if a := advice(o, "data folder"); !strings.Contains(a, "demo") {
		t.Errorf("the demo's folder: %q", a)
	}
	o.SmartRecruiters.APIURL = "http://127.0.0.1:1"
	if a := advice(o, "SmartRecruiters API"); !strings.Contains(a, "cannot reach") {
		t.Errorf("a host that is not there: %q", a)
	}
	if a := advice(Options{Listen: "x"}, "configuration"); a == "" {
		t.Error("a wrong setting passed")
	}
}
