package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/internal/session"
	"writeback/internal/tier"
	"writeback/steps"
)

// explain, the plan and verify say one thing of everybody in the practice domain,
// with the oddities that real domains have; and each sentence follows from the
// reasons beside it. Of those for whom something speaks against it, and of the
// others, twelve each are explained in the quick tier, fifty in .ci/test and all in
// .ci/run.
func TestExplainAgreesOnEverybody(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice", "--only", "delegate")
	p.env = append(p.env, "WRITEBACK_COVERAGE=true")
	planned := everybody(t, p, exitDone, "plan")
	var all []string
	for dn := range planned {
		all = append(all, dn)
	}
	answers := map[string]int{}
	var some []string
	for _, dn := range all {
		if len(some) < len(all)/4 || len(planned[dn].Reasons) > 0 {
			some = append(some, dn)
		}
	}
	slices.Sort(all)
	slices.Sort(some)
	share := tier.Share{Quick: 12, Test: 50, Run: tier.All}
	odd := func(dn string) bool { return len(planned[dn].Reasons) > 0 }
	sample := func(of []string) (out []string) {
		for _, is := range []bool{true, false} {
			these := slices.DeleteFunc(slices.Clone(of), func(dn string) bool { return odd(dn) != is })
			for _, i := range share.Of(t, len(these)) {
				out = append(out, these[i])
			}
		}
		return out
	}
	for dn, e := range explainAll(t, p, sample(some)) {
		line := planned[dn]
		if e.Writable != *line.Before || e.After != nil && *e.After != *line.After || e.After == nil && *line.After != *line.Before {
			t.Errorf("%s: explain says %v and then %v, plan %s", dn, e.Writable, e.After, asJSON(line))
		}
		if wrong := unsound(e); wrong != "" {
			t.Errorf("%s: %s: %s %+v", dn, wrong, e.Verdict, e.Reasons)
		}
	}
	p = newProgram(t)
	p.flags = append(p.flags, "--practice", "--coverage", "--allow-undocumented-api")
	inTenant := everybody(t, p, exitDone, "plan")
	p.want(exitDone, "apply", "--yes")
	found := everybody(t, p, exitDone, "verify")
	for dn, e := range explainAll(t, p, sample(all)) {
		line := found[dn]
		answers[strings.Join(strings.Fields(e.Verdict)[:6], " ")]++
		if e.Writable != *line.Writable || *inTenant[dn].After != *line.Writable || *planned[dn].After != *line.Writable && line.Tenant != "not-synchronized" {
			t.Errorf("%s: explain says %v, verify %s, the plan said %v", dn, e.Writable, asJSON(line), *inTenant[dn].After)
		}
		for _, code := range line.Reasons {
			said := []string{code}
			if code == "not-synced" { // of one user it is told how
				said = append(said, "not-in-tenant", "synced-from-elsewhere", "authority-in-cloud")
			}
			if !slices.ContainsFunc(e.Reasons, func(w steps.Why) bool { return slices.Contains(said, w.Code) }) {
				t.Errorf("%s: verify says %s, explain %+v", dn, code, e.Reasons)
			}
		}
		if wrong := unsound(e); wrong != "" {
			t.Errorf("%s: %s: %s %+v", dn, wrong, e.Verdict, e.Reasons)
		}
	}
	if len(all) < 400 || len(answers) < 2 {
		t.Errorf("%d users, and these answers: %v", len(all), answers)
	}
}

// everybody is what a verb says of each user.
func everybody(t *testing.T, p *program, code int, verb string) map[string]session.UserLine {
	t.Helper()
	file := filepath.Join(p.dir, verb+".jsonl")
	p.want(code, verb, "--users-out", file)
	return linesOf(t, file)
}

// linesOf reads a file of --users-out.
func linesOf(t *testing.T, file string) map[string]session.UserLine {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]session.UserLine{}
	for line := range strings.Lines(string(raw)) {
		var l session.UserLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		out[l.DN] = l
	}
	return out
}
