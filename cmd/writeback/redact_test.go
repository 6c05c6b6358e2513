package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/sambatest"
	"writeback/internal/secrets"
)

// What a library says with a secret in it is shown and logged without it.
func TestSecretsAreStruckOut(t *testing.T) {
	env := map[string]string{
		"WRITEBACK_GRAPH_TOKEN": "eyJ.Graph-Token-1.x", "HTTPS_PROXY": "http://ann:Proxy+Secret%zz@proxy.example:3128",
		"http_proxy": "bo:Other-Secret-4@proxy.example", "WRITEBACK_CLIENT_SECRET": "abc",
	}
	var said, log bytes.Buffer
	lookup := func(name string) (string, bool) { v, there := env[name]; return v, there }
	a := &app{err: &said, log: &log, secrets: &secrets.Secrets{LookupEnv: lookup}, lookupEnv: lookup}
	sub := *a // of another domain
	sub.secrets.Hold("Typed/Secret 2")
	line := "token eyJ.Graph-Token-1.x, password Typed/Secret 2, in a URL Typed%2FSecret+2 and Typed%2FSecret%202, " +
		`invalid proxy address "http://ann:Proxy+Secret%zz@proxy.example:3128", Other-Secret-4; and abc`
	want := "token ***, password ***, in a URL *** and ***, " +
		`invalid proxy address "http://ann:***@proxy.example:3128", ***; and abc`
	a.call().Explain(a.err, errors.Join(errors.New(line), fmt.Errorf("again: %w", errors.New(line))))
	a.tracer().Say()(line)
	if got := said.String(); got != "writeback: "+want+"\nwriteback: again: "+want+"\n" {
		t.Errorf("said\n%s", got)
	}
	if got := log.String(); !strings.HasSuffix(got, "Z "+want+"\n") {
		t.Errorf("logged\n%s", got)
	}
	said.Reset()
	sub.secrets.Hold("Pass\u200bword-5")
	a.call().Explain(a.err, errors.New("a name that hides: Pass\u200bword-5"))
	if got := said.String(); got != "writeback: a name that hides: ***\n" {
		t.Errorf("said\n%s", got)
	}
	// The first try at a password is the beginning of the second: nothing of either stays.
	sub.secrets.Hold("Begins-alike")
	sub.secrets.Hold("Begins-alike-Winter")
	if got := sub.secrets.Redact("bind with Begins-alike-Winter"); got != "bind with ***" {
		t.Errorf("%q", got)
	}
	if got := (&app{}).secrets.Redact("as it is"); got != "as it is" {
		t.Errorf("%q", got)
	}
}

// What the program starts gets no secret of ours in its environment: az is asked
// for a token here, and notes what it was given.
func TestNoSecretIsHandedOn(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	bin := t.TempDir()
	noted := filepath.Join(bin, "environment")
	if err := os.WriteFile(filepath.Join(bin, "az"), []byte("#!/bin/sh\nenv > '"+noted+"'\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, "PATH="+bin+":/usr/bin:/bin", "WRITEBACK_CLIENT_SECRET=Client-Secret-1", "WRITEBACK_GRAPH_TOKEN=Graph-Token-12", "OURS=kept")
	p.ends(exitSignIn, []string{"az"}, "plan", "--auth", "azure-cli", "--tenant", "corp.onmicrosoft.com")
	env := read(t, noted)
	if !strings.Contains(env, "OURS=kept") {
		t.Fatalf("az was not asked: %s", env)
	}
	for _, name := range secrets.Variables {
		if strings.Contains(env, name) {
			t.Errorf("az got %s", name)
		}
	}
}

// A letter that other programs take a password with is refused without it.
func TestPasswordBehindALetter(t *testing.T) {
	p := newProgram(t)
	for _, letter := range []string{"-p", "-w", "-x"} {
		if o := p.ends(exitUsage, []string{"there is no flag " + letter}, "plan", letter+"Hunter2-Secret"); strings.Contains(o.err, "Hunter2") {
			t.Errorf("%s: %s", letter, o.err)
		}
	}
	p.ends(exitUsage, []string{"--ad-password-file"}, "plan", "-pHunter2-Secret")
	p.ends(exitUsage, []string{"did you mean --yes?"}, "apply", "-y")
}

const panicsAtRecord = "WRITEBACK_TEST_PANICS"

func init() {
	seams[panicsAtRecord] = func(a *app, _ string) { a.cut = func(string) { panic("a bug") } }
}

// A crash tells where, with all that every goroutine was doing, and no secret:
// that none stands in it is looked at behind every test.
func TestACrashTellsNoSecret(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.KeepDACL(t, dc.BaseDN)
	dc.Connector(t)
	p := signedIn(t, dc)
	p.env = append(p.env, panicsAtRecord+"=1", "GOTRACEBACK=all")
	if o := p.run("apply", "--yes", "--debug"); !strings.Contains(o.err, "panic: a bug") || !strings.Contains(o.err, "goroutine 1") || !strings.Contains(o.err, "ldap bind") {
		t.Errorf("exit code %d: %s", o.code, o.err)
	}
}
