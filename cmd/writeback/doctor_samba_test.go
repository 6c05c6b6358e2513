package main

import (
	"crypto/x509"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/practice/tenant"
	"writeback/internal/sambatest"
	"writeback/steps/checks"
	"writeback/wizard/tell"
)

// A real DC, broken in one way after the other, each seen by its check alone.
func TestDoctorSamba(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t, sambatest.Certificate(func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(1, 0, 0) }))
	dc.SetAttribute(t, dc.BaseDN, "minPwdAge", "0")
	p := signedIn(t, dc)
	missing := checkup(p, exitChanges)
	is(t, missing, "connector-account", "error", "connector-missing")
	is(t, missing, "connector-state", "not-checked")
	is(t, missing, "delegated-rights", "not-checked")

	connector := dc.Connector(t)
	dc.SetAttribute(t, connector.DN, "userAccountControl", "66048") // its password does not expire
	bare := checkup(p, exitChanges)
	is(t, bare, "delegated-rights", "warning", "rights-missing")
	p.want(exitDone, "apply", "--yes")

	sound := func(when string) {
		t.Helper()
		c := checkup(p, exitChanges)
		// Samba 4.17 is of level 2008 R2, and does not name the policy hints among its controls.
		is(t, c, "dc-version", "warning", "dc-version")
		is(t, c, "ldap-controls", "warning", "policy-hints")
		is(t, c, "channel-binding", "not-checked")
		for _, x := range c.Checks {
			known := slices.Contains([]string{"dc-version", "ldap-controls", "channel-binding", "outbound"}, x.Code)
			cloud := x.State == "not-checked" && strings.Contains(x.Text, "--auth") || strings.Contains(x.Text, "--sync-server")
			if !known && !cloud && x.State != "ok" {
				t.Errorf("%s: %s is %s: %s %+v", when, x.Code, x.State, x.Text, x.Findings)
			}
		}
	}
	sound("at first")
	for _, c := range breakages(t, dc, connector) {
		mend := c.broke()
		got := checkup(p, exitChanges)
		is(t, got, c.check, c.state, c.findings...)
		mend()
	}
	sound("after all")
}

// breakage is one thing that is broken, how it is mended, and what is said.
type breakage struct {
	check    string
	broke    func() (mend func())
	state    string
	findings []string
}

func breakages(t *testing.T, dc *sambatest.DC, connector sambatest.Account) []breakage {
	set := func(dn, name, broken, sound string) func() func() {
		return func() func() {
			dc.SetAttribute(t, dn, name, broken)
			return func() { dc.SetAttribute(t, dn, name, sound) }
		}
	}
	member := func(group string) func() func() {
		return func() func() {
			changed(t, dc, group, func(m *ldap.ModifyRequest) { m.Add("member", []string{connector.DN}) })
			return func() {
				changed(t, dc, group, func(m *ldap.ModifyRequest) { m.Delete("member", []string{connector.DN}) })
			}
		}
	}
	authenticated := "CN=S-1-5-11,CN=ForeignSecurityPrincipals," + dc.BaseDN
	samServer := "CN=Server,CN=System," + dc.BaseDN
	preWindows := "CN=Pre-Windows 2000 Compatible Access,CN=Builtin," + dc.BaseDN
	return []breakage{
		{"password-policy", set(dc.BaseDN, "minPwdAge", "-864000000000", "0"), "ok", []string{"min-password-age"}},
		{"connector-privileges", member("CN=Domain Admins,CN=Users," + dc.BaseDN), "warning", []string{"connector-too-powerful"}},
		{"connector-state", set(connector.DN, "userAccountControl", "66050", "66048"), "error", []string{"connector-disabled"}},
		{"connector-state", set(connector.DN, "accountExpires", "132000000000000000", "0"), "error", []string{"connector-expired"}},
		{"connector-state", set(connector.DN, "pwdLastSet", "0", "-1"), "error", []string{"connector-must-change"}},
		{"unexpire-right", func() func() {
			before := dc.Descriptor(t, dc.BaseDN)
			dc.SetDACL(t, dc.BaseDN, withoutUnexpire(t, before))
			return func() { dc.SetDACL(t, dc.BaseDN, before) }
		}, "warning", []string{"unexpire-missing"}},
		{"sam-access", func() func() {
			before := dc.Descriptor(t, samServer)
			dc.SetDACL(t, samServer, onlyPreWindows(t))
			changed(t, dc, preWindows, func(m *ldap.ModifyRequest) { m.Delete("member", []string{authenticated}) })
			return func() {
				changed(t, dc, preWindows, func(m *ldap.ModifyRequest) { m.Add("member", []string{authenticated}) })
				dc.SetDACL(t, samServer, before)
			}
		}, "warning", []string{"sam-access"}},
	}
}

// withoutUnexpire is a descriptor without any ACE for Unexpire Password.
func withoutUnexpire(t *testing.T, raw []byte) []byte {
	t.Helper()
	d, err := secdesc.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	d = d.Clone()
	d.DACL.ACEs = slices.DeleteFunc(d.DACL.ACEs, func(a secdesc.ACE) bool { return a.ObjectType == adperms.UnexpirePassword.Type })
	return marshal(t, d)
}

// onlyPreWindows lets nobody read but administrators and one group.
func onlyPreWindows(t *testing.T) []byte {
	t.Helper()
	d, err := secdesc.ParseSDDL("D:P(A;;GA;;;BA)(A;;RPLCRC;;;S-1-5-32-554)", secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	return marshal(t, d)
}

func marshal(t *testing.T, d *secdesc.Descriptor) []byte {
	t.Helper()
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func changed(t *testing.T, dc *sambatest.DC, dn string, what func(*ldap.ModifyRequest)) {
	t.Helper()
	m := ldap.NewModifyRequest(dn, nil)
	what(m)
	if err := dc.Admin(t).Modify(m); err != nil {
		t.Fatalf("change %s: %v", dn, err)
	}
}

// Two accounts are a finding, and all of them are looked at.
func TestDoctorTwoConnectors(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	dc.ConnectorOn(t, "OLDSYNC", "corp.onmicrosoft.example")
	second := dc.Connector(t)
	p := signedIn(t, dc)
	c := checkup(p, exitChanges)
	is(t, c, "connector-account", "warning", "several-connectors")
	is(t, c, "delegated-rights", "not-checked")
	if x := checkOf(t, c, "connector-state"); !strings.Contains(x.Text, second.Name) || strings.Count(x.Text, "enabled") != 2 {
		t.Errorf("%s", x.Text)
	}
	named := checkup(p, exitChanges, "--connector", second.Name)
	is(t, named, "connector-account", "ok")
	is(t, named, "delegated-rights", "warning", "rights-missing")
	is(t, checkup(p, exitChanges, "--connector", "svc-gone"), "connector-account", "error", "connector-missing")
	// The certificate of this DC is a day old at most, and ends within a day.
	is(t, named, "dc-certificate", "warning", "certificate-expiring")
}

// A DC that takes anything, and who may do nothing.
func TestDoctorLowAndLax(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t, sambatest.Setting("ldap server require strong auth", "no"))
	connector := dc.Connector(t)
	low := sambatest.Unique("low")
	dc.AddUser(t, dc.OU(t), low, "Start-1234")
	p := signedIn(t, dc)
	c := checkup(p, exitChanges)
	is(t, c, "ldap-signing", "ok", "signing-not-required")
	is(t, c, "operator-rights", "ok")
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD=Start-1234")
	c = checkup(p, exitChanges, "--ad-user", dc.UPN(low))
	is(t, c, "operator-rights", "warning", "no-right-to-write")
	is(t, c, "fine-grained-policies", "ok")
	if x := checkOf(t, c, "connector-state"); !strings.Contains(x.Text, connector.Name) {
		t.Errorf("%+v", x)
	}
	p.want(exitSignIn, "doctor", "--ad-user", "nobody@"+domainOf(dc))
}

// Two domains of two forests, and one that is not there.
func TestDoctorSeveralDomains(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	other := sambatest.New(t, sambatest.Realm("other.example"))
	here, there := dc.Connector(t), other.Connector(t)
	p := newProgram(t)
	p.env = append(p.env, "WRITEBACK_CONFIG=writeback.yaml")
	write(t, filepath.Join(p.dir, "writeback.yaml"), []byte(fmt.Sprintf(`domains:
  - {domain: %s, dc: %q, ca-cert: %q, ad-user: %q, ad-password-file: %q}
  - {domain: %s, dc: %q, ca-cert: %q, ad-user: %q, ad-password-file: %q}
  - {domain: gone.example, dc: "ldaps://127.0.0.1:9"}
`, domainOf(dc), dc.LDAPS, dc.CAFile, dc.AdminUser, secretFile(t, dc.AdminPassword),
		domainOf(other), other.LDAPS, other.CAFile, other.AdminUser, secretFile(t, other.AdminPassword))))
	c := checkup(p, exitChanges)
	for domain, account := range map[string]string{domainOf(dc): here.DN, domainOf(other): there.DN} {
		i := slices.IndexFunc(c.Checks, func(x tell.CheckupCheck) bool { return x.Domain == domain && x.Code == "connector-account" })
		if i < 0 || !strings.Contains(c.Checks[i].Text, account) {
			t.Errorf("%s is not looked at in %s: %+v", account, domain, c.Checks)
		}
	}
	for _, x := range c.Checks {
		if x.Domain == "gone.example" && (x.State != "not-checked" || !strings.Contains(x.Text, "127.0.0.1:9")) || x.Domain == "" {
			t.Errorf("%+v", x)
		}
	}
	if n := len(c.Checks); n != len(checks.All)+2*17 {
		t.Errorf("%d checks", n)
	}
	if o := p.want(exitDone, "doctor", "--check", "tls-version,connector-account"); strings.Count(o.out, "Domain ") != 3 {
		t.Errorf("%s", o.out)
	}
}

// With a tenant and a sync server; then without the one and the other.
func TestDoctorCloud(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	c := checkup(b.program, exitChanges)
	is(t, c, "tenant-licence", "ok")
	is(t, c, "tenant-roles", "ok")
	is(t, c, "writeback-feature", "warning", "writeback-off")
	is(t, c, "sspr-feature", "warning", "sspr-off")
	if n := len(b.shell.asked()); n != 1 {
		t.Errorf("the sync server was asked %d times", n)
	}
	if c.Target.Tenant == "" {
		t.Errorf("%+v", c.Target)
	}
	for _, secret := range b.secret {
		if o := b.run("doctor"); strings.Contains(o.out+o.err, secret) {
			t.Error("a token is shown")
		}
	}
	b.tenant.Change(func(o *tenant.Options) { o.SKUs = []tenant.SKU{} })
	is(t, checkup(b.program, exitChanges, "--check", "tenant-licence"), "tenant-licence", "warning", "licence-missing")
	b.giveTokens("broken", "")
	c = checkup(b.program, exitChanges)
	for _, code := range []string{"tenant-sync", "tenant-licence", "tenant-roles", "writeback-feature", "sync-version"} {
		is(t, c, code, "not-checked")
	}
	is(t, c, "tls-version", "ok")
}
