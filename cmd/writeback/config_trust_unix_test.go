//go:build linux || darwin

package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"writeback/internal/exit"
	"writeback/internal/practice"
	company "writeback/internal/practice/domain"
	"writeback/internal/settings"
	"writeback/internal/tier"
	"writeback/steps"
)

// A folder that came from somewhere else decides neither whom to trust nor whether to
// ask.

// trap counts who comes: nobody is to come.
func trap(t *testing.T) (url string, came func() int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var n atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			n.Add(1)
			_ = c.Close() // it has come, and that is all that counts
		}
	}()
	return "ldaps://" + l.Addr().String(), n.Load
}

// inWorld is the program with a practice domain that it takes for a real one.
func inWorld(t *testing.T) (*program, *practice.World) {
	t.Helper()
	world, err := practice.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := world.Close(); err != nil {
			t.Error(err)
		}
	})
	p := newProgram(t)
	admin := world.Domain.Account(company.RoleAdmin)
	word := filepath.Join(t.TempDir(), "word") // the practice's passwords are no secrets
	write(t, word, []byte(admin.Password+"\n"))
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD_FILE="+word, "WRITEBACK_AD_USER="+admin.UPN,
		"WRITEBACK_CONNECTOR="+world.Domain.Account(company.RoleConnector).Name, "WRITEBACK_COVERAGE=false")
	return p, world
}

func (p *program) trusts(world *practice.World) *program {
	q := *p
	q.flags = append(q.flags[:len(q.flags):len(q.flags)], "--dc", world.Domain.LDAPS(), "--ca-cert", world.CAFile())
	return &q
}

// cloned is what somebody can have put into a repository, for one who has a password
// in the environment.
func cloned(t *testing.T, p *program, dc string) (canary string) {
	t.Helper()
	canary = filepath.Join(p.dir, "canary")
	if err := os.WriteFile(filepath.Join(p.dir, "x"), []byte("#!/bin/sh\n: >'"+canary+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(p.dir, "writeback.yaml"), fmt.Appendf(nil, "dc: %s\nca-cert: evil.pem\nyes: true\nconnector: eve\npowershell: ./x\nwriteback-method: powershell\nsync: connect\n", dc))
	return canary
}

func TestClonedFolderDecidesNothing(t *testing.T) {
	t.Parallel()
	p, world := inWorld(t)
	evil, came := trap(t)
	canary := cloned(t, p, evil)
	const line = "writeback.yaml in this folder is not read: name it with --config"
	// Nothing says where the domain is: that the folder does must not count.
	p.ends(exitUsage, []string{line}, "plan", "--no-input")
	real := p.trusts(world)
	real.ends(exitDone, []string{line}, "plan")
	// Nobody said yes.
	real.ends(exitUsage, []string{line, "--yes"}, "apply", "--no-input")
	if o := real.want(exitDone, "runs"); strings.Contains(o.out, "done") {
		t.Errorf("it was applied: %s", o.out)
	}
	real.want(exitDone, "apply", "--yes")
	// The run knows its DC: the folder is not asked.
	p.ends(exitDone, []string{line}, "undo", "--yes")
	if n := came(); n > 0 {
		t.Errorf("%d connections to the one that the folder names", n)
	}
	if _, err := os.Lstat(canary); err == nil {
		t.Error("the folder's program was run")
	}
}

// Not even a file that was named says whom a run is taken back from.
func TestRunOutranksTheFile(t *testing.T) {
	p, world := inWorld(t)
	p.trusts(world).want(exitDone, "apply", "--yes")
	evil, came := trap(t)
	write(t, filepath.Join(p.dir, "named.yaml"), fmt.Appendf(nil, "domain: elsewhere.example\ndc: %s\ntls-pin: SHA256:%s\n", evil, strings.Repeat("0", 64)))
	p.env = append(p.env, "WRITEBACK_CONFIG=named.yaml")
	p.want(exitDone, "undo", "--yes")
	if n := came(); n > 0 {
		t.Errorf("%d connections to the one that the file names", n)
	}
}

// What the run trusted, the file does not say, for any domain; what is put back is as
// it was. A flag counts more than the run.
func TestFileIsOverruled(t *testing.T) {
	const yaml = `ca-cert: /evil.pem
krb5-conf: /evil.conf
graph-endpoint: https://evil.example
connector: from-file
domains:
- {domain: one.example, dc: "ldaps://evil", tls-name: evil, ad-user: a@one.example}
- {domain: two.example, dc: "ldaps://evil", tls-name: evil, ad-user: a@two.example}
- {domain: three.example, dc: "ldaps://its-own"}
`
	s, err := resolved(t, []string{"--tls-pin", "SHA256:" + strings.Repeat("1", 64)}, nil, yaml)
	if err != nil {
		t.Fatal(err)
	}
	before := s.RecordAll()
	run := steps.Run{ID: "r", Target: steps.Target{Domain: "one.example, two.example, three.example"}, Settings: map[string]steps.Setting{
		"domain": {Value: []any{"one.example", "two.example", "three.example"}, From: "flag"},
		"dc":     {Value: "ldaps://one", From: "found in DNS"}, "dc@two.example": {Value: "ldaps://two", From: "found in DNS"}, "ca-cert@two.example": {Value: "/two.pem", From: "flag"},
	}}
	if err := s.GoOnWith(run); err != nil {
		t.Fatal(err)
	}
	if settings.DC.Of(s) != "ldaps://one" || settings.CACert.Of(s) != "" || settings.TLSName.Of(s) != "" || settings.Krb5Conf.Of(s) != "" || settings.GraphEndpoint.Of(s) != "" || !strings.HasPrefix(settings.TLSPin.Of(s), "SHA256:1") || settings.Connector.Of(s) != "from-file" || settings.ADUser.Of(s) != "a@one.example" {
		t.Errorf("of the first domain: %+v", s.RecordAll())
	}
	two, err := s.InDomain("two.example")
	if err != nil || settings.DC.Of(two) != "ldaps://two" || settings.CACert.Of(two) != "/two.pem" || settings.TLSName.Of(two) != "" || settings.ADUser.Of(two) != "a@two.example" {
		t.Errorf("of the second: %+v, %v", two.RecordAll(), err)
	}
	if three, err := s.InDomain("three.example"); err != nil || settings.DC.Of(three) != "ldaps://its-own" { // of an earlier version's run
		t.Errorf("of the third: %+v, %v", three.RecordAll(), err)
	}
	s.Unanswer()
	if after := s.RecordAll(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("put back: %v, want %v", after, before)
	}
	// A path without its folder would be another file elsewhere.
	run.Settings["ca-cert"] = steps.Setting{Value: "ca.pem", From: "flag"}
	s, err = resolved(t, nil, nil, "")
	if err == nil {
		err = s.GoOnWith(run)
	}
	if exit.Code(err) != exitUsage || !strings.Contains(err.Error(), "name it with --ca-cert") {
		t.Errorf("a path that leads elsewhere now: %v", err)
	}
}

// Paths in a file are relative to where it really is, and the review lists all that
// it set.
func TestPathsAreBesideTheRealFile(t *testing.T) {
	p, world := inWorld(t)
	folder := t.TempDir()
	write(t, filepath.Join(folder, "ca.pem"), []byte(read(t, world.CAFile())))
	write(t, filepath.Join(folder, "real.yaml"), fmt.Appendf(nil, "dc: %s\nca-cert: ca.pem\nkerberos: false\nlog-file: log\n", world.Domain.LDAPS()))
	if err := os.Symlink(filepath.Join(folder, "real.yaml"), filepath.Join(p.dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(p.dir, "ca.pem"), []byte("of whoever was here first"))
	o := p.want(exitDone, "plan", "--config", "link.yaml")
	contains(t, o.out, filepath.Join(folder, "ca.pem"), "file link.yaml", "kerberos", filepath.Join(folder, "log"), "config")
	if _, err := os.Stat(filepath.Join(folder, "log")); err != nil {
		t.Error(err)
	}
	if os.Geteuid() == 0 {
		if err := os.Lchown(filepath.Join(p.dir, "link.yaml"), 4711, 4711); err != nil {
			t.Fatal(err)
		}
		p.ends(exitUsage, []string{"configuration file link.yaml", "belongs to user 4711"}, "plan", "--config", "link.yaml")
	}
}

// unsafe makes files that no secret and no trust is to be read from.
var unsafe = map[string]func(t *testing.T, path string){
	"others may write it": func(t *testing.T, path string) {
		write(t, path, []byte("x"))
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
	},
	"not a regular file": func(t *testing.T, path string) {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	},
	"belongs to user 4711": func(t *testing.T, path string) {
		if os.Geteuid() != 0 {
			t.Skip("only root can give a file away")
		}
		write(t, path, []byte("x"))
		if err := os.Lchown(path, 4711, 4711); err != nil {
			t.Fatal(err)
		}
	},
}

func TestFilesThatAreNamedAreOurs(t *testing.T) {
	t.Parallel()
	p, world := inWorld(t)
	real := p.trusts(world)
	for says, put := range unsafe {
		t.Run(says, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			put(t, path)
			for _, c := range []struct {
				p    *program
				env  string
				args string
			}{
				{p, "", "plan --dc " + world.Domain.LDAPS() + " --ca-cert " + path},
				{p, "SSL_CERT_FILE=" + path, "plan --dc " + world.Domain.LDAPS()},
				{p, "SSL_CERT_DIR=" + filepath.Dir(path), "plan --dc " + world.Domain.LDAPS()},
				{real, "", "plan --ad-password-file " + path},
				{real, "", "plan --kerberos --keytab " + path},
				{real, "", "plan --kerberos --krb5-conf " + path},
				{real, "KRB5_CONFIG=" + path, "plan --kerberos"},
				{real, "KRB5CCNAME=FILE:" + path, "plan --kerberos"},
				{real, "", "plan --auth client-secret --tenant x --client-id y --client-secret-file " + path},
				{real, "", "plan --auth client-certificate --tenant x --client-id y --client-certificate " + path},
				{real, "", "plan --auth token --graph-token-file " + path},
				{real, "", "plan --writeback-method powershell --sync connect --powershell " + path},
				{real, "", "plan --handoff-answer " + path},
				{p, "", "plan --config " + path},
				{p, "", "apply " + path},
			} {
				q := *c.p
				if q.env = q.env[:len(q.env):len(q.env)]; c.env != "" {
					q.env = append(q.env, c.env)
				}
				if strings.HasPrefix(c.env, "KRB5CCNAME") { // as whoever has the ticket
					q.env = []string{c.env, "WRITEBACK_COVERAGE=false"}
				}
				o := q.run(strings.Fields(c.args)...)
				all := o.out + o.err
				if !strings.Contains(all, says) || !strings.Contains(all, path) {
					t.Errorf("%s %s: code %d, it does not say %q of %s:\n%s", c.env, c.args, o.code, says, path, all)
				}
			}
		})
	}
}

// No output follows a link, and none is put in the place of what is not ours.
func TestOutputsAreOurs(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.want(exitDone, "apply", "--practice", "--yes", "--only", "delegate")
	victim := filepath.Join(t.TempDir(), "victim")
	write(t, victim, []byte("as it was"))
	run := practisedJournal(t, p)
	for says, plant := range map[string]func(path string) error{
		"a symbolic link is there": func(path string) error { return os.Symlink(victim, path) },
		"another name":             func(path string) error { return os.Link(victim, path) },
		"not an ordinary file":     func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		for _, args := range []string{"plan -o OUT", "plan --users-out OUT", "plan --log-file OUT", "plan --writeback-method handoff --handoff-script OUT", "verify --output prometheus -o OUT", "report " + run + " --format md -o OUT"} {
			out := filepath.Join(t.TempDir(), "out")
			if err := plant(out); err != nil {
				t.Fatal(err)
			}
			p.ends(exitUsage, []string{out, says}, append(strings.Fields(strings.Replace(args, "OUT", out, 1)), "--practice")...)
			if got := read(t, victim); got != "as it was" {
				t.Fatalf("%s wrote to the victim: %s", args, got)
			}
			if _, err := os.Lstat(out); err != nil {
				t.Errorf("%s took away what was there: %v", args, err)
			}
		}
	}
	for _, args := range []string{"plan -o json", "plan -o YAML", "plan --users-out table", "plan --log-file json", "verify --output prometheus -o prometheus"} {
		p.ends(exitUsage, []string{"name of a format", "./"}, append(strings.Fields(args), "--practice")...)
	}
	p.ends(exitUsage, []string{"--format", "./html"}, "report", practisedJournal(t, p), "-o", "html", "--practice")
}

func practisedJournal(t *testing.T, p *program) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(p.state, "practice", "runs", "*.jsonl"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no journal: %v", err)
	}
	return strings.TrimSuffix(filepath.Base(all[len(all)-1]), ".jsonl")
}
