package directory_test

import (
	"cmp"
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

func TestConnectorAccounts(t *testing.T) {
	dc := sambatest.New(t) // a domain where the only accounts are these
	c := open(t, admin(dc))
	none, err := c.ConnectorAccounts(t.Context())
	if err != nil || len(none) != 0 {
		t.Fatalf("at first: %+v, %v", none, err)
	}
	account := dc.ConnectorOn(t, "sync1.corp.example", "contoso.onmicrosoft.com")
	one, err := c.ConnectorAccounts(t.Context())
	if err != nil || len(one) != 1 {
		t.Fatalf("then: %+v, %v", one, err)
	}
	if k := one[0]; k.DN != account.DN || k.Product != adperms.EntraConnect || k.Host != "sync1.corp.example" ||
		k.Tenant != "contoso.onmicrosoft.com" || k.Installation == "" || k.Class != "user" {
		t.Errorf("%+v", k)
	}

	ou := dc.OU(t)
	renamed := dc.AddUser(t, ou, "svc-sync", userPassword)
	dc.SetAttribute(t, renamed, "description", "Account created by Microsoft Azure Active Directory Connect with installation identifier "+
		"0123456789abcdef0123456789abcdef running on computer OLDSYNC configured to synchronize to tenant old.example. This account must have directory replication permissions.")
	dc.AddUser(t, ou, "svc-other", userPassword)
	gmsa := dc.Add(t, "CN=provAgentgMSA,CN=Managed Service Accounts,"+dc.BaseDN, sambatest.Attrs{
		"objectClass":                  {"msDS-GroupManagedServiceAccount"},
		"sAMAccountName":               {"pGMSA_0a1b2c3d$"},
		"msDS-ManagedPasswordInterval": {"30"},
		"userAccountControl":           {"4096"},
	})
	before := c.Ops()["search"]
	all, err := c.ConnectorAccounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := c.Ops()["search"] - before; n != 1 {
		t.Errorf("%d searches", n)
	}
	slices.SortFunc(all, func(a, b adperms.Connector) int { return cmp.Compare(a.SAM, b.SAM) })
	var got []string
	for _, k := range all {
		got = append(got, string(k.Product)+" "+k.DN+" "+k.Host+" "+k.Tenant)
	}
	want := []string{
		"connect " + account.DN + " sync1.corp.example contoso.onmicrosoft.com",
		"cloud " + gmsa + "  ",
		"connect " + renamed + " OLDSYNC old.example",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	p, err := c.Principal(t.Context(), "pGMSA_0a1b2c3d$")
	if err != nil || p.DN != gmsa || p.Class != "msDS-GroupManagedServiceAccount" {
		t.Errorf("the gMSA by name: %+v, %v", p, err)
	}
}

// AD takes MSÖL_x for MSOL_*: whoever may name an account does not keep the others from
// being found.
func TestLookalikeOfAConnector(t *testing.T) {
	dc := sambatest.Shared(t)
	mine, lookalike := dc.Connector(t), dc.Connector(t)
	proxy, o := proxied(t, dc)
	c := open(t, o)
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if e.DN != lookalike.DN {
			return false
		}
		e.Set("sAMAccountName", "MSÖL_x")
		e.Set("description")
		return true
	}))
	all, err := c.ConnectorAccounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := func(dn string) bool {
		return slices.ContainsFunc(all, func(k adperms.Connector) bool { return k.DN == dn })
	}
	if !found(mine.DN) || found(lookalike.DN) {
		t.Errorf("%+v", all)
	}
}
