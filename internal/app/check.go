package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"handoff/internal/connector"
	"handoff/internal/secret"
)

// Finding is the outcome of one named check. Advice says what to do and is
// empty when the check passed.
type Finding struct{ Name, Detail, Advice string }

// Check looks at everything that Start will need. It changes nothing: a data
// folder, key or database that is not there yet is told as such and passes,
// because Start makes them. Hosts of ATSs are dialled and the mail server is
// logged in to; nothing is sent.
func Check(ctx context.Context, o Options) []Finding {
	o, err := o.resolve()
	if err != nil {
		return []Finding{{"configuration", err.Error(), "correct this setting"}}
	}
	_, port, _ := net.SplitHostPort(o.Listen) // resolve has read it
	out := []Finding{{Name: "configuration", Detail: "listen " + o.Listen + ", public URL " + or(o.PublicURL, "http://localhost:"+port)},
		checkListen(o), checkFolder(o), checkKey(o), checkDatabase(o)}
	return append(append(out, checkMail(ctx, o)), checkHosts(ctx, o)...)
}

func checkListen(o Options) Finding {
	f := Finding{Name: "listen", Detail: o.Listen}
	l, err := net.Listen("tcp", o.Listen)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		f.Detail += " is taken; by a running handoff, if one runs"
	case err != nil:
		f.Advice = "choose an address of this machine and a port that this user may open"
	default:
		_ = l.Close()
	}
	return f
}

func checkFolder(o Options) Finding {
	f := Finding{Name: "data folder", Detail: o.Data}
	if info, err := os.Stat(o.Data); errors.Is(err, fs.ErrNotExist) {
		f.Detail += " is not there yet; serve makes it"
		return f
	} else if err != nil || !info.IsDir() {
		f.Advice = "give a folder that this user can read and write"
		return f
	}
	if _, err := os.Stat(filepath.Join(o.Data, demoMark)); err == nil {
		f.Advice = "this folder was made by handoff demo; choose another"
		return f
	}
	probe, err := os.CreateTemp(o.Data, ".check-")
	if err != nil {
		f.Advice = "make the folder writable for this user"
		return f
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	return f
}

func checkKey(o Options) Finding {
	f := Finding{Name: "sealing key"}
	if !o.Key.Empty() {
		f.Detail = "given directly"
		if _, err := secret.NewSealer([]byte(o.Key.Reveal())); err != nil || o.KeyFile != "" {
			f.Advice = "give the content of a Handoff key file, and no key file beside it"
		}
		return f
	}
	path := or(o.KeyFile, filepath.Join(o.Data, "key.json"))
	f.Detail = path
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		f.Detail += " is not there yet; serve makes it"
		if _, err := os.Stat(filepath.Join(o.Data, "handoff.db")); err == nil {
			f.Advice = "the database is there without its key: put the key file back, or what is sealed cannot be read"
		}
		return f
	}
	if err != nil {
		f.Advice = "make the key file readable for this user"
		return f
	}
	if _, err := secret.NewSealer(b); err != nil {
		f.Advice = "put the right key file back: " + err.Error()
		return f
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		f.Advice = fmt.Sprintf("others can read it (%04o): chmod 600 %s", info.Mode().Perm(), path)
	}
	return f
}

// checkDatabase looks at the file's first bytes only: opening it would bring
// its schema forward.
func checkDatabase(o Options) Finding {
	path := filepath.Join(o.Data, "handoff.db")
	f := Finding{Name: "database", Detail: path}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		f.Detail += " is not there yet; serve makes it"
		return f
	}
	if err != nil {
		f.Advice = "make the database readable for this user"
		return f
	}
	defer file.Close()
	head := make([]byte, 15)
	if _, err := file.Read(head); err != nil || string(head) != "SQLite format 3" {
		f.Advice = "this is not a SQLite database: restore it from a backup"
	}
	return f
}

// checkHosts dials the ATS hosts that were set, and the vendor's own once the
// platform's app is configured for them: before that nobody may need them.
func checkHosts(ctx context.Context, o Options) []Finding {
	var out []Finding
	type host struct{ name, url string }
	var hosts []host
	types, _ := o.types() // resolve has made them
	for _, a := range o.atses() {
		i := slices.IndexFunc(types, func(t *connector.Type) bool { return t.Name == a.name })
		if h := types[i].Hosts["production"]; a.ClientID != "" || len(a.Mapping) > 0 {
			a.APIURL, a.AuthorizeURL, a.TokenURL = or(a.APIURL, h.APIURL), or(a.AuthorizeURL, h.AuthorizeURL), or(a.TokenURL, h.TokenURL)
		}
		hosts = append(hosts, host{a.title + " API", a.APIURL}, host{a.title + " login", a.AuthorizeURL}, host{a.title + " tokens", a.TokenURL})
	}
	for _, x := range hosts {
		if x.url == "" {
			continue
		}
		u, err := url.Parse(x.url)
		if err != nil || u.Host == "" {
			out = append(out, Finding{x.name, x.url, "give http:// or https:// and a host"})
			continue
		}
		port := or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
		f := Finding{Name: x.name, Detail: u.Host}
		d := net.Dialer{Timeout: 5 * time.Second}
		c, err := d.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
		if err != nil {
			f.Advice = "this machine cannot reach it: check the address, DNS and the firewall"
		} else {
			_ = c.Close()
		}
		out = append(out, f)
	}
	return out
}
