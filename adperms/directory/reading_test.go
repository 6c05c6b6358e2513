package directory_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// all asks for what a plan does of a domain, and gives what it was told.
func all(t *testing.T, ctx context.Context, c *directory.Conn) (out []any) {
	t.Helper()
	who, err := c.Who(ctx)
	fine := func(what any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, what)
	}
	fine(who.Name, err)
	schema, err := c.SchemaGUIDs(ctx)
	fine(len(schema), err)
	if err := adperms.CompareSchema(schema); err != nil {
		t.Error(err)
	}
	domains, err := c.Domains(ctx)
	fine(len(domains), err)
	list, err := c.ListObjectMode(ctx)
	fine(list, err)
	policy, err := c.DomainPolicy(ctx)
	fine(policy.MinLength, err)
	root, err := c.Object(ctx, c.Root().DefaultNC)
	fine(root.GUID, err)
	settings, err := c.PasswordSettings(ctx)
	fine(len(settings), err)
	connectors, err := c.ConnectorAccounts(ctx)
	fine(len(connectors), err)
	return out
}

// A reading tells what separate questions do, and asks a third as often. A DC that does not
// take the control by which the schema comes along, whatever it says, is asked without.
func TestOneReading(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	proxy.Reset()
	want := all(t, t.Context(), c)
	apart := proxy.Count(ldapproxy.Search)
	for _, refuses := range []bool{false, true} {
		proxy.Reset()
		proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
			if refuses && bytes.Contains(m.Raw, []byte("1.2.840.113556.1.4.1340")) {
				return ldapproxy.Refuse(m, ldap.LDAPResultUnavailableCriticalExtension, "")
			}
			return ldapproxy.Pass()
		})
		ctx := directory.OneReading(t.Context(), directory.Reading{Connectors: true})
		got := all(t, ctx, c)
		once := proxy.Count(ldapproxy.Search)
		all(t, ctx, c)
		if again := proxy.Count(ldapproxy.Search); again != once && !refuses {
			t.Errorf("asked for the same again: %d searches, %d before", again, once)
		}
		if len(got) != len(want) {
			t.Fatalf("%v, want %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("refuses %v: in one reading %v, apart %v", refuses, got[i], want[i])
			}
		}
		if once*2 > apart || once < 3 {
			t.Errorf("refuses %v: %d searches, apart it takes %d", refuses, once, apart)
		}
	}
}

// A computer that is asked about by name is no connector account, whatever it is called.
func TestReadingTakesNoComputerForAConnector(t *testing.T) {
	dc := sambatest.Shared(t)
	mine := dc.Connector(t)
	name := sambatest.Unique("MSOL_")[:14] + "$"
	dc.Add(t, "CN="+name+",CN=Computers,"+dc.BaseDN, sambatest.Attrs{"objectClass": {"computer"}, "sAMAccountName": {name}, "userAccountControl": {"4096"}})
	ctx := directory.OneReading(t.Context(), directory.Reading{Connectors: true, Names: []string{name}})
	c := open(t, admin(dc))
	if _, err := c.Who(ctx); err != nil {
		t.Fatal(err)
	}
	found, err := c.ConnectorAccounts(ctx)
	if err != nil || len(found) == 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	seen := false
	for _, k := range found {
		seen = seen || k.DN == mine.DN
		if k.SAM == name {
			t.Errorf("%s is taken for a connector account", k.DN)
		}
	}
	if p, err := c.Principal(ctx, name); !seen || err != nil || p.SAM != name {
		t.Errorf("%+v, %v; the connector account is there: %v", p, err, seen)
	}
}
