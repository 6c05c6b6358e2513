package directory_test

import (
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// nested puts a user into a group in a group in a group and returns it with the
// SIDs of the groups.
func nested(t *testing.T, dc *sambatest.DC) (name, dn string, groups []secdesc.SID) {
	t.Helper()
	ou := dc.OU(t)
	name = sambatest.Unique("deep")
	dn = dc.AddUser(t, ou, name, userPassword)
	member := dn
	for range 3 {
		member = dc.AddGroup(t, ou, sambatest.Unique("grp"), member)
		groups = append(groups, secdesc.MustSID(dc.SID(t, member)))
	}
	return name, dn, groups
}

// What Token computes about an account must be what the DC gives that account
// when it signs in: the DC's own answer is the judge.
func TestTokenIsTheDCs(t *testing.T) {
	dc := sambatest.Shared(t)
	name, dn, groups := nested(t, dc)
	token, err := open(t, admin(dc)).Token(t.Context(), dn)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		if !token.Has(g) {
			t.Errorf("the nested group %s is missing", g)
		}
	}
	self, err := open(t, user(dc, name)).Who(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if self.DN != dn || self.SID.String() != dc.SID(t, dn) || !strings.HasSuffix(self.Name, `\`+name) {
		t.Errorf("who: %+v", self)
	}
	compareTokens(t, token, self.Token())
}

// An administrator's token, with the groups that ship with a domain.
func TestAdministratorsToken(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	self, err := c.Who(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, err := c.Token(t.Context(), self.DN)
	if err != nil {
		t.Fatal(err)
	}
	compareTokens(t, token, self.Token())
}

func compareTokens(t *testing.T, computed, dcs adperms.Token) {
	t.Helper()
	thisOrganization := secdesc.MustSID("S-1-5-15")
	for s := range dcs {
		if !computed.Has(s) {
			t.Errorf("the DC's token has %s, the computed one does not", s)
		}
	}
	for s := range computed {
		// Samba adds This Organization to Kerberos sessions only, Windows to all.
		if !dcs.Has(s) && s != thisOrganization {
			t.Errorf("the computed token has %s, the DC's does not", s)
		}
	}
}

// Where tokenGroups is not shown, the groups are found by the member attribute.
func TestTokenWithoutTokenGroups(t *testing.T) {
	dc := sambatest.Shared(t)
	_, dn, _ := nested(t, dc)
	full, err := open(t, admin(dc)).Token(t.Context(), dn)
	if err != nil {
		t.Fatal(err)
	}
	proxy, o := proxied(t, dc)
	proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
		e.Set("tokenGroups")
		return true
	}))
	fallback, err := open(t, o).Token(t.Context(), dn)
	if err != nil {
		t.Fatal(err)
	}
	compareTokens(t, fallback, full)
}

func TestTokenOfNoAccount(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	_, err := c.Token(t.Context(), dc.OU(t))
	as[*directory.NoSuchPrincipalError](t, err)
	_, err = c.Token(t.Context(), "CN=nobody,"+dc.BaseDN)
	as[*directory.NotFoundError](t, err)
}

// The groups of Authenticated Users and the like are asked for once.
func TestTokenIsFrugal(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	who, err := c.Who(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		before := c.Ops()["search"]
		if _, err := c.Token(t.Context(), who.DN); err != nil {
			t.Fatal(err)
		}
		if n := c.Ops()["search"] - before; n != 1 {
			t.Errorf("%d searches", n)
		}
	}
}
