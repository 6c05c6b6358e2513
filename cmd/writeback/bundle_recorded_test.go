package main

import (
	"path/filepath"
	"strings"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/internal/test/windows"
	"writeback/internal/tier"
)

// The same of the recorded Windows domain: descriptors, groups and containers as Windows made them.
func TestBundleWindowsDomain(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	d, p := windowsDomain(t)
	windowsPeople(t, d)
	p.flags = append(p.flags, "--only", "delegate")
	file := filepath.Join(p.dir, "windows.zip")
	p.want(exitDone, "bundle", "-o", file, "--yes")
	n := needlesOf(readAll(t, d), func(e windows.Entry) bool { return ofACompany(e, d.BaseDN()) })
	n.add("name of the domain", d.Name(), d.NetBIOS(), "windomain", "dc.windomain.local", "wef", "windomain.onmicrosoft.com")
	n.add("password", windowsPassword, "Recorded-User-2021")
	for _, word := range []string{"Class", "Servers"} { // OUs that are called like a kind of the schema, and like a container of every forest
		delete(n, word)
	}
	searched(t, file, n)
	if b := sameAgain(t, file); !b.Coverage.Domains[0].Whole || len(b.Plan.Steps[0].Changes) != 3 {
		t.Errorf("it has %+v", b.Plan)
	}
}

// ofACompany says that an object of a domain is none that every domain has by the same name.
func ofACompany(e windows.Entry, root string) bool {
	if !strings.HasSuffix(strings.ToLower(e.DN), strings.ToLower(root)) || strings.Contains(e.DN, "CN=Configuration,") || e.One("isCriticalSystemObject") == "TRUE" {
		return false
	}
	if sid, err := secdesc.SIDFromBytes([]byte(e.One("objectSid"))); err == nil {
		return sid.Domain().IsAccountDomain() && sid.RID() >= 1000 && !strings.HasPrefix(e.One("sAMAccountName"), "Dns")
	}
	return strings.HasPrefix(e.DN, "OU=")
}
