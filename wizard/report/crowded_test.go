package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"writeback/steps"
	"writeback/wizard/tell"
)

// crowded is a report with everything that is long, wide or many: names of 64
// characters without a space, as much as a directory allows, names that are written
// from right to left, deep organizational units, and n findings.
func crowded(n int) tell.Report {
	at := time.Date(2026, 11, 22, 11, 18, 44, 0, time.UTC)
	long := strings.Repeat("Verwaltungsangelegenheiten", 3)[:60]
	deep := strings.Repeat("OU="+long+",", 6) + "DC=corp,DC=example"
	hebrew, arabic := "שרה כהן", "محمد حسن"
	sid := "S-1-5-21-3141592653-2718281828-1618033988-1627"
	ace := "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;" + sid + ")"
	before := "O:BAG:BAD:AI" + strings.Repeat(ace, 60)
	who := steps.Who{User: long, Host: strings.ToLower(long) + ".corp.example", PID: 1, Identity: "CORP\\" + hebrew}
	c := steps.Fate{Step: "delegate", Change: steps.Change{Verb: steps.VerbAdd, Target: deep, Line: "Allow CORP\\" + long + ": Reset password, applies to: Descendant User objects",
		SDDL: ace, Equivalent: `dsacls "\\dc1.corp.example\` + deep + `" /I:S /G "CORP\` + long + `:CA;Reset Password;user"`}, State: steps.FateMade, Made: at, DC: who.Host}
	zero, most := 0, 1_234_567
	cov := steps.Coverage{Users: 1_250_000, Disabled: 12, Before: &zero, After: &most}
	for i := range 12 {
		o := steps.OutOfReach{Reason: fmt.Sprintf("reason-with-a-long-name-%d", i), Text: strings.Repeat("a protected DACL keeps them from inheriting ", 3), Count: 1 << i,
			Fix: "--scope " + deep, Examples: []string{"CN=" + hebrew + "," + deep, "CN=" + arabic + "," + deep}}
		o.Where = append(o.Where, struct {
			DN    string `json:"dn"`
			Count int    `json:"count"`
		}{fmt.Sprintf("OU=%d%s,%s", i, arabic, deep), 1 << i})
		cov.Blocked = append(cov.Blocked, o)
	}
	r := tell.Report{FormatVersion: 1, Created: at, Program: "1.0", Run: "20261122T111844Z-3f2a", State: steps.RunDone, Who: who, Started: at, Ended: at.Add(time.Minute), Trusted: true,
		Target:    steps.Target{Forest: "corp.example", Domain: strings.ToLower(long) + ".corp.example", DC: who.Host, Tenant: "contoso.onmicrosoft.com"},
		Sessions:  []steps.Session{{Began: at, Ended: at, Verb: "apply", Who: who, DC: who.Host, Program: "1.0", State: "done"}},
		Approvals: []tell.Approval{{At: at, Planned: at, Verb: "apply", How: "typed corp.example", Who: who, DC: who.Host, Digest: strings.Repeat("0a", 32), Lines: 30}},
		Objects:   []tell.Object{{Stage: "delegate", Name: deep, DC: who.Host, At: at, Before: before, After: before + ace, Added: []string{ace}}},
		Coverage:  []tell.Coverage{{Approved: at, Planned: at, Document: cov.Measured(), Places: tell.Places(cov)}},
		Told: []steps.Answer{{Run: "20261122T111844Z-3f2a", Told: steps.Told{Step: "sspr", Host: long, At: at, Object: hebrew + long, After: "enabled", Outcome: steps.ToldRefused,
			Reason: "state-unknown", Says: strings.Repeat(long+" ", 5), Ignored: long}}},
		Words: []tell.Word{{Run: "20261122T111844Z-3f2a", Attestation: steps.Attestation{Step: "sspr", Says: steps.SaysDone, By: hebrew, Note: strings.Repeat("CHG-4711/"+long+" ", 5), At: at}}},
		Undo:  tell.Undo{Left: 30, Command: "writeback undo 20261122T111844Z-3f2a --state-dir /" + strings.Repeat(long+"/", 4)}, Verify: "writeback verify",
		Settings: map[string]steps.Setting{"scope": {Value: []any{deep, deep}, From: "flag"}, "class": {Value: "user", From: "default"}},
		Journal:  tell.Journal{File: "/" + strings.Repeat(long+"/", 4) + "20261122T111844Z-3f2a.jsonl", Size: 1 << 20, SHA256: strings.Repeat("0123456789abcdef", 4), Last: strings.Repeat("f", 64)},
	}
	s := tell.Stage{ID: "delegate", Title: "Permissions in Active Directory", Before: steps.StateChange, After: steps.StateOK, Made: 30,
		Evidence: []steps.Evidence{{State: steps.EvidenceVerified, What: long, Source: "https://" + strings.ToLower(long) + ".corp.example/api/PasswordReset/OnPremisesPasswordResetPolicies", At: at}}}
	for i := range n {
		s.Findings = append(s.Findings, steps.Finding{Level: steps.LevelWarning, Code: "inheritance-blocked", Text: fmt.Sprintf("finding %d: %s does not inherit from OU=%s", i, arabic, long), Fix: "enable inheritance on CN=" + hebrew})
	}
	r.Stages = []tell.Stage{s}
	for i := range 30 {
		r.Changes = append(r.Changes, c)
		r.Journal.Lines = append(r.Journal.Lines, tell.Line{N: i + 1, At: at, Kind: steps.KindMade, Text: deep + ": " + c.Line, Trusted: true})
	}
	return r
}

// A table is kept with its headings by how high it is.
func TestPaged(t *testing.T) {
	row := func(text string) []tell.Cell { return []tell.Cell{{Text: text}, {Text: "x"}} }
	many := func(n int, text string) (all [][]tell.Cell) {
		for range n {
			all = append(all, row(text))
		}
		return all
	}
	for name, c := range map[string]struct {
		rows [][]tell.Cell
		want string
	}{
		"short":         {many(24, "x"), whole},
		"long":          {many(25, "x"), long},
		"few long ones": {many(3, strings.Repeat("x", 1000)), tall},
		"many lines":    {many(4, strings.Repeat("x\n", 8)), tall},
		"no row":        {nil, whole},
	} {
		if got := paged(tell.Table{Head: []string{"a", "b"}, Rows: c.rows}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
