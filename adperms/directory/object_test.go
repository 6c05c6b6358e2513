package directory_test

import (
	"slices"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

func object(t *testing.T, c *directory.Conn, dn string) adperms.Object {
	t.Helper()
	o, err := c.Object(t.Context(), dn)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// withACE returns the descriptor with an ACE in front of its DACL.
func withACE(t *testing.T, descriptor []byte, sddl string) []byte {
	t.Helper()
	d, err := secdesc.Parse(descriptor)
	if err != nil {
		t.Fatal(err)
	}
	one, err := secdesc.ParseSDDL("D:"+sddl, secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	d.DACL.ACEs = append(slices.Clone(one.DACL.ACEs), d.DACL.ACEs...)
	return marshal(t, d)
}

func marshal(t *testing.T, d *secdesc.Descriptor) []byte {
	t.Helper()
	b, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestObject(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	dn := dc.AddUser(t, ou, sambatest.Unique("ann"), userPassword)
	dc.SetAttribute(t, dn, "adminCount", "1")
	before := c.Ops()["search"]
	o := object(t, c, dn)
	if n := c.Ops()["search"] - before; n != 1 {
		t.Errorf("%d searches for one object", n)
	}
	if o.DN != dn || o.SID.String() != dc.SID(t, dn) || o.GUID.IsZero() || o.AdminCount != 1 {
		t.Errorf("%+v", o)
	}
	if !slices.Equal(o.Classes, []string{"top", "person", "organizationalPerson", "user"}) {
		t.Errorf("classes %q", o.Classes)
	}
	if string(o.Descriptor) != string(dc.Descriptor(t, dn)) {
		t.Error("another descriptor than the DC's")
	}
	if !o.MayWriteDACL() || o.RightsEffective != 15 {
		t.Errorf("the administrator's rights are %d", o.RightsEffective)
	}
	if o.Version == 0 || o.ChangedBy.IsZero() || o.ChangedUSN == 0 || time.Since(o.Changed).Abs() > time.Hour {
		t.Errorf("version %d at %s by %s, USN %d", o.Version, o.Changed, o.ChangedBy, o.ChangedUSN)
	}
}

// Every write raises the version by one: ours, and somebody else's.
func TestVersionCountsWrites(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	first := object(t, c, ou)
	one := withACE(t, first.Descriptor, "(A;;GR;;;WD)")
	if err := c.WriteDACL(t.Context(), ou, one); err != nil {
		t.Fatal(err)
	}
	second := object(t, c, ou)
	if second.Version != first.Version+1 || second.ChangedBy != first.ChangedBy || second.ChangedUSN <= first.ChangedUSN {
		t.Errorf("after a write: version %d→%d, USN %d→%d", first.Version, second.Version, first.ChangedUSN, second.ChangedUSN)
	}
	if d, err := secdesc.Parse(second.Descriptor); err != nil || len(d.DACL.ACEs) == 0 {
		t.Errorf("read back: %v", err)
	}
	dc.SetDACL(t, ou, withACE(t, second.Descriptor, "(A;;GR;;;BU)"))
	dc.SetDACL(t, ou, withACE(t, second.Descriptor, "(A;;GR;;;BG)"))
	if third := object(t, c, ou); third.Version != second.Version+2 {
		t.Errorf("after two writes by another: version %d→%d", second.Version, third.Version)
	}
}

// Whatever owner and group stand in what is written, SD flags 4 takes the DACL.
func TestOnlyTheDACLIsWritten(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	before, err := secdesc.Parse(object(t, c, ou).Descriptor)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := secdesc.Parse(withACE(t, marshal(t, before), "(A;;GR;;;WD)"))
	if err != nil {
		t.Fatal(err)
	}
	changed.Owner = secdesc.MustSID("S-1-5-32-545")
	changed.Group = secdesc.MustSID("S-1-5-32-545")
	if err := c.WriteDACL(t.Context(), ou, marshal(t, changed)); err != nil {
		t.Fatal(err)
	}
	after, err := secdesc.Parse(object(t, c, ou).Descriptor)
	if err != nil {
		t.Fatal(err)
	}
	if after.Owner != before.Owner || after.Group != before.Group {
		t.Errorf("owner %s→%s, group %s→%s", before.Owner, after.Owner, before.Group, after.Group)
	}
	if len(after.DACL.ACEs) != len(before.DACL.ACEs)+1 {
		t.Errorf("%d ACEs, then %d", len(before.DACL.ACEs), len(after.DACL.ACEs))
	}
}

func TestWithoutRights(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	name := sambatest.Unique("joe")
	dc.AddUser(t, ou, name, userPassword)
	c := open(t, user(dc, name))
	o := object(t, c, ou)
	if o.MayWriteDACL() || o.RightsEffective != 0 {
		t.Errorf("a plain user's rights are %d", o.RightsEffective)
	}
	if o.Version == 0 {
		t.Error("a plain user may not see the descriptor's version")
	}
	err := as[*directory.AccessDeniedError](t, c.WriteDACL(t.Context(), ou, o.Descriptor))
	says(t, err, ou, "access denied", "WRITE_DAC")
	if again := object(t, c, ou); again.Version != o.Version {
		t.Errorf("the refused write counted: version %d→%d", o.Version, again.Version)
	}
}

func TestHiddenDescriptor(t *testing.T) {
	dc := sambatest.Shared(t)
	ou := dc.OU(t)
	name := sambatest.Unique("eve")
	sid := dc.SID(t, dc.AddUser(t, ou, name, userPassword))
	closed := dc.AddOU(t, ou, "Closed")
	dc.AddACE(t, closed, "(D;;RC;;;"+sid+")")
	_, err := open(t, user(dc, name)).Object(t.Context(), closed)
	if hidden := as[*directory.HiddenDescriptorError](t, err); hidden.DN != closed {
		t.Errorf("%+v", hidden)
	}
	says(t, err, "READ_CONTROL", closed)
}

func TestNoSuchObject(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	gone := "OU=Gone,OU=Deep," + ou
	_, err := c.Object(t.Context(), gone)
	if missing := as[*directory.NotFoundError](t, err); missing.DN != gone { // Samba gives no matched DN, Windows does
		t.Errorf("%+v", missing)
	}
	as[*directory.NotFoundError](t, c.WriteDACL(t.Context(), gone, object(t, c, ou).Descriptor))
	_, err = c.Object(t.Context(), "no dn at all")
	if bad := as[*directory.ResultError](t, err); bad.Code != 34 {
		t.Errorf("code %d: %v", bad.Code, bad)
	}
	says(t, err, "not a distinguished name")
	_, err = c.Object(t.Context(), "DC=elsewhere,DC=example")
	says(t, err, "DC=elsewhere,DC=example") // Samba: not found; Windows: a referral
}

func TestEmptyDescriptorIsNotWritten(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	if err := c.WriteDACL(t.Context(), dc.OU(t), nil); err == nil {
		t.Error("written")
	}
	if n := c.Ops()["modify"]; n != 0 {
		t.Errorf("%d writes were sent", n)
	}
}

func TestGarbageDescriptorIsRefused(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	before := object(t, c, ou)
	if err := c.WriteDACL(t.Context(), ou, []byte("this is no descriptor")); err == nil {
		t.Fatal("written")
	}
	if after := object(t, c, ou); string(after.Descriptor) != string(before.Descriptor) {
		t.Error("the descriptor changed")
	}
}
