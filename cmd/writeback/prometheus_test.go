package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"writeback/internal/tier"
)

// The metrics of the practice domain, on standard output and in a file that takes
// the place of the earlier one.
func TestMetrics(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	o := p.want(exitChanges, "verify", "--practice", "--output", "prometheus")
	for _, line := range []string{
		`writeback_ok{domain="corp.contoso.com"} 0`, `writeback_stage_state{domain="corp.contoso.com",stage="delegate",state="change"} 1`,
		`writeback_users_writable{domain="corp.contoso.com"} 0`, `writeback_stage_changes{domain="corp.contoso.com",stage="delegate"} 3`,
	} {
		if !strings.Contains(o.out, "\n"+line+"\n") {
			t.Errorf("no %s in %s", line, o.out)
		}
	}
	folder := filepath.Join(p.dir, "collector")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "writeback.prom")
	write(t, file, []byte("earlier"))
	p.want(exitManual, "apply", "--practice", "--yes")
	o = p.want(exitManual, "verify", "--practice", "--output", "prometheus", "-o", file)
	text, err := os.ReadFile(file)
	if err != nil || o.out != "" {
		t.Fatalf("%v, %q", err, o.out)
	}
	if !strings.HasPrefix(string(text), "# HELP ") || !strings.Contains(string(text), `stage="delegate",state="ok"} 1`) || strings.Contains(string(text), `writeback_users_writable{domain="corp.contoso.com"} 0`) {
		t.Errorf("%s", text)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("the collector cannot read %v, %v", info, err)
	}
	p.want(exitError, "verify", "--output", "prometheus", "-o", file, "--dc", "ldaps://127.0.0.1:1", "--ad-user", "a@b", "--no-input", "--ad-password-file", secretFile(t, "Not-The-Word-1\n"))
	if after, err := os.ReadFile(file); err != nil || string(after) != string(text) {
		t.Errorf("a check that failed changed the file: %s, %v", after, err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("%v is left, %v", entries, err)
	}
}

func TestOutputOfOneVerb(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	for line, says := range map[string][]string{
		"plan --output prometheus":                     {"--output prometheus is for writeback verify alone"},
		"verify --output github":                       {"--output github is for writeback plan alone"},
		"version --output github":                      {"writeback plan alone"},
		"runs --output prometheus":                     {"writeback verify alone"},
		"verify -o x.prom":                             {"--output prometheus"},
		"verify --output prometheus -o -":              {"name a file"},
		"verify --output prometheus -o nowhere/x.prom": {"there is no directory nowhere"},
		"verify --output prometheus --wait":            {"leave one of them out"},
		"verify --output promethius":                   {`did you mean "prometheus"?`},
	} {
		if o := p.ends(exitUsage, says, strings.Fields(line)...); o.out != "" {
			t.Errorf("%s: %s", line, o.out)
		}
	}
	p.env = append(p.env, "WRITEBACK_OUT=plan.json") // plan's, for a pipeline that calls both
	p.want(exitChanges, "verify", "--practice", "--coverage=false")
	p.want(exitChanges, "verify", "--practice", "--coverage=false", "--output", "prometheus")
	if _, err := os.Stat(filepath.Join(p.dir, "plan.json")); err == nil {
		t.Error("verify wrote to the file of plan")
	}
}

// The summary is on standard output, and the plan in its file.
func TestSummary(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	o := p.want(exitChanges, "plan", "--practice", "--output", "github", "--out", "plan.json", "--detailed-exitcode")
	for _, part := range []string{"## Password writeback: plan for corp.contoso.com\n", "| add | <code>DC=corp,DC=contoso,DC=com</code> |", "of 506 users", "<details><summary>Settings</summary>"} {
		if !strings.Contains(o.out, part) {
			t.Errorf("no %q in %s", part, o.out)
		}
	}
	p.want(exitManual, "apply", "--practice", "--yes", "plan.json")
}
