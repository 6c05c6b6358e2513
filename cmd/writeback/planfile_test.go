package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"writeback/internal/exit"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// A plan file says what was approved, and is not trusted for anything else.

// saved is a plan of the DC in a file that the test may change.
func saved(t *testing.T, p *program) (path string, plan steps.Plan) {
	t.Helper()
	path = filepath.Join(p.dir, "plan.json")
	plan = decode[steps.Plan](t, p.want(exitDone, "plan", "--output", "json", "-o", path))
	return path, plan
}

func write(t *testing.T, path string, v any) {
	t.Helper()
	raw, ok := v.([]byte)
	if !ok {
		var err error
		if raw, err = json.Marshal(v); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPlanFileIsSaved(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	path, plan := saved(t, p)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if back, err := steps.ReadPlan(f); err != nil || back.Digest() != plan.Digest() {
		t.Errorf("read back: %v", err)
	}
	if all, err := filepath.Glob(filepath.Join(p.dir, ".writeback-*")); err != nil || len(all) > 0 {
		t.Errorf("left behind: %v, %v", all, err)
	}
	if err := os.Symlink(path, filepath.Join(p.dir, "link")); err != nil {
		t.Fatal(err)
	}
	for out, says := range map[string]string{
		"link": "not an ordinary file", p.dir: "not an ordinary file", "-": "--output json", "no/where": "no directory no", path + "/x": "--out",
	} {
		p.ends(exitUsage, []string{says}, "plan", "-o", out)
	}
}

func TestPlanFileRefused(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	path, plan := saved(t, p)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := plan
	other.Target.Domain = "other.example"
	shady := plan
	shady.Steps = append([]steps.StepPlan{}, plan.Steps...)
	shady.Steps[0].Title = "harmless\x1b[2J"
	for _, c := range []struct {
		name    string
		content any
		code    int
		says    []string
	}{
		{"cut off", good[:len(good)/2], exitUsage, []string{"plan is corrupt at byte"}},
		{"empty", []byte{}, exitUsage, []string{"plan is corrupt"}},
		{"not a plan", []byte(`{"hello": 1}`), exitUsage, []string{"plan is corrupt", "formatVersion"}},
		{"a list", []byte(`[]`), exitUsage, []string{"plan is corrupt"}},
		{"what a terminal must not show", shady, exitUsage, []string{"plan is corrupt", "the character U+001B"}},
		{"of a later program", []byte(strings.Replace(string(good), `"formatVersion": 1`, `"formatVersion": 2`, 1)), exitUsage,
			[]string{"format version 2", "knows up to 1", "writeback version"}},
		{"of another domain", other, exitUsage, []string{"plan file " + path + " is for other.example", "name the domain " + domainOf(dc)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.t = t
			write(t, path, c.content)
			o := p.ends(c.code, c.says, "apply", path, "--yes", "--output", "json")
			if d := decode[exit.Document](t, o); d.Error.Code != "usage" || !strings.Contains(o.err, d.Error.What) {
				t.Errorf("another document than that of the error came out: %s", o.out)
			}
		})
	}
	p.t = t
	p.ends(exitUsage, []string{"plan file nowhere.json", "no such file"}, "apply", "nowhere.json", "--yes")
	p.ends(exitUsage, []string{"one plan file at most"}, "apply", path, path)
	if o := p.want(exitDone, "runs"); !strings.Contains(o.out, "No runs yet.") {
		t.Errorf("a run was begun: %s", o.out)
	}
}

// Whom to speak to, whom to trust and who we are is not the plan file's to say.
func TestPlanFileSaysOnlyWhatIsDone(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	path, plan := saved(t, p)
	for name, value := range map[string]string{
		"dc": "ldaps://127.0.0.9", "ca-cert": "nowhere.pem", "tls-pin": "SHA256:" + strings.Repeat("0", 64), "tls-name": "evil.example",
		"ad-user": "evil@evil.example", "keytab": "nowhere.keytab", "krb5-conf": "nowhere.conf", "state-dir": "/nowhere", "yes": "true",
	} {
		plan.Settings[name] = steps.Setting{Value: value, From: "flag"}
	}
	plan.Settings["unexpire"] = steps.Setting{Value: "always", From: "flag"}
	write(t, path, plan)
	q := p.without("--ca-cert") // only the file would say whom to trust
	q.ends(exitError, []string{`is not trusted: "x509: certificate signed`}, "apply", path)
	o := p.ends(exitUsage, []string{"nobody can be asked"}, "apply", path, "--unexpire", "auto")
	for _, part := range []string{"evil", "nowhere", "127.0.0.9"} {
		if strings.Contains(o.out+o.err, part) {
			t.Errorf("%q of the plan file had an effect:\n%s%s", part, o.out, o.err)
		}
	}
	// What is done is the file's to say, where nothing stronger does: always
	// needs a fourth change that was not approved.
	p.ends(exitDrift, []string{"no longer as it was", "Unexpire Password", "plan again"}, "apply", path, "--yes")
}

// A password goes to no domain that only a plan file names.
func TestPlanFileGetsNoPassword(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	p := signedIn(t, dc)
	path, _ := saved(t, p)
	bare := newProgram(t)
	bare.env = []string{"WRITEBACK_AD_PASSWORD=" + dc.AdminPassword, nameServer(t, dc)}
	bare.flags = append(bare.flags, "--ca-cert", dc.CAFile)
	bare.ends(exitUsage, []string{"--domain " + domainOf(dc)}, "apply", path, "--yes", "--ad-user", dc.Domain+`\Administrator`)
	bare.ends(exitUsage, []string{"--domain " + domainOf(dc)}, "apply", path, "--yes", "--ad-user", "admin@other.example")
	bare.want(exitDone, "apply", path, "--yes", "--ad-user", dc.AdminUser) // the UPN names the domain
	bare.want(exitDone, "undo", "--yes")
	bare.want(exitDone, "apply", path, "--yes", "--ad-user", dc.Domain+`\Administrator`, "--domain", domainOf(dc))
	bare.want(exitDone, "undo", "--yes")
	bare.want(exitDone, "apply", path, "--yes", "--keytab", dc.Keytab(t, "Administrator"), "--krb5-conf", dc.Krb5Conf(t)) // nothing secret leaves us
	bare.want(exitDone, "undo", "--yes")
}
