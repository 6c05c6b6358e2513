package directory_test

import (
	"strings"
	"testing"

	"writeback/adperms/directory"
	"writeback/internal/sambatest"
)

// Two forests at once, each with a connector account of its own: no connection
// takes anything of the other's for its own.
func TestTwoForests(t *testing.T) {
	corp := sambatest.Shared(t)
	fabrikam := sambatest.New(t, sambatest.Realm("fabrikam.example"))
	a, b := corp.ConnectorOn(t, "SYNC01", "corp.onmicrosoft.example"), fabrikam.ConnectorOn(t, "SYNC02", "fabrikam.onmicrosoft.example")
	for _, side := range []struct {
		dc, other     *sambatest.DC
		mine, foreign sambatest.Account
	}{{corp, fabrikam, a, b}, {fabrikam, corp, b, a}} {
		c := open(t, admin(side.dc))
		domains, err := c.Domains(t.Context())
		if err != nil || len(domains) != 1 || domains[0].DNS != domainOf(side.dc) {
			t.Errorf("%s: domains %+v, %v", side.dc.Realm, domains, err)
		}
		dcs, err := c.DCs(t.Context())
		if err != nil || len(dcs) != 1 || dcs[0].Host != side.dc.Host {
			t.Errorf("%s: DCs %+v, %v", side.dc.Realm, dcs, err)
		}
		p, err := c.Principal(t.Context(), side.mine.SID)
		if err != nil || p.DN != side.mine.DN {
			t.Errorf("%s: its connector is %+v, %v", side.dc.Realm, p, err)
		}
		_, err = c.Principal(t.Context(), side.foreign.SID)
		as[*directory.NoSuchPrincipalError](t, err)
		accounts, err := c.ConnectorAccounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range accounts {
			if !strings.HasSuffix(k.DN, ","+side.dc.BaseDN) || k.DN == side.foreign.DN {
				t.Errorf("%s: finds %s", side.dc.Realm, k.DN)
			}
		}
		_, err = c.Object(t.Context(), side.other.BaseDN)
		as[*directory.NotFoundError](t, err) // Samba; Windows may refer to what it takes for the other's name
	}
}
