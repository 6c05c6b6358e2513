package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"writeback/internal/sambatest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What people read, from the first plan to the undo, with the parts that differ
// from run to run replaced.
func TestGolden(t *testing.T) {
	dc := sambatest.New(t)
	connector := dc.Connector(t)
	p := signedIn(t, dc)
	ca, err := os.ReadFile(dc.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(p.dir, "ca.pem"), ca)
	p.flags = append(p.flags, "--ca-cert", "ca.pem")
	bare := newProgram(t) // knows nothing but where the journals are
	bare.dir, bare.state, bare.flags, bare.env = p.dir, p.state, []string{"--state-dir", p.state}, p.env

	golden := func(name string, o outcome) {
		t.Helper()
		compare(t, name, fmt.Sprintf("-- stdout --\n%s-- stderr --\n%s-- exit %d --\n", steady(o.out, dc, connector), steady(o.err, dc, connector), o.code))
	}
	golden("plan", p.run("plan", "-o", "plan.json", "--class", "user,inetOrgPerson"))
	golden("verify-needed", p.run("verify"))
	golden("apply-nobody-to-ask", p.run("apply", "plan.json"))
	ou := dc.AddOU(t, dc.BaseDN, "interrupted")
	dc.RemoveAfter(t, ou)
	p.env = append(p.env, cutEnv+"=after made 5") // the first of two writes
	p.run("apply", "--yes", "--scope", ou, "--unexpire", "always")
	p.env = p.env[:len(p.env)-1]
	golden("runs-interrupted", bare.run("runs"))
	golden("apply-interrupted", bare.run("apply", "--yes"))
	bare.run("undo", "--yes")
	golden("apply", p.run("apply", "plan.json", "--yes"))
	golden("apply-again", p.run("apply", "plan.json", "--yes"))
	golden("apply-drift", p.run("apply", "plan.json", "--yes", "--unexpire", "always"))
	golden("verify", p.run("verify", "--class", "user,inetOrgPerson"))
	golden("runs", bare.run("runs"))
	golden("runs-show", bare.run("runs", "show", latestRun(t, bare)))
	golden("undo", bare.run("undo", "--yes"))
	golden("undo-again", bare.run("undo", "--yes"))
	dc.SetAttribute(t, connector.DN, "userAccountControl", "514")
	dc.AddACE(t, dc.BaseDN, "(OD;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;"+connector.SID+")")
	golden("plan-blocked", p.run("plan"))
	golden("apply-blocked", p.run("apply", "--yes"))
}

func latestRun(t *testing.T, p *program) string {
	t.Helper()
	doc := decode[struct{ Runs []struct{ Run string } }](t, p.want(exitDone, "runs", "--output", "json"))
	return doc.Runs[0].Run
}

// steady puts names in the place of what is new in every run. Columns keep the
// order of their cells but not their width.
func steady(text string, dc *sambatest.DC, connector sambatest.Account) string {
	host, _ := os.Hostname() // where it is not known, nobody says it
	text = strings.NewReplacer(
		strings.TrimSuffix(connector.SID, connector.SID[strings.LastIndexByte(connector.SID, '-'):]), "S-1-5-21-DOMAIN",
		connector.Name, "MSOL_connector",
		dc.LDAPS, "ldaps://DC:636",
		" on "+host, " on HOST",
		version(), "VERSION",
	).Replace(text)
	for _, r := range []struct{ form, name string }{
		{`\d{8}T\d{6}Z-[0-9a-f]{4}`, "RUN"},
		{`\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d+)?)?Z`, "TIME"},
		{`C(-[A-Z2-7]{4}){3}`, "CHANGE"},
		{`sha256:[0-9a-f]{64}`, "sha256:DIGEST"},
		{`journal: [0-9a-f]{64}`, "journal: DIGEST"},
		{`\S+ on HOST`, "USER on HOST"},
		{`/\S+/ca\.pem`, "DIR/ca.pem"},
		{`S-1-5-21-DOMAIN-\d+`, "S-1-5-21-DOMAIN-CONNECTOR"},
		{`(\S) {2,}`, "$1  "},
	} {
		text = regexp.MustCompile(r.form).ReplaceAllString(text, r.name)
	}
	return text
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: make it with -update", err)
	}
	if string(want) != got {
		t.Errorf("%s is not as in its golden file (-update writes it anew):\n%s\nwant\n%s", name, got, want)
	}
}
