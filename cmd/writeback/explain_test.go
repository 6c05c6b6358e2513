package main

import (
	"slices"
	"strings"
	"testing"

	"writeback/internal/sambatest"
	"writeback/internal/tier"
	"writeback/steps"
)

// One user of the practice domain for each thing that decides, in text and JSON,
// by each way of naming a user. Three of the fourteen in the quick tier, all from
// .ci/test on.
func TestExplainOnPractice(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	legal := "CN=Alma Strand,OU=Legal,OU=People,OU=Contoso,DC=corp,DC=contoso,DC=com"
	all := []struct {
		user  string
		codes []string
		text  []string
	}{
		{legal, []string{"inheritance-blocked"}, []string{"OU=Legal", "This password cannot be written back: inheritance-blocked."}},
		{"alma.strand@contoso.com", []string{"inheritance-blocked"}, []string{legal}},
		{"CONTOSO\\alma.strand", []string{"inheritance-blocked"}, []string{legal}},
		{"krbtgt", []string{"not-a-user"}, []string{"built-in account krbtgt"}},
		{"Guest", []string{"not-a-user"}, []string{"anyone without an account can use it", "do not count it"}},
		{"SYNC01$", []string{"not-a-user"}, []string{"the account of a computer", "do not count it"}},
		{"FABRIKAM$", []string{"not-a-user"}, []string{"the account of a trust", "do not count it"}},
		{"MSOL_4f0c9d2a7b31", []string{"connector-itself"}, []string{"This password cannot be written back: connector-itself.", "it is the connector account itself", "do not count it"}},
		{"adm-maren", []string{"protected-account"}, []string{"Domain Admins", "Administrator passwords", "at least 15 characters"}},
		{"anika.olsen", []string{"denied-by-ace", "not-granted"}, []string{"Deny CONTOSO\\Restricted Accounts", "set on OU=Payroll",
			"the connector account is in CONTOSO\\Automation Accounts, which is in CONTOSO\\Restricted Accounts"}},
		{"jana.fischer", []string{"class-not-covered"}, []string{"--class user,inetOrgPerson"}},
		{"kenji.rahman", []string{"orphaned-admincount"}, nil},
		{"lea.madsen", []string{"authority-in-cloud"}, []string{"isCloudManaged of onPremisesSyncBehavior is true", "no: its source of authority is the cloud"}},
		{"lars.lund", []string{"not-granted", "sspr-off"}, []string{"Once the plan is applied, the connector account has every right that it takes. The tenant stands in the way: sspr-off.", "licensed: yes"}},
	}
	for _, i := range (tier.Share{Quick: 3, Test: tier.All, Run: tier.All}).Of(t, len(all)) {
		c := all[i]
		t.Run(c.user, func(t *testing.T) {
			o := p.want(exitDone, "explain", c.user)
			for _, part := range c.text {
				if !strings.Contains(o.out, part) {
					t.Errorf("%q is not in\n%s", part, o.out)
				}
			}
			e := decode[steps.Explanation](t, p.want(exitDone, "explain", c.user, "--output", "json"))
			if e.Writable || e.FormatVersion != 1 || len(e.Rights) != 3 || e.Verdict == "" {
				t.Errorf("%+v", e)
			}
			for _, code := range c.codes {
				if !slices.ContainsFunc(e.Reasons, func(w steps.Why) bool { return w.Code == code && w.Text != "" }) {
					t.Errorf("no %s in %+v", code, e.Reasons)
				}
			}
		})
	}
	p.ends(exitError, []string{"did you mean", "lars.lund"}, "explain", "lars.")
	p.ends(exitUsage, []string{"user"}, "explain")

	p.want(exitManual, "apply", "--yes")
	if o := p.want(exitDone, "explain", "lars.lund"); !strings.HasPrefix(o.out, "The connector account has every right that this password takes. The tenant stands in the way: sspr-off.\n") {
		t.Errorf("the manual step that is left is not in the way: %s", o.out)
	}
	p.want(exitDone, "apply", "--yes", "--allow-undocumented-api")
	o := p.want(exitDone, "explain", "lars.lund")
	for _, part := range []string{"Reset password: granted", "set on DC=corp,DC=contoso,DC=com", "This password can be written back"} {
		if !strings.Contains(o.out, part) {
			t.Errorf("%q is not in\n%s", part, o.out)
		}
	}
}

// A call that looks at nothing is no verdict, and an undo that nobody approved took
// nothing back.
func TestNothingIsSaidOfNothing(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	for _, args := range [][]string{{"--sync", "none", "--only", "writeback"}, {"--skip", "delegate,writeback,sspr"}} {
		o := p.want(exitUsage, append([]string{"verify"}, args...)...)
		contains(t, o.out, "Nothing was looked at")
		if strings.Contains(o.out, "as it should be") {
			t.Errorf("it says that all is well:\n%s", o.out)
		}
		if v := decode[steps.Verification](t, p.want(exitUsage, append([]string{"verify", "--output", "json"}, args...)...)); v.OK {
			t.Errorf("%q: ok", args)
		}
		contains(t, p.want(exitDone, append([]string{"plan"}, args...)...).out, "Nothing was looked at")
	}
	p.want(exitDone, "apply", "--yes", "--only", "delegate")
	o := p.ends(exitUsage, []string{"nobody can be asked", "--yes"}, "undo")
	if strings.Contains(o.out, "again") || !strings.Contains(o.out, "Nothing was taken back") {
		t.Errorf("undo without a terminal says\n%s", o.out)
	}
}

// What decides comes from where it was set, on a real domain, too; what nobody
// above passes on any more is told as left over; a name in another spelling, with
// control characters in it, cannot act on the terminal.
func TestExplainOnSamba(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	connector := dc.Connector(t)
	ou := dc.OU(t)
	user := dc.AddUser(t, ou, sambatest.Unique("ann"), "First-1234")
	dc.SetAttribute(t, user, "displayName", "Ann \x1b[31mRed")
	p := signedIn(t, dc)
	dc.AddACE(t, ou, "(OD;CI;CR;00299570-246d-11d0-a768-00aa006e0529;;"+connector.SID+")")
	e := decode[steps.Explanation](t, p.want(exitDone, "explain", user, "--output", "json"))
	if r := e.Rights[0]; r.Granted || r.From != ou || !strings.HasPrefix(r.DeniedBy, "(OD;") || e.Connector != connector.DN {
		t.Errorf("%+v", e)
	}
	if o := p.want(exitDone, "explain", user); strings.Contains(o.out, "\x1b") || !strings.Contains(o.out, "Red") {
		t.Errorf("the name acts on the terminal: %q", o.out)
	}
}
