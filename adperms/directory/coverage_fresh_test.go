package directory_test

import (
	"fmt"
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// Who is in a protected group, and to whom AdminSDHolder's task has not come, is found
// wherever it is and however it is in there: no mark and no scope tells.
func TestCoverFindsFreshMembers(t *testing.T) {
	dc := sambatest.New(t)
	in, out := dc.OU(t), dc.OU(t)
	connector := dc.AddUser(t, in, sambatest.Unique("sync"), userPassword)
	rights := "(A;;GA;;;" + dc.SID(t, connector) + ")"
	add := func(ou string) string {
		dn := dc.AddUser(t, ou, sambatest.Unique("u"), userPassword)
		dc.AddACE(t, dn, rights)
		return dn
	}
	plain := []string{add(in), add(out)}
	direct, nested, listed, primary := add(out), add(in), add(out), add(out)
	group := dc.AddGroup(t, out, sambatest.Unique("nested"), nested)
	list := dc.AddGroup(t, out, sambatest.Unique("list"), listed)
	dc.SetAttribute(t, list, "groupType", "2") // a distribution group, which no token has
	dc.SetAttribute(t, "CN=Account Operators,CN=Builtin,"+dc.BaseDN, "member", group, list)
	dc.SetAttribute(t, "CN=Backup Operators,CN=Builtin,"+dc.BaseDN, "member", direct)
	first := dc.AddGroup(t, out, sambatest.Unique("primary"), primary)
	dc.SetAttribute(t, "CN=Print Operators,CN=Builtin,"+dc.BaseDN, "member", first)
	dc.SetAttribute(t, primary, "primaryGroupID", fmt.Sprint(secdesc.MustSID(dc.SID(t, first)).RID()))

	c := open(t, admin(dc))
	q := asked(t, c, connector, in)
	got, _ := covered(t, c, directory.Covering{Question: q}, dc.BaseDN)
	for _, dn := range plain {
		if !got[dn].Before.Writable() {
			t.Errorf("%s: %v", dn, got[dn].Before.Reasons.Codes())
		}
	}
	for _, dn := range []string{direct, nested, listed, primary} {
		if v := got[dn]; v.Before.Writable() || v.After.Writable() || !slices.Equal(v.Before.Reasons.Codes(), []string{"protected-account"}) {
			t.Errorf("%s: %v, then %v", dn, v.Before.Reasons.Codes(), v.After.Reasons.Codes())
		}
		if a, err := c.Account(t.Context(), dn); err != nil || len(a.ProtectedBy) == 0 {
			t.Errorf("%s: for explain it is protected by %v, %v", dn, a.ProtectedBy, err)
		}
	}
	q.Fresh = map[string]bool{} // who does not want to know
	if got, _ = covered(t, c, directory.Covering{Question: q}, dc.BaseDN); !got[direct].Before.Writable() {
		t.Error("it was looked for all the same")
	}
}

// How an account is in a group: by groups in groups, by its primary group, and as
// everybody is.
func TestMembershipPath(t *testing.T) {
	dc := sambatest.New(t)
	ou := dc.OU(t)
	user := dc.AddUser(t, ou, sambatest.Unique("u"), userPassword)
	inner := dc.AddGroup(t, ou, sambatest.Unique("inner"), user)
	middle := dc.AddGroup(t, ou, sambatest.Unique("middle"), inner)
	outer := dc.AddGroup(t, ou, sambatest.Unique("outer"), middle)
	dc.SetAttribute(t, inner, "member", user, outer) // a circle
	all := dc.AddGroup(t, ou, sambatest.Unique("all"), "CN=Domain Users,CN=Users,"+dc.BaseDN)
	strangers := dc.AddGroup(t, ou, sambatest.Unique("strangers"))
	c := open(t, admin(dc))
	sid := func(dn string) secdesc.SID { return secdesc.MustSID(dc.SID(t, dn)) }
	for _, x := range []struct {
		name  string
		group secdesc.SID
		want  []secdesc.SID
	}{
		{"by two others", sid(outer), []secdesc.SID{sid(inner), sid(middle), sid(outer)}},
		{"its own", sid(inner), []secdesc.SID{sid(inner)}},
		{"its primary group", sid("CN=Domain Users,CN=Users," + dc.BaseDN), []secdesc.SID{sid("CN=Domain Users,CN=Users," + dc.BaseDN)}},
		{"by its primary group", sid(all), []secdesc.SID{sid("CN=Domain Users,CN=Users," + dc.BaseDN), sid(all)}},
		{"as everybody who signs in", secdesc.MustSID("S-1-5-32-554"), []secdesc.SID{adperms.AuthenticatedUsers, secdesc.MustSID("S-1-5-32-554")}},
		{"one that it is not in", sid(strangers), nil},
		{"one that is not there", sid(strangers).Domain().Child(99999), nil},
	} {
		if got, err := c.MembershipPath(t.Context(), user, x.group); err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, %v; want %v", x.name, got, err, x.want)
		}
	}
	if _, err := c.MembershipPath(t.Context(), "CN=nobody,"+ou, sid(outer)); err != nil {
		t.Error(err)
	}
}
