package directory_test

import (
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

func TestNames(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	ann, helpdesk := sambatest.Unique("ann"), sambatest.Unique("desk")
	annSID := secdesc.MustSID(dc.SID(t, dc.AddUser(t, ou, ann, userPassword)))
	deskSID := secdesc.MustSID(dc.SID(t, dc.AddGroup(t, ou, helpdesk)))
	stranger := secdesc.MustSID("S-1-5-21-1-2-3-1104")
	admins := secdesc.MustSID("S-1-5-32-544")
	before := c.Ops()["search"]
	names, err := c.Names(t.Context(), []secdesc.SID{annSID, deskSID, stranger, admins, adperms.AuthenticatedUsers, annSID})
	if err != nil {
		t.Fatal(err)
	}
	if n := c.Ops()["search"] - before; n != 2 { // the names, and once the domain's NetBIOS name
		t.Errorf("%d searches", n)
	}
	for sid, want := range map[secdesc.SID]string{
		annSID: dc.Domain + `\` + ann, deskSID: dc.Domain + `\` + helpdesk, stranger: stranger.String(),
		admins: `BUILTIN\Administrators`, adperms.AuthenticatedUsers: `NT AUTHORITY\Authenticated Users`,
	} {
		if names[sid] != want {
			t.Errorf("%s is %q, want %q", sid, names[sid], want)
		}
	}
	if len(names) != 5 {
		t.Errorf("%d names", len(names))
	}
	before = c.Ops()["search"]
	if _, err := c.Names(t.Context(), []secdesc.SID{admins, adperms.Everyone}); err != nil || c.Ops()["search"] != before {
		t.Errorf("well-known SIDs were looked up: %v", err)
	}
}

func TestManyNames(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	root := object(t, c, dc.BaseDN).SID
	var many []secdesc.SID
	for rid := range uint32(900) {
		many = append(many, root.Child(rid+500))
	}
	names, err := c.Names(t.Context(), many)
	if err != nil || len(names) != len(many) || names[root.Child(500)] != dc.Domain+`\Administrator` {
		t.Errorf("%d names, %v, %q", len(names), err, names[root.Child(500)])
	}
}

func TestNetBIOSName(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	for range 2 {
		if name, err := c.NetBIOSName(t.Context()); err != nil || name != dc.Domain {
			t.Errorf("%q, %v", name, err)
		}
	}
	if n := c.Ops()["search"]; n != 1 {
		t.Errorf("%d searches", n)
	}
}

// The live schema of a DC agrees with the compiled table: each judges the other.
func TestSchemaGUIDs(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	live, err := c.SchemaGUIDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := adperms.CompareSchema(live); err != nil {
		t.Error(err)
	}
	if len(live) != len(adperms.Schema) {
		t.Errorf("%d of %d names", len(live), len(adperms.Schema))
	}
	if n := c.Ops()["search"]; n != 2 {
		t.Errorf("%d searches", n)
	}
}
