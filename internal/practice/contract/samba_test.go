package contract

import (
	"strings"
	"testing"

	"writeback/internal/sambatest"
)

func TestSamba(t *testing.T) {
	dc := sambatest.New(t)
	c := dc.Connector(t)
	admin := "CN=Administrator,CN=Users," + dc.BaseDN
	Run(t, World{
		Samba: true,
		LDAPS: dc.LDAPS, CAFile: dc.CAFile, Domain: strings.ToLower(dc.Realm), BaseDN: dc.BaseDN, NetBIOS: dc.Domain,
		Admin:     Login{DN: admin, UPN: dc.AdminUser, Name: "Administrator", SID: dc.SID(t, admin), Password: dc.AdminPassword},
		Connector: Login{DN: c.DN, UPN: c.UPN, Name: c.Name, SID: c.SID, Password: c.Password},
	})
}
