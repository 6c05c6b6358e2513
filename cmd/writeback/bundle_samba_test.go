package main

import (
	"path/filepath"
	"strings"
	"testing"

	"writeback/internal/sambatest"
	"writeback/internal/test/windows"
)

// The same of a real DC, with users in all the ways that are told apart, and names that are hard
// to write.
func TestBundleSamba(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	connector := dc.ConnectorOn(t, "sync-4711", "verysecretcompany.onmicrosoft.com")
	ou := dc.AddOU(t, dc.BaseDN, "Secret Staff, and others")
	below := dc.AddOU(t, ou, `Research#Plant "7"`)
	const password = "Bundled-Pass-2026!"
	ann := dc.AddUser(t, ou, "ann-of-secret", password)
	dc.AddUser(t, below, "ben-of-secret", password)
	cem := dc.AddUser(t, below, "cem-of-secret", password)
	dc.AddInetOrgPerson(t, ou, "dee-of-secret", password)
	outer := dc.AddGroup(t, ou, "outer-secret", dc.AddGroup(t, ou, "inner-secret", cem))
	dc.SetAttribute(t, "CN=Account Operators,CN=Builtin,"+dc.BaseDN, "member", outer)
	dc.SetAttribute(t, ann, "description", "has the key to the cellar")
	dc.SetAttribute(t, ann, "displayName", "Ann of the Secret Company")
	dc.AddACE(t, below, "(OD;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;"+dc.SID(t, outer)+")")
	p := signedIn(t, dc)
	p.flags = append(p.flags, "--only", "delegate", "--coverage")

	before, after := filepath.Join(p.dir, "before.zip"), filepath.Join(p.dir, "after.zip")
	p.want(exitDone, "bundle", "-o", before, "--yes")
	p.want(exitDone, "apply", "--yes", "--scope", ou, "--accept", "protected-in-scope="+dc.SID(t, cem))
	p.want(exitDone, "bundle", "latest", "-o", after, "--yes", "--scope", ou)

	n := needlesOf(readTrees(t, dc.Admin(t), dc.BaseDN), func(e windows.Entry) bool { return ofACompany(e, dc.BaseDN) })
	n.add("name of the domain", strings.ToLower(dc.Realm), strings.Split(dc.BaseDN, ",")[0][3:], dc.Host)
	n.add("name that was given", "sync-4711", "verysecretcompany", "verysecretcompany.onmicrosoft.com", connector.Name, "Secret Staff", "of-secret", "Secret Company", "cellar")
	n.add("secret", password, dc.AdminPassword, connector.Password)
	for _, file := range []string{before, after} {
		searched(t, file, n)
		if b := sameAgain(t, file); !b.Coverage.Domains[0].Whole {
			t.Errorf("%s has %d of %d users", file, len(b.Coverage.Domains[0].Examples), b.Coverage.Domains[0].Users)
		}
	}
}
