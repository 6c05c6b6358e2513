package directory_test

import (
	"slices"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
)

// Who is in a protected group and does not show a SID is not left out in silence.
func TestGuardedWithoutASID(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	user := dc.AddUser(t, ou, sambatest.Unique("user"), userPassword)
	group := dc.AddGroup(t, ou, sambatest.Unique("nested"), user)
	operators := "CN=Account Operators,CN=Builtin," + dc.BaseDN
	dc.SetAttribute(t, operators, "member", group)
	t.Cleanup(func() { dc.SetAttribute(t, operators, "member") })
	domain := secdesc.MustSID(dc.SID(t, dc.BaseDN))

	proxy, o := proxied(t, dc)
	c := open(t, o)
	told, err := c.Guarded(t.Context(), domain, []string{ou})
	if err != nil || len(told.Accounts) != 1 || told.Accounts[0].DN != user || len(told.Unseen) != 0 {
		t.Fatalf("where all is shown: %+v, %v", told, err)
	}
	for _, dn := range []string{user, group} {
		proxy.After(ldapproxy.Rewrite(func(_ *ldapproxy.Message, e *ldapproxy.Entry) bool {
			if e.DN == dn {
				e.Set("objectSid")
			}
			return e.DN == dn
		}))
		told, err := c.Guarded(t.Context(), domain, []string{ou})
		if err != nil || !slices.Equal(told.Unseen, []string{"the SID of " + dn + " is not shown"}) {
			t.Errorf("%s: %q, %v", dn, told.Unseen, err)
		}
	}
}
