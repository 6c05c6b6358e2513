package sambatest

import (
	"crypto/tls"
	"errors"
	"os"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/go-ldap/ldap/v3/gssapi"

	"writeback/internal/tier"
)

// One pair for all that is to be shown of it; it stops before this function's last lines.
func TestPair(t *testing.T) {
	tier.Takes(t, "Samba")
	var one, two *DC
	t.Run("running", func(t *testing.T) {
		one, two = NewPair(t)
		t.Run("one domain, two DCs", func(t *testing.T) { testTwoOfOneDomain(t, one, two) })
		t.Run("replication waits to be told", func(t *testing.T) { testReplication(t, one, two) })
		t.Run("one object alone", func(t *testing.T) { testOneObject(t, one, two) })
		t.Run("kerberos", func(t *testing.T) { testKerberosOf(t, two) })
		t.Run("addresses", func(t *testing.T) {
			for _, dc := range []*DC{one, two} {
				dc.listensAlone(t)
			}
		})
		t.Run("RODC", func(t *testing.T) { testJoinRODC(t, one) })
	})
	for _, dc := range []*DC{one, two} {
		if dc == nil {
			t.Fatal("no pair")
		}
		if err := tryPorts(dc.IP); err != nil {
			t.Errorf("a port of %s is still taken: %v", dc.Host, err)
		}
		if _, err := os.Stat(dc.home.dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the folder of %s is still there: %v", dc.Host, err)
		}
	}
}

func testTwoOfOneDomain(t *testing.T, one, two *DC) {
	if one.Host != "dc1.corp.example" || two.Host != "dc2.corp.example" || one.IP == two.IP {
		t.Errorf("%s on %s and %s on %s", one.Host, one.IP, two.Host, two.IP)
	}
	if a, b := one.SID(t, one.BaseDN), two.SID(t, two.BaseDN); a != b {
		t.Errorf("the domain is %s on one and %s on the other", a, b)
	}
	for _, dc := range []*DC{one, two} {
		if got := string(dc.Value(t, "", "dnsHostName")); got != dc.Host {
			t.Errorf("on %s answers %s, not %s", dc.IP, got, dc.Host)
		}
		conn, err := ldap.DialURL(dc.LDAPS, ldap.DialWithTLSConfig(one.tlsFor(dc)))
		if err != nil {
			t.Errorf("%s is not trusted with the first one's CA: %v", dc.Host, err)
			continue
		}
		_ = conn.Close() // only the handshake counts
	}
	if a, b := string(one.Value(t, one.BaseDN, "minPwdAge")), string(two.Value(t, two.BaseDN, "minPwdAge")); a != "0" || b != "0" {
		t.Errorf("minPwdAge is %s and %s", a, b)
	}
}

// tlsFor trusts dc's CA and expects the name of other.
func (dc *DC) tlsFor(other *DC) *tls.Config {
	c := dc.TLS()
	c.ServerName = other.Host
	return c
}

// A user made on either DC is on the other after a pull, with its password, and not before.
func testReplication(t *testing.T, one, two *DC) {
	ou := one.OU(t)
	two.wantAbsent(t, ou)
	two.Pull(t, one)
	for _, way := range []struct{ from, to *DC }{{one, two}, {two, one}} {
		name := Unique("ann")
		dn := way.from.AddUser(t, ou, name, "Start-1234")
		way.to.wantAbsent(t, dn)
		way.to.Pull(t, way.from)
		if a, b := way.from.SID(t, dn), way.to.SID(t, dn); a != b {
			t.Errorf("%s is %s on %s, and %s on %s", dn, a, way.from.Host, b, way.to.Host)
		}
		if _, err := way.to.BindAs(t, way.to.UPN(name), "Start-1234"); err != nil {
			t.Errorf("sign in on the other DC: %v", err)
		}
	}
}

func (dc *DC) wantAbsent(t *testing.T, dn string) {
	t.Helper()
	_, err := dc.Admin(t).Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false,
		"(objectClass=*)", []string{"1.1"}, nil))
	wantCode(t, "search "+dn+" on "+dc.Host, err, ldap.LDAPResultNoSuchObject)
}

func testOneObject(t *testing.T, one, two *DC) {
	ou := one.OU(t)
	ann := one.AddUser(t, ou, Unique("ann"), "Start-1234")
	two.Pull(t, one)
	one.SetAttribute(t, ou, "description", "new")
	one.SetAttribute(t, ann, "description", "new")
	two.PullObject(t, one, ou)
	if got := string(two.Value(t, ou, "description")); got != "new" {
		t.Errorf("the object has %q", got)
	}
	if got := two.values(t, ann, "description"); len(got) != 0 {
		t.Errorf("an object that was not asked for has %q", got)
	}
}

func (dc *DC) values(t *testing.T, dn, attribute string) []string {
	t.Helper()
	res, err := dc.Admin(t).Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false,
		"(objectClass=*)", []string{attribute}, nil))
	if err != nil || len(res.Entries) != 1 {
		t.Fatalf("read %s: %v", dn, err)
	}
	return res.Entries[0].GetAttributeValues(attribute)
}

// The second DC's own KDC gives tickets for its own LDAP service.
func testKerberosOf(t *testing.T, two *DC) {
	client, err := gssapi.NewClientFromCCache(two.CCache(t, "Administrator", two.AdminPassword), two.Krb5Conf(t))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := two.Dial(t).GSSAPIBind(client, "ldap/"+two.Host, ""); err != nil {
		t.Error(err)
	}
}

// An RODC is in the directory, and nothing of it is left on the machine.
func testJoinRODC(t *testing.T, one *DC) {
	name := one.JoinRODC(t)
	settings := "CN=NTDS Settings,CN=" + name + ",CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration," + one.BaseDN
	if got := string(one.Value(t, settings, "msDS-isRODC")); got != "TRUE" {
		t.Errorf("msDS-isRODC of %s is %q", name, got)
	}
}
