package contract

import (
	"testing"

	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
)

// What the forest's configuration says of DCs and domains, to administrators and
// to everybody else.

func dcs(t *testing.T, b *bench) {
	agent, err := secdesc.GUIDFromBytes(b.read(b.admin, b.settingsOfDC(), "objectGUID").GetRawAttributeValue("objectGUID"))
	if err != nil {
		t.Fatal(err)
	}
	root := b.hands().Root()
	want := directory.DCInfo{
		Host: root.DNSHostName, Name: "DC1", Site: "Default-First-Site-Name", DN: root.ServerName,
		Account: "CN=DC1,OU=Domain Controllers," + b.BaseDN, DSA: agent, GlobalCatalog: true, Connected: true,
	}
	ann := b.user(b.ou, "user")
	for _, who := range []Login{b.Admin, ann} {
		c := b.open(who.UPN, who.Password)
		before := c.Ops()["search"]
		got, err := c.DCs(t.Context())
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("as %s\ngot  %+v, %v\nwant %+v alone", who.Name, got, err, want)
		}
		if n := c.Ops()["search"] - before; n != 1 {
			t.Errorf("%d searches", n)
		}
	}
}

// settingsOfDC is the DN of the nTDSDSA object.
func (b *bench) settingsOfDC() string {
	return b.read(b.admin, "", "dsServiceName").GetAttributeValue("dsServiceName")
}

func domains(t *testing.T, b *bench) {
	want := directory.DomainInfo{DNS: b.Domain, DN: b.BaseDN, NetBIOS: b.NetBIOS, ForestRoot: true, Connected: true}
	ann := b.user(b.ou, "user")
	for _, who := range []Login{b.Admin, ann} {
		c := b.open(who.UPN, who.Password)
		before := c.Ops()["search"]
		got, err := c.Domains(t.Context())
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("as %s\ngot  %+v, %v\nwant %+v alone", who.Name, got, err, want)
		}
		if n := c.Ops()["search"] - before; n != 1 {
			t.Errorf("%d searches", n)
		}
	}
}
