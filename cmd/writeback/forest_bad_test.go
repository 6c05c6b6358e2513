package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/internal/practice/domain"
	"writeback/internal/sambatest"
)

// What is in no domain of the forest stays an error that says so, whatever the DC refers to;
// a domain that a crossRef names and nothing else knows is told as such.
func TestDomainsThatAreNone(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	server, _ := nothingInDNS(t)
	f.env = append(f.env, dnsEnv+"="+server)
	for _, name := range []string{"CN=Ann,DC=other,DC=example", `OTHER\ann`, `other.example\ann`} {
		f.ends(exitError, []string{"no domain of this forest", f.parent.Name(), f.child.Name()}, "explain", name)
		f.ends(exitError, []string{"--connector", "no domain of this forest"}, "plan", "--connector", name)
	}
	f.parent.CrossRef("VOID", "void."+f.parent.Name())
	for _, name := range []string{"CN=Ann,DC=void," + f.parent.BaseDN(), `VOID\ann`, "ann@void." + f.parent.Name()} {
		f.ends(exitError, []string{"void." + f.parent.Name(), "could not be asked", "--config"}, "explain", name)
	}
}

// A domain that cannot be asked is told with its name and the next step. A user who is not
// there is told by the domain that was asked.
func TestChildDomainThatCannotBeAsked(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	dn, sid := f.user(f.child, "lena.orth")
	const closed = "ldaps://127.0.0.1:9"
	f.configure(f.parent.LDAPS(), closed)
	for _, name := range []string{dn, sid, `EMEA\lena.orth`, "lena.orth@" + f.child.Name(), "nobody.here@contoso.com"} {
		f.ends(exitError, []string{f.child.Name(), "could not be asked", "--config", "ldaps://HOST"}, "explain", name)
	}
	_, here := f.user(f.parent, f.parent.Account(domain.RoleUser).Name)
	nobody := here[:strings.LastIndex(here, "-")] + "-999999"
	if o := f.want(exitError, "explain", nobody); strings.Contains(o.err, f.child.Name()) {
		t.Errorf("the child was asked for a SID of the parent's:\n%s", o.err)
	}
	f.configure(f.parent.LDAPS(), f.parent.LDAPS()) // it is another domain's DC
	f.ends(exitError, []string{f.child.Name(), "is a DC of " + f.parent.Name()}, "explain", dn)
	f.configure(f.parent.LDAPS(), f.child.LDAPS())
	f.ends(exitError, []string{"no account", "did you mean lena.orth"}, "explain", `EMEA\lena.ort`)
	f.ends(exitError, []string{"CN=Nobody"}, "explain", "CN=Nobody,OU=Staff,OU=Branch,"+f.child.BaseDN())
	f.ends(exitError, []string{f.parent.BaseDN()}, "explain", "CN=Nobody,"+f.parent.BaseDN())
}

// A name that fits several users, or several domains, is ambiguous, and the answer lists them.
func TestAmbiguousAcrossDomains(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	there, _ := f.user(f.child, "lena.orth")
	here, _ := f.user(f.parent, f.parent.Account(domain.RoleUser).Name)
	m := ldap.NewModifyRequest(here, nil) // the UPN that the child's user has without it being written anywhere
	m.Replace("userPrincipalName", []string{"lena.orth@" + f.child.Name()})
	m.Replace("sAMAccountName", []string{"lena.orth"})
	if err := f.as(f.parent, domain.RoleAdmin).Modify(m); err != nil {
		t.Fatal(err)
	}
	f.ends(exitError, []string{"several", there, here}, "explain", "lena.orth@"+f.child.Name())
	f.ends(exitError, []string{"several", there, here}, "explain", "lena.orth", "--domain", f.child.Name())
	if e := f.explained("lena.orth"); e.User != here {
		t.Errorf("in the one domain that was asked for it is %s", e.User)
	}
	f.parent.CrossRef("EMEA", "twin."+f.parent.Name())
	forms := []string{"ambiguous", f.child.Name() + `\lena.orth`, "twin." + f.parent.Name() + `\lena.orth`}
	f.ends(exitError, forms, "explain", `EMEA\lena.orth`)
	f.ends(exitError, []string{"--connector", "ambiguous"}, "plan", "--connector", `EMEA\lena.orth`)
	if e := f.explained(f.child.Name() + `\lena.orth`); e.User != there {
		t.Errorf("by the DNS name it is %s", e.User)
	}
}

// Two forests whose domains have the same short name: a name that begins with it is ambiguous,
// and the DNS name is not.
func TestTwoForestsOfOneShortName(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	var dcs []*sambatest.DC
	var config strings.Builder
	config.WriteString("domains:\n")
	for _, name := range []string{"twin.one.example", "twin.two.example"} {
		dc := sambatest.New(t, sambatest.Realm(name))
		dcs = append(dcs, dc)
		dc.Connector(t)
		dc.AddUser(t, dc.OU(t), "ann", "First-1234")
		fmt.Fprintf(&config, "  - domain: %s\n    ca-cert: %s\n    ad-user: %s\n    ad-password-file: %s\n", name, dc.CAFile, dc.AdminUser, secretFile(t, dc.AdminPassword))
	}
	if err := os.WriteFile(filepath.Join(p.dir, "writeback.yaml"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, dnsEnv+"="+sambatest.ServeDNS(t, dcs...), "WRITEBACK_CONFIG=writeback.yaml")
	p.ends(exitError, []string{"ambiguous", `twin.one.example\ann`, `twin.two.example\ann`}, "explain", `TWIN\ann`)
	p.ends(exitError, []string{"several", dcs[0].BaseDN, dcs[1].BaseDN}, "explain", "ann")
	for i, name := range []string{`twin.one.example\ann`, "ann@twin.two.example"} {
		if o := p.want(exitDone, "explain", name); !strings.Contains(o.out, ","+dcs[i].BaseDN) {
			t.Errorf("%s is\n%s", name, o.out)
		}
	}
}
