package sambatest

import (
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/go-ldap/ldap/v3/gssapi"
)

// Each way to a Kerberos bind over LDAPS: a ticket cache, a keytab, a password.
func TestKerberosBind(t *testing.T) {
	dc := Shared(t)
	name, password := Unique("ann"), "Start-1234"
	sid := dc.SID(t, dc.AddUser(t, dc.OU(t), name, password))
	conf := dc.Krb5Conf(t)
	for way, open := range map[string]func() (*gssapi.Client, error){
		"ticket cache": func() (*gssapi.Client, error) { return gssapi.NewClientFromCCache(dc.CCache(t, name, password), conf) },
		"keytab": func() (*gssapi.Client, error) {
			return gssapi.NewClientWithKeytab(name, dc.Realm, dc.Keytab(t, name), conf)
		},
		"password": func() (*gssapi.Client, error) { return gssapi.NewClientWithPassword(name, dc.Realm, password, conf) },
	} {
		t.Run(way, func(t *testing.T) {
			client, err := open()
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			conn := dc.Dial(t)
			if err := conn.GSSAPIBind(client, "ldap/"+dc.Host, ""); err != nil {
				t.Fatal(err)
			}
			if got := boundAs(t, conn); got != sid {
				t.Errorf("bound as %s, want %s", got, sid)
			}
		})
	}
}

// boundAs returns the SID of the connection's user: the first of the rootDSE's tokenGroups (Samba knows no "Who am I?", RFC 4532).
func boundAs(t *testing.T, conn *ldap.Conn) string {
	t.Helper()
	res, err := conn.Search(ldap.NewSearchRequest("", ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false,
		"(objectClass=*)", []string{"tokenGroups"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	sids := res.Entries[0].GetRawAttributeValues("tokenGroups")
	if len(sids) == 0 {
		t.Fatal("no tokenGroups in the rootDSE")
	}
	sid, err := formatSID(sids[0])
	if err != nil {
		t.Fatal(err)
	}
	return sid
}

// A simple bind is let in over StartTLS, and refused before it (MS-ADTS 5.1.1.1.1; result code 8).
func TestStartTLS(t *testing.T) {
	dc := Shared(t)
	conn, err := ldap.DialURL(dc.LDAP)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	wantCode(t, "simple bind without TLS", conn.Bind(dc.AdminUser, dc.AdminPassword), ldap.LDAPResultStrongAuthRequired)
	if err := conn.StartTLS(dc.TLS()); err != nil {
		t.Fatal(err)
	}
	if err := conn.Bind(dc.AdminUser, dc.AdminPassword); err != nil {
		t.Error(err)
	}
}
