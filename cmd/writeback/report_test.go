package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"writeback/internal/settings"
	"writeback/internal/tier"
	"writeback/steps"
	"writeback/wizard/tell"
)

// practisedRun is the program on a practice world in which a plan was made and
// applied, and the run.
func practisedRun(t *testing.T) (*program, string) {
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	p.want(exitDone, "plan", "-o", "plan.json", "--allow-undocumented-api")
	p.want(exitDone, "apply", "plan.json", "--yes", "--allow-undocumented-api")
	return p, latestRun(t, p)
}

// What a change board reads of a practice run, in all three forms.
func TestReport(t *testing.T) {
	t.Parallel()
	p, run := practisedRun(t)
	for _, form := range settings.Format.Words() {
		file := filepath.Join(p.dir, "report."+form)
		if o := p.want(exitDone, "report", "-o", "report."+form); o.out != "" || !strings.Contains(o.err, "saved: report."+form) {
			t.Errorf("%s: it says %q, %q", form, o.out, o.err)
		}
		text := read(t, file)
		compare(t, "report-"+form, p.steadyReport(text))
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if perm := info.Mode().Perm(); perm&0o077 != 0 {
			t.Errorf("%s: others may read it: %v", form, perm)
		}
		if o := p.want(exitDone, "report", run, "-o", "-", "--format", form); p.steadyReport(o.out) != p.steadyReport(text) || o.err != "" {
			t.Errorf("%s on standard output is another one", form)
		}
	}
	doc := decode[tell.Report](t, p.want(exitDone, "report", "--output", "json"))
	if doc.Run != run || !doc.Trusted || !doc.Practice || len(doc.Changes) != 6 || len(doc.Coverage) != 1 || doc.Objects[0].After == "" {
		t.Errorf("%+v", doc)
	}
	if want := "writeback undo " + run + " --practice --state-dir " + p.state; doc.Undo.Command != want {
		t.Errorf("undo by %q, want %q", doc.Undo.Command, want)
	}
	p.want(exitDone, "attest", "sspr", "--by", "the owner", "--note", "CHG 4711")
	p.want(exitDone, "undo", "--yes")
	doc = decode[tell.Report](t, p.want(exitDone, "report", "--output", "json")) // the word is a run of its own, and not the latest that made anything
	if doc.Run != run || doc.State != steps.RunUndone || doc.Undo.Command != "" || len(doc.Words) != 1 || doc.Words[0].Note != "CHG 4711" || doc.Changes[5].State != steps.FateTakenBack {
		t.Errorf("after the undo: %+v", doc)
	}
}

// The descriptor of after, which is computed, is the one that the DC has, but for the order
// of the ACEs, which is the DC's.
func TestReportPredictsTheDescriptor(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p, _ := practisedRun(t)
	first := decode[tell.Report](t, p.want(exitDone, "report", "--output", "json"))
	p.want(exitDone, "apply", "--yes", "--only", "delegate", "--class", "user,inetOrgPerson")
	second := decode[tell.Report](t, p.want(exitDone, "report", "--output", "json"))
	if first.Run == second.Run || len(first.Objects) == 0 || len(second.Objects) == 0 || !slices.Equal(acesIn(first.Objects[0].After), acesIn(second.Objects[0].Before)) {
		t.Errorf("computed %s\nfound %s", first.Objects[0].After, second.Objects[0].Before)
	}
	if second.Approvals[0].How != "--yes" || len(second.Coverage) != 0 {
		t.Errorf("--yes measured %+v", second.Coverage)
	}
}

// acesIn are the parts of a descriptor in SDDL, sorted.
func acesIn(sddl string) []string {
	out := strings.Split(sddl, "(")
	slices.Sort(out)
	return out
}

// A journal that was tampered with is reported, and the exit code says so; it is
// also the one that is meant where none is named.
func TestReportOfATamperedJournal(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p, run := practisedRun(t)
	journal := filepath.Join(p.state, "practice", "runs", run+".jsonl")
	text := read(t, journal)
	write(t, journal, []byte(strings.Replace(text, `"how":"--yes`, `"how":"typed`, 1)))
	p.ends(exitError, []string{"line 2", "it was changed after it was written"}, "report", "-o", "bad.html")
	if page := read(t, filepath.Join(p.dir, "bad.html")); !strings.Contains(page, "This report cannot be trusted.") || !strings.Contains(page, "Reset password") {
		t.Error("the report does not say it, or hides what can be read")
	}
	doc := decode[tell.Report](t, p.want(exitError, "report", run, "--output", "json"))
	if doc.Trusted || doc.Breach == "" || len(doc.Changes) != 6 {
		t.Errorf("%+v", doc)
	}
}

func TestReportUsage(t *testing.T) {
	p := newProgram(t)
	p.env = append(p.env, "WRITEBACK_CONFIG=writeback.yaml")
	write(t, filepath.Join(p.dir, "writeback.yaml"), []byte("out: plan.json\n")) // is plan's
	for args, parts := range map[string][]string{
		"report":                                {"-o FILE.html"},
		"report -o -":                           {"--format html, md, json"},
		"report -o report.pdf":                  {"report.pdf", ".html, .md, .json"},
		"report -o r.html --format pdf":         {"--format", "html, md, json"},
		"report -o no/such/r.html":              {"there is no directory"},
		"report -o - --format md --output json": {"one document"},
		"report last -o r.html":                 {"is not a run", "writeback runs"},
		"report 20261122T111844Z-3f2a -o r.md":  {"there is no run 20261122T111844Z-3f2a"},
		"report a b -o r.md":                    {"one run at most"},
	} {
		p.ends(exitUsage, parts, strings.Fields(args)...)
	}
	p.ends(exitError, []string{"no run in", "has made anything"}, "report", "-o", "r.html")
	p.ends(exitError, []string{"no run in", "has made anything"}, "report", "latest", "-o", "r.html")
	if _, err := os.Stat(filepath.Join(p.dir, "r.html")); err == nil {
		t.Error("there is a report of nothing")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// steadyReport puts names in the place of what is new in every run.
func (p *program) steadyReport(text string) string {
	host, err := os.Hostname()
	if err != nil {
		p.t.Fatal(err)
	}
	self := steps.Self("")
	for _, r := range []struct{ form, name string }{
		{regexp.QuoteMeta(p.state), "STATE"},
		{`\b\d{8}T\d{6}Z-[0-9a-f]{4}\b`, "RUN"},
		{`\bC(-[A-Z2-7]{4}){3}\b`, "CHANGE"},
		{`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? UTC`, "TIME"},
		{`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`, "TIME"},
		{`\b[0-9a-f]{64}\b`, "DIGEST"},
		{`127\.0\.0\.1:\d+`, "127.0.0.1:PORT"},
		{`("Skew|Skew&#34;|"pid|"size)(": |: )\d+`, "$1${2}N"},
		{`(head -c |first |ComputeHash\(\$b, 0, )\d+`, "${1}N"},
		{`\d+ bytes, `, "N bytes, "},
		{regexp.QuoteMeta(version()), "VERSION"},
		{`\b` + regexp.QuoteMeta(self.User) + ` on ` + regexp.QuoteMeta(host), "USER on HOST"},
		{`\b` + regexp.QuoteMeta(self.User) + `, signed in`, "USER, signed in"},
		{`(<code>|` + "`" + `|"host": ")` + regexp.QuoteMeta(host) + `(</code>|` + "`" + `|")`, "${1}HOST$2"},
		{`"user": "` + regexp.QuoteMeta(self.User) + `"`, `"user": "USER"`},
	} {
		text = regexp.MustCompile(r.form).ReplaceAllString(text, r.name)
	}
	return text
}

// The document can be read by whoever does not know this program.
func TestReportIsPlainJSON(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p, _ := practisedRun(t)
	o := p.want(exitDone, "report", "-o", "-", "--format", "json")
	if !json.Valid([]byte(o.out)) || bytes.Contains([]byte(o.out), []byte(": null,\n  \"")) {
		t.Errorf("not a document without nulls at its top: %.200s", o.out)
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal([]byte(o.out), &top); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"formatVersion", "created", "run", "state", "target", "who", "trusted", "sessions", "approvals", "changes", "objects", "coverage", "stages", "words", "undo", "settings", "journal"} {
		if len(top[key]) == 0 || string(top[key]) == "null" {
			t.Errorf("%s is %s", key, top[key])
		}
	}
}
