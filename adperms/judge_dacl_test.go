package adperms_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// The DACLs of a tree: made at random, written by the administrator, read back.

var (
	changePassword   = secdesc.MustGUID("ab721a53-1e2f-11d0-9819-00aa0040529b")
	restrictions     = mustName("User-Account-Restrictions").GUID
	personalInfo     = secdesc.MustGUID("77b5b886-944a-11d1-aebd-0000f80367c1")
	creatorOwner     = secdesc.MustSID("S-1-3-0")
	creatorGroup     = secdesc.MustSID("S-1-3-1")
	principalSelf    = secdesc.MustSID("S-1-5-10")
	fullControl      = secdesc.GenericAll.MapGeneric()
	noGUID           = secdesc.GUID{}
	inheritanceFlags = []secdesc.ACEFlags{
		0, 0,
		secdesc.ContainerInherit, secdesc.ContainerInherit, secdesc.ContainerInherit,
		secdesc.ContainerInherit | secdesc.InheritOnly, secdesc.ContainerInherit | secdesc.InheritOnly,
		secdesc.ContainerInherit | secdesc.NoPropagate,
		secdesc.ContainerInherit | secdesc.NoPropagate | secdesc.InheritOnly,
		secdesc.ContainerInherit | secdesc.ObjectInherit,
		secdesc.ObjectInherit | secdesc.InheritOnly,
		secdesc.ObjectInherit | secdesc.NoPropagate | secdesc.InheritOnly,
	}
)

// some is a mask with what its ObjectType can be.
type some struct {
	mask secdesc.AccessMask
	of   secdesc.GUID
}

// narrow rights can be denied to everybody: the administrator does not use them.
var narrow = []some{
	{secdesc.ControlAccess, adperms.ResetPassword.Type},
	{secdesc.ControlAccess, changePassword},
	{secdesc.WriteProperty, adperms.WriteLockoutTime.Type},
	{secdesc.WriteProperty, adperms.WritePwdLastSet.Type},
	{secdesc.WriteProperty, restrictions},
	{secdesc.ReadProperty | secdesc.WriteProperty, restrictions},
	{secdesc.ReadProperty, adperms.WritePwdLastSet.Type},
	{secdesc.WriteProperty, personalInfo},
}

var broad = []some{
	{secdesc.ControlAccess, noGUID},
	{secdesc.WriteProperty, noGUID},
	{secdesc.ReadProperty | secdesc.WriteProperty, noGUID},
	{secdesc.ControlAccess | secdesc.WriteProperty, noGUID},
	{secdesc.WriteProperty, userClass}, // the root of a user's object type tree
	{secdesc.WriteProperty, inetClass},
	{secdesc.ControlAccess, userClass}, // names no extended right
	{secdesc.ControlAccess, restrictions},
	{secdesc.GenericAll, noGUID},
	{secdesc.GenericWrite, noGUID},
	{secdesc.GenericRead, noGUID},
	{secdesc.GenericExecute, noGUID},
	{secdesc.GenericAll, adperms.ResetPassword.Type},
	{secdesc.GenericWrite, adperms.WriteLockoutTime.Type},
	{fullControl, noGUID},
}

var inheritors = []secdesc.GUID{noGUID, noGUID, noGUID, userClass, userClass, inetClass, groupClass, ouClass}

func oneOf[T any](tr *tree, of []T) T { return of[tr.rng.IntN(len(of))] }

func (tr *tree) trustee() (s secdesc.SID, crowd bool) {
	switch n := tr.rng.IntN(20); {
	case n < 9:
		return tr.nodes[oneOf(tr, tr.accounts).at].sid, false
	case n < 14:
		return tr.nodes[oneOf(tr, tr.groups)].sid, false
	case n < 15:
		return principalSelf, true
	case n < 17:
		return oneOf(tr, []secdesc.SID{creatorOwner, creatorGroup}), true
	case n < 19:
		return adperms.AuthenticatedUsers, true
	default:
		return adperms.Everyone, true
	}
}

// ace makes a random ACE. Those for a crowd that the administrator is in have
// narrow rights: the test goes on working as administrator.
func (tr *tree) ace() secdesc.ACE {
	trustee, crowd := tr.trustee()
	right := oneOf(tr, narrow)
	if !crowd && tr.rng.IntN(3) > 0 {
		right = oneOf(tr, broad)
	}
	flags := oneOf(tr, inheritanceFlags)
	inheritor := oneOf(tr, inheritors)
	if tr.rng.IntN(3) == 0 {
		return secdesc.Deny(trustee, right.mask, flags, right.of, inheritor)
	}
	return secdesc.Allow(trustee, right.mask, flags, right.of, inheritor)
}

// write gives a node a random DACL: canonical mostly, protected at times, and
// always with full control for the administrators.
func (tr *tree) write(t *testing.T, at int) {
	t.Helper()
	admins := secdesc.Allow(tr.domain.Child(512), fullControl, 0, noGUID, noGUID)
	if tr.nodes[at].class == ouClass {
		admins.Flags = secdesc.ContainerInherit
	}
	aces := []secdesc.ACE{admins}
	for range 1 + tr.rng.IntN(7) {
		aces = append(aces, tr.ace())
	}
	if tr.rng.IntN(5) > 0 {
		slices.SortStableFunc(aces, func(a, b secdesc.ACE) int { return rankOf(a) - rankOf(b) })
	}
	d := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, DACL: secdesc.NewACL(aces...)}
	if tr.rng.IntN(5) == 0 {
		d.Control |= secdesc.DACLProtected
	}
	tr.put(t, at, d)
}

func rankOf(a secdesc.ACE) int {
	if a.Type.Denies() {
		return 0
	}
	return 1
}

func (tr *tree) put(t *testing.T, at int, d *secdesc.Descriptor) {
	t.Helper()
	payload, err := adperms.Payload(d)
	if err != nil {
		t.Fatalf("seed %d: %v", tr.seed, err)
	}
	tr.dc.SetDACL(t, tr.nodes[at].dn, payload)
}

func (tr *tree) get(t *testing.T, at int) *secdesc.Descriptor {
	return descriptorOf(t, tr.dc, tr.nodes[at].dn)
}

// move puts a node, with all below it, under another one that is not below it.
// Nodes keep their index; the DNs below change.
func (tr *tree) move(t *testing.T, at, to int) {
	t.Helper()
	old := tr.nodes[at].dn
	rdn, _, _ := strings.Cut(old, ",")
	req := ldap.NewModifyDNRequest(old, rdn, true, tr.nodes[to].dn)
	if err := tr.dc.Admin(t).ModifyDN(req); err != nil {
		t.Fatalf("seed %d: move %s below %s: %v", tr.seed, old, tr.nodes[to].dn, err)
	}
	tr.nodes[at].parent = to
	for i := range tr.nodes {
		if rest, ok := strings.CutSuffix(tr.nodes[i].dn, old); ok {
			tr.nodes[i].dn = rest + rdn + "," + tr.nodes[to].dn
		}
	}
}

// own gives a node a random owner and group, so that CREATOR OWNER, CREATOR
// GROUP and the owner's implied rights are about somebody.
func (tr *tree) own(t *testing.T, at int) {
	t.Helper()
	account := tr.nodes[oneOf(tr, tr.accounts).at].sid
	owner := oneOf(tr, []secdesc.SID{account, tr.nodes[oneOf(tr, tr.groups)].sid})
	setOwner(t, tr.dc, tr.nodes[at].dn, owner, tr.nodes[oneOf(tr, tr.groups)].sid)
}

func (tr *tree) below(at, top int) bool {
	for ; at >= 0; at = tr.nodes[at].parent {
		if at == top {
			return true
		}
	}
	return false
}

func (n node) name() string {
	rdn, _, _ := strings.Cut(n.dn, ",")
	return strings.TrimPrefix(rdn, "CN=")
}
