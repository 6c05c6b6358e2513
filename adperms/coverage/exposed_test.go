package coverage

import (
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

const exposedRoot = "DC=corp,DC=example"

// Who is reached by the edit of a scope, and by whose doing: what counts is the
// access check on what stands there afterwards.
func TestExposed(t *testing.T) {
	connector, stranger := secdesc.MustSID("S-1-5-21-1-2-3-1105"), secdesc.MustSID("S-1-5-21-1-2-3-1300")
	user := adperms.WritebackClasses()[0]
	grants := adperms.WritebackGrants(connector, user)
	var below, itself []secdesc.ACE
	for _, g := range grants {
		below = append(below, g.ACE())
		g.Scope = adperms.ThisObjectOnly
		itself = append(itself, g.ACE())
	}
	raw := func(sddl string) []byte { return fromSDDL(t, sddl) }
	me, other := connector.String(), stranger.String()
	reset := adperms.ResetPassword.Type.String()
	const plain = "D:(A;;GA;;;SY)"
	const ou, admin = "OU=Sales," + exposedRoot, "CN=Ann,OU=Team,OU=Sales," + exposedRoot
	for _, c := range []struct {
		name              string
		root, sales, team string // descriptors; "": not shown
		account           string
		scope             string
		add               []secdesc.ACE
		class             secdesc.GUID
		now, gained       int
		unknown           bool
	}{
		{name: "a fresh member below the scope", root: plain, sales: plain, team: plain, account: plain, scope: ou, add: below, gained: 3},
		{name: "from the root", root: plain, sales: plain, team: plain, account: plain, scope: exposedRoot, add: below, gained: 3},
		{name: "after the task", root: plain, sales: plain, team: plain, account: "D:PAI(A;;GA;;;SY)", scope: ou, add: below},
		{name: "the account itself, protected", root: plain, sales: plain, team: plain, account: "D:PAI(A;;GA;;;SY)", scope: admin, add: itself, gained: 3},
		{name: "the OU in between is protected", root: plain, sales: plain, team: "D:PAI(A;;GA;;;SY)", account: plain, scope: ou, add: below},
		{name: "the scope is protected", root: plain, sales: "D:PAI(A;;GA;;;SY)", team: plain, account: plain, scope: ou, add: below, gained: 3},
		{name: "above a protected scope", root: plain, sales: "D:PAI(A;;GA;;;SY)", team: plain, account: plain, scope: exposedRoot, add: below},
		{name: "denied on the account", root: plain, sales: plain, team: plain, account: "D:(D;;GA;;;" + me + ")", scope: ou, add: below},
		{name: "one right denied", root: plain, sales: plain, team: plain, account: "D:(OD;;CR;" + reset + ";;" + me + ")", scope: ou, add: below, gained: 2},
		{name: "denied where a condition holds", root: plain, sales: plain, team: plain, account: `D:(XD;;GA;;;` + me + `;(@User.x==1))`, scope: ou, add: below, gained: 3},
		{name: "it has them already", root: plain, sales: plain, team: plain, account: "D:(A;;GA;;;" + me + ")", scope: ou, add: below, now: 3},
		{name: "it has one already", root: plain, sales: plain, team: plain, account: "D:(OA;;CR;" + reset + ";;" + me + ")", scope: ou, add: below, now: 1, gained: 2},
		{name: "somebody else has them", root: plain, sales: plain, team: plain, account: "D:(A;;GA;;;" + other + ")", scope: ou, add: below, gained: 3},
		{name: "it has them, and nothing is planned", root: plain, sales: plain, team: plain, account: "D:(A;;GA;;;" + me + ")", now: 3},
		{name: "nothing is planned", root: plain, sales: plain, team: plain, account: plain},
		{name: "another class", root: plain, sales: plain, team: plain, account: plain, scope: ou, add: below, class: adperms.WritebackClasses()[1].GUID},
		{name: "its descriptor is not shown", root: plain, sales: plain, team: plain, scope: ou, add: below, unknown: true},
		{name: "not shown, and the scope is elsewhere", root: plain, sales: plain, team: plain, scope: "OU=Else," + exposedRoot, add: below},
		{name: "what is in between is not shown", root: plain, sales: plain, account: plain, scope: ou, add: below, unknown: true},
		{name: "what is above the scope is not shown", sales: plain, team: plain, account: plain, scope: ou, add: below, gained: 3},
		{name: "a protected one below what is not shown", root: plain, sales: plain, account: "D:PAI(A;;GA;;;SY)", scope: ou, add: below},
	} {
		class := c.class
		if class.IsZero() {
			class = user.GUID
		}
		g := Guarded{DN: admin, SID: stranger, Class: class, Descriptor: raw(c.account), Above: []Object{
			{DN: "OU=Team," + ou, Descriptor: raw(c.team)}, {DN: ou, Descriptor: raw(c.sales)}, {DN: exposedRoot, Descriptor: raw(c.root)}}}
		q := Question{Connector: connector, Token: adperms.NewToken(connector)}
		if c.scope != "" {
			q.Edits = []adperms.Edit{{DN: c.scope, Add: c.add}}
		}
		e, err := Exposed(q, g)
		if err != nil || len(e.Now) != c.now || len(e.Gained) != c.gained || e.Unknown != c.unknown {
			t.Errorf("%s: %+v, %v; want %d now, %d gained, unknown %v", c.name, e, err, c.now, c.gained, c.unknown)
		}
	}
}

// fromSDDL is a descriptor as a DC sends it; "" is one that it does not show.
func fromSDDL(t *testing.T, sddl string) []byte {
	t.Helper()
	if sddl == "" {
		return nil
	}
	d, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
