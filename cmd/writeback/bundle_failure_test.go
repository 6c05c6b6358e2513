package main

import (
	"bytes"
	"crypto/tls"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/internal/authority"
	"writeback/internal/bundle"
	"writeback/internal/ldapproxy"
	"writeback/internal/practice/domain"
	"writeback/internal/test/windows"
)

// What a report is about may be that something fails: the bundle goes without it, and says so.
func TestBundleOfAFailure(t *testing.T) {
	t.Parallel()
	d, _ := practiceCompany(t)
	if err := d.Rekey(); err != nil {
		t.Fatal(err)
	}
	ca, err := authority.New("a proxy")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.Issue("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: d.LDAPS(), UpstreamTLS: &tls.Config{RootCAs: d.RootCAs()}, Certificate: cert})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	const unwilling = 53
	proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Search && bytes.Contains(m.Raw, []byte("attributeSecurityGUID")) {
			return ldapproxy.Refuse(m, unwilling, "the cellar is closed")
		}
		return ldapproxy.Pass()
	})
	p, admin := newProgram(t), d.Account(domain.RoleAdmin)
	file := filepath.Join(p.dir, "ca.pem")
	if err := os.WriteFile(file, ca.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	p.flags = append(p.flags, "--dc", proxy.LDAPS, "--ca-cert", file, "--ad-user", admin.UPN, "--only", "delegate")
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD="+admin.Password)
	o := p.want(exitDone, "bundle", "-o", "failed.zip", "--yes")
	if !strings.Contains(o.err, "the bundle goes without the plan: ") || !strings.Contains(o.err, "the cellar is closed") {
		t.Errorf("it says\n%s", o.err)
	}
	_, b := windows.OfBundle(t, filepath.Join(p.dir, "failed.zip"))
	if want := []bundle.Failure{{Part: bundle.ThePlan, Kind: "result", Result: unwilling}, {Part: bundle.TheSchemaNames, Kind: "result", Result: unwilling}}; !slices.Equal(b.Manifest.Failed, want) || len(b.Directory.Domains[0].Entries) < 30 || b.Coverage != nil {
		t.Errorf("it goes without %v, and has %d objects", b.Manifest.Failed, len(b.Directory.Domains[0].Entries))
	}
	if found, _ := foundIn(t, filepath.Join(p.dir, "failed.zip"), needles{"the cellar is closed": "text of the DC"}); len(found) > 0 {
		t.Error(found)
	}
}
