package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"writeback/internal/leaks"
	"writeback/internal/sambatest"
)

// No secret that was used stands anywhere afterwards: not in what the program
// says, not with --debug, not in the log, the plan, the journals or its
// arguments.
func TestSecretsStaySecret(t *testing.T) {
	dc := sambatest.New(t)
	dc.Connector(t)
	wrong := "Wrong-Secret-99"
	for name, way := range map[string]struct {
		env   []string
		flags []string
		in    string
		code  int
	}{
		"environment":       {env: []string{"WRITEBACK_AD_PASSWORD=" + dc.AdminPassword}},
		"file":              {flags: []string{"--ad-password-file", secretFile(t, dc.AdminPassword+"\n")}},
		"standard input":    {flags: []string{"--ad-password-file", "-"}, in: dc.AdminPassword + "\n"},
		"Kerberos":          {env: []string{"WRITEBACK_AD_PASSWORD=" + dc.AdminPassword}, flags: []string{"--kerberos", "--krb5-conf", dc.Krb5Conf(t)}},
		"a wrong one":       {env: []string{"WRITEBACK_AD_PASSWORD=" + wrong}, code: exitSignIn},
		"Kerberos, a wrong": {env: []string{"WRITEBACK_AD_PASSWORD=" + wrong}, flags: []string{"--kerberos", "--krb5-conf", dc.Krb5Conf(t)}, code: exitSignIn},
	} {
		t.Run(name, func(t *testing.T) {
			p := signedIn(t, dc)
			p.env = way.env
			p.flags = append(p.flags, append(way.flags, "--debug", "--log-file", filepath.Join(p.dir, "log"))...)
			var said strings.Builder
			for _, args := range [][]string{{"plan", "-o", filepath.Join(p.dir, "plan.json")}, {"plan", "--output", "json"}, {"apply", "--yes"}, {"verify"}, {"runs"}, {"undo", "--yes"}} {
				cmd := p.command(args...)
				cmd.Stdin = strings.NewReader(way.in)
				out, err := cmd.CombinedOutput()
				code := way.code
				switch {
				case args[0] == "runs":
					code = exitDone
				case args[0] == "undo" && code != exitDone:
					code = exitError // nothing was ever made
				}
				if got := cmd.ProcessState.ExitCode(); got != code {
					t.Fatalf("%v: exit code %d, want %d, %v\n%s", args, got, code, err, out)
				}
				said.Write(out)
				said.WriteString(strings.Join(cmd.Args, " "))
			}
			if !strings.Contains(said.String(), "ldap rootdse") {
				t.Error("--debug shows nothing: what is searched here is not what it should be")
			}
			for _, secret := range []string{dc.AdminPassword, wrong} {
				hides(t, "what it said", said.String(), secret)
				eachFile(t, p.dir, func(path, content string) { hides(t, path, content, secret) })
			}
		})
	}
}

// hides wants no trace of the secret in text, in any of its forms.
func hides(t *testing.T, where, text, secret string) {
	t.Helper()
	for _, form := range leaks.Forms(secret) {
		if strings.Contains(text, form.Text) {
			t.Errorf("%s holds the secret (%s)", where, form.Name)
		}
	}
}

func eachFile(t *testing.T, dir string, visit func(path, content string)) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		seen++
		visit(path, string(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Errorf("no files in %s", dir)
	}
}

func TestPasswordRefused(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	p.env = nil
	missing := filepath.Join(p.dir, "missing")
	p.ends(exitUsage, []string{"--ad-password-file", missing, "no such file"}, "plan", "--ad-password-file", missing)
	empty := secretFile(t, "\n"+dc.AdminPassword+"\n")
	p.ends(exitUsage, []string{"--ad-password-file", "first line of " + empty + " is empty"}, "plan", "--ad-password-file", empty)
	p.ends(exitUsage, []string{"first line of standard input is empty"}, "plan", "--ad-password-file", "-")
	long := secretFile(t, strings.Repeat("x", 5000))
	o := p.ends(exitUsage, []string{"more than 4096 bytes"}, "plan", "--ad-password-file", long)
	hides(t, "the error", o.err, strings.Repeat("x", 100))
	p.env = []string{"WRITEBACK_AD_PASSWORD="}
	p.ends(exitSignIn, []string{"the password is empty", "nothing was sent"}, "plan")
	// As for every setting: the flag, the environment, the file.
	right := secretFile(t, dc.AdminPassword)
	p.env = []string{"WRITEBACK_AD_PASSWORD=wrong"}
	p.want(exitDone, "plan", "--ad-password-file", right)
	write(t, filepath.Join(p.dir, "writeback.yaml"), []byte("ad-password-file: "+right+"\n"))
	p.env = append(p.env, "WRITEBACK_CONFIG=writeback.yaml")
	p.want(exitSignIn, "plan")
	p.env = p.env[1:]
	p.want(exitDone, "plan")
}

// The log is added to, and only we can read it.
func TestLogFile(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	path := filepath.Join(p.dir, "log")
	o := p.want(exitDone, "plan", "--log-file", path)
	if strings.Contains(o.err, "ldap bind") {
		t.Errorf("--log-file alone shows operations: %s", o.err)
	}
	p.want(exitDone, "plan", "--log-file", path)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), "ldap bind"); n != 2 {
		t.Errorf("%d binds in the log of two calls:\n%s", n, raw)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	p.ends(exitUsage, []string{"--log-file", "there is no directory"}, "plan", "--log-file", filepath.Join(p.dir, "no", "log"))
}
