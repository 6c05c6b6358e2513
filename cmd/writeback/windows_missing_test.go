package main

import (
	"slices"
	"testing"

	"writeback/steps"
)

// An account of the recorded domain does not show userAccountControl to who read it: it may
// be disabled. What hangs on that is not known, and nobody is told that it can be done.
func TestWindowsDomainHidesAControl(t *testing.T) {
	t.Parallel()
	d, p := windowsDomain(t)
	windowsPeople(t, d)
	p.flags = append(p.flags, "--only", "delegate", "--coverage")
	dn := "CN=blaatschaap,CN=Users," + d.BaseDN()
	hidden := func(verb string) {
		t.Helper()
		if e := explainAll(t, p, []string{dn})[dn]; e.Writable || !slices.ContainsFunc(e.Reasons, func(r steps.Why) bool { return r.Code == "account-control-hidden" && r.Weight == "unknown" }) {
			t.Errorf("%s: explain says %v, %+v", verb, e.Writable, e.Reasons)
		}
	}
	if line := everybody(t, p, exitDone, "plan")[dn]; *line.After || !slices.Contains(line.Reasons, "account-control-hidden") {
		t.Errorf("plan: %+v", line)
	}
	hidden("plan")
	p.want(exitDone, "apply", "--yes")
	if line := everybody(t, p, exitDone, "verify")[dn]; *line.Writable || len(line.Reasons) != 1 || line.Reasons[0] != "account-control-hidden" {
		t.Errorf("verify: %+v", line)
	}
	hidden("verify")
}
