package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
	"writeback/internal/practice/domain"
	"writeback/steps"
)

// family is a forest of a parent and a child, as the practice domain makes it: Samba makes no child
// domains. The connector account is the parent's.
type family struct {
	*program
	parent, child *domain.Domain
	connector     domain.Account
}

// newFamily has a configuration file with a DC for each of the two domains, and signs in to
// the parent as its administrator.
func newFamily(t *testing.T) *family { return newFamilyAt(t, "") }

// newFamilyAt has the child's DC at an address, host:port.
func newFamilyAt(t *testing.T, address string) *family {
	t.Helper()
	f := &family{program: newProgram(t)}
	start := func(o domain.Options) *domain.Domain {
		d, err := domain.Start(o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		if err := d.Rekey(); err != nil {
			t.Fatal(err)
		}
		return d
	}
	f.parent = start(domain.Options{})
	f.child = start(domain.Options{Address: address, Child: &domain.Child{Of: f.parent, Label: "emea", NetBIOS: "EMEA"}})
	f.connector = f.parent.Account(domain.RoleConnector)
	if err := f.parent.CAFile(filepath.Join(f.dir, "ca.pem")); err != nil {
		t.Fatal(err)
	}
	f.configure(f.parent.LDAPS(), f.child.LDAPS())
	f.env = append(f.env, "WRITEBACK_CONFIG=writeback.yaml", "WRITEBACK_COVERAGE=false")
	f.signInAs(f.parent, f.parent)
	return f
}

// configure writes the configuration file; "" is a domain whose DCs only DNS names.
func (f *family) configure(parent, child string) {
	f.t.Helper()
	var b strings.Builder
	b.WriteString("ca-cert: ca.pem\ndomains:\n")
	for _, d := range []struct{ name, dc string }{{f.parent.Name(), parent}, {f.child.Name(), child}} {
		fmt.Fprintf(&b, "  - domain: %s\n", d.name)
		if d.dc != "" {
			fmt.Fprintf(&b, "    dc: %s\n", d.dc)
		}
	}
	if err := os.WriteFile(filepath.Join(f.dir, "writeback.yaml"), []byte(b.String()), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// signInAs has the program begin at one domain, as an administrator of one.
func (f *family) signInAs(at, of *domain.Domain) {
	boss := of.Account(domain.RoleAdmin)
	f.flags = []string{"--state-dir", f.state, "--domain", at.Name(), "--ad-user", boss.UPN, "--only", "delegate"}
	f.env = append(f.env, "WRITEBACK_AD_PASSWORD="+boss.Password)
}

// as signs in to a DC.
func (f *family) as(d *domain.Domain, role string) *ldap.Conn {
	f.t.Helper()
	c, err := ldap.DialURL(d.LDAPS(), ldap.DialWithTLSConfig(&tls.Config{RootCAs: d.RootCAs()}))
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { c.Close() })
	a := d.Account(role)
	if err := c.Bind(a.UPN, a.Password); err != nil {
		f.t.Fatal(err)
	}
	return c
}

// Groups by their kinds (groupType, MS-ADTS 2.2.12).
const (
	localGroup        = "-2147483644"
	globalGroup       = "-2147483646"
	localDistribution = "4"
)

// group makes a group with members in the domain, and gives its DN.
func (f *family) group(d *domain.Domain, name, kind string, members ...string) string {
	f.t.Helper()
	r := ldap.NewAddRequest("CN="+name+",CN=Users,"+d.BaseDN(), nil)
	r.Attribute("objectClass", []string{"group"})
	r.Attribute("sAMAccountName", []string{name})
	r.Attribute("groupType", []string{kind})
	if len(members) > 0 {
		r.Attribute("member", members)
	}
	if err := f.as(d, domain.RoleAdmin).Add(r); err != nil {
		f.t.Fatal(err)
	}
	return r.DN
}

// user gives the DN and SID of a user.
func (f *family) user(d *domain.Domain, sam string) (dn, sid string) {
	f.t.Helper()
	res, err := f.as(d, domain.RoleAdmin).Search(ldap.NewSearchRequest(d.BaseDN(), ldap.ScopeWholeSubtree, 0, 0, 0, false, "(sAMAccountName="+sam+")", []string{"objectSid"}, nil))
	if err != nil || len(res.Entries) != 1 {
		f.t.Fatalf("%s: %v", sam, err)
	}
	return res.Entries[0].DN, sidText(f.t, res.Entries[0].GetRawAttributeValue("objectSid"))
}

func (f *family) explained(name string) steps.Explanation {
	f.t.Helper()
	return decode[steps.Explanation](f.t, f.want(exitDone, "explain", name, "--output", "json"))
}

// A user of a child domain is found by every form of name, and explained by what the
// connector account has there: before, and after it was granted.
func TestExplainsUsersOfAChildDomain(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	dn, sid := f.user(f.child, "lena.orth")
	forms := []string{dn, strings.ToLower(dn), sid, `EMEA\lena.orth`, f.child.Name() + `\lena.orth`, "lena.orth@contoso.com", "lena.orth@" + f.child.Name()}
	for _, name := range forms {
		e := f.explained(name)
		if !strings.EqualFold(e.User, dn) || e.Writable || e.Connector != f.connector.DN {
			t.Errorf("%s: %s, %t, %s", name, e.User, e.Writable, e.Connector)
		}
		if !slices.ContainsFunc(e.Facts, func(x steps.Fact) bool { return strings.Contains(x.Value, f.child.Name()) }) {
			t.Errorf("%s: no fact names the domain: %+v", name, e.Facts)
		}
	}
	f.want(exitDone, "apply", "--domain", f.parent.Name(), "--domain", f.child.Name(), "--yes")
	for _, name := range forms {
		if e := f.explained(name); !strings.EqualFold(e.User, dn) || !e.Writable {
			t.Errorf("%s, after the grant: %s, %t: %s", name, e.User, e.Writable, e.Verdict)
		}
	}
	// Those of the domain itself are found as ever.
	sam := f.parent.Account(domain.RoleUser).Name
	here, _ := f.user(f.parent, sam)
	for _, name := range []string{here, sam, f.parent.NetBIOS() + `\` + sam} {
		if e := f.explained(name); e.User != here {
			t.Errorf("%s is %s", name, e.User)
		}
	}
	// And from the child, users of the parent.
	f.signInAs(f.child, f.parent)
	f.ends(exitError, []string{"--connector", "another domain of the forest"}, "explain", here)
	f.flags = append(f.flags, "--connector", f.connector.SID)
	if e := f.explained(sam + "@" + f.parent.Name()); e.User != here || !e.Writable || e.Connector != f.connector.DN {
		t.Errorf("from the child: %s, %t, %s", e.User, e.Writable, e.Connector)
	}
}

func sidText(t *testing.T, raw []byte) string {
	t.Helper()
	sid, err := secdesc.SIDFromBytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	return sid.String()
}
