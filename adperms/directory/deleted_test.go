package directory_test

import (
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// A deleted object is told from one that is there, one that never was, and one
// that was only moved.
func TestDeleted(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	stays, goes := dc.AddOU(t, ou, "stays"), dc.AddOU(t, ou, "goes")
	there, gone := object(t, c, stays).GUID, object(t, c, goes).GUID
	if err := dc.Admin(t).Del(ldap.NewDelRequest(goes, nil)); err != nil {
		t.Fatal(err)
	}
	if err := dc.Admin(t).ModifyDN(ldap.NewModifyDNRequest(stays, "OU=moved", true, dc.BaseDN)); err != nil {
		t.Fatal(err)
	}
	dc.RemoveAfter(t, "OU=moved,"+dc.BaseDN)
	never := secdesc.MustGUID("01234567-89ab-cdef-0123-456789abcdef")
	for _, x := range []struct {
		name string
		guid secdesc.GUID
		want bool
	}{{"there", there, false}, {"deleted", gone, true}, {"never", never, false}} {
		got, err := c.Deleted(t.Context(), x.guid)
		if err != nil || got != x.want {
			t.Errorf("%s: deleted is %v, %v", x.name, got, err)
		}
	}
}

// A deleted account still has a name, for whoever may see its tombstone.
func TestFormerNames(t *testing.T) {
	dc := sambatest.Shared(t)
	c := open(t, admin(dc))
	ou := dc.OU(t)
	name := sambatest.Unique("earlier")
	gone := dc.AddUser(t, ou, name, "Start-1234")
	sid, stays := secdesc.MustSID(dc.SID(t, gone)), secdesc.MustSID(dc.SID(t, dc.AddUser(t, ou, sambatest.Unique("here"), "Start-1234")))
	if err := dc.Admin(t).Del(ldap.NewDelRequest(gone, nil)); err != nil {
		t.Fatal(err)
	}
	names, err := c.FormerNames(t.Context(), []secdesc.SID{sid, stays, sid.Domain().Child(999999)})
	if err != nil || len(names) != 1 || names[sid] != name {
		t.Errorf("%v, %v; want %s for %s", names, err, name, sid)
	}
	if names, err := c.FormerNames(t.Context(), nil); err != nil || names != nil {
		t.Errorf("of nobody: %v, %v", names, err)
	}
}
