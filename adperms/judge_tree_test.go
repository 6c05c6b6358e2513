package adperms_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// The judge: random trees of OUs, accounts and groups with random DACLs, built
// on a real Samba DC. What Inherit and Access say of them must be what the DC
// does. A tree is made from its seed alone, apart from the names; the seed is
// printed where something differs.

// schemaIDGUIDs that the compiled table does not need (AD schema reference).
var (
	userClass    = mustName("user").GUID
	inetClass    = mustName("inetOrgPerson").GUID
	ouClass      = secdesc.MustGUID("bf967aa5-0de6-11d0-a285-00aa003049e2")
	groupClass   = secdesc.MustGUID("bf967a9c-0de6-11d0-a285-00aa003049e2")
	contactClass = secdesc.MustGUID("5cb41ed0-0e4c-11d0-a286-00aa003049e2")
)

func mustName(name string) adperms.SchemaName {
	s, ok := adperms.Lookup(name)
	if !ok {
		panic(name + " is not in the table")
	}
	return s
}

// node is one object of a tree. Nodes stand in the order in which they were
// made, parents first.
type node struct {
	dn     string
	parent int // index of the node above, -1 for the tree's root
	class  secdesc.GUID
	sid    secdesc.SID // none for OUs and contacts
	target bool        // an account whose password can be reset
}

// account is a trustee: it is in the tree as well, with a DACL of its own.
type account struct {
	at       int // index of its node
	upn      string
	password string
}

type tree struct {
	seed     uint64
	rng      *rand.Rand
	dc       *sambatest.DC
	nodes    []node
	accounts []account
	groups   []int // indexes of nodes; the second is a member of the first
	domain   secdesc.SID
}

const startPassword = "Start-1234"

// plant makes the objects of a tree: OUs, four accounts, two groups (the first
// account is in none, the second in the outer one, the third in the inner one,
// the fourth in the inner one and is an inetOrgPerson) and things beside them.
func plant(t *testing.T, dc *sambatest.DC, seed uint64) *tree {
	t.Helper()
	tr := &tree{seed: seed, rng: rand.New(rand.NewPCG(seed, 4)), dc: dc}
	tr.domain = mustSID(t, dc.SID(t, dc.BaseDN))
	tr.nodes = []node{{dn: dc.OU(t), parent: -1, class: ouClass}}
	for i := range 3 + tr.rng.IntN(4) {
		p := tr.rng.IntN(len(tr.nodes)) // all are OUs so far
		tr.nodes = append(tr.nodes, node{dn: dc.AddOU(t, tr.nodes[p].dn, fmt.Sprintf("ou%d", i)), parent: p, class: ouClass})
	}
	ous := len(tr.nodes)
	for i := range 4 {
		inet := i == 3
		at := tr.person(t, tr.rng.IntN(ous), inet)
		tr.accounts = append(tr.accounts, account{at, dc.UPN(tr.nodes[at].name()), startPassword})
	}
	for i := range 3 {
		tr.person(t, tr.rng.IntN(ous), i == 0)
	}
	member := func(i int) string { return tr.nodes[tr.accounts[i].at].dn }
	inner := tr.group(t, tr.rng.IntN(ous), member(2), member(3))
	outer := tr.group(t, tr.rng.IntN(ous), member(1), tr.nodes[inner].dn)
	tr.groups = []int{outer, inner}
	p := tr.rng.IntN(ous)
	tr.nodes = append(tr.nodes, node{dn: dc.Add(t, "CN=contact,"+tr.nodes[p].dn, sambatest.Attrs{"objectClass": {"contact"}}), parent: p, class: contactClass})
	return tr
}

func (tr *tree) person(t *testing.T, parent int, inet bool) int {
	name := sambatest.Unique("p")
	n := node{parent: parent, class: userClass, target: true}
	if inet {
		n.class = inetClass
		n.dn = tr.dc.AddInetOrgPerson(t, tr.nodes[parent].dn, name, startPassword)
	} else {
		n.dn = tr.dc.AddUser(t, tr.nodes[parent].dn, name, startPassword)
	}
	n.sid = mustSID(t, tr.dc.SID(t, n.dn))
	tr.nodes = append(tr.nodes, n)
	return len(tr.nodes) - 1
}

func (tr *tree) group(t *testing.T, parent int, members ...string) int {
	n := node{parent: parent, class: groupClass}
	n.dn = tr.dc.AddGroup(t, tr.nodes[parent].dn, sambatest.Unique("g"), members...)
	n.sid = mustSID(t, tr.dc.SID(t, n.dn))
	tr.nodes = append(tr.nodes, n)
	return len(tr.nodes) - 1
}

func mustSID(t testing.TB, s string) secdesc.SID {
	t.Helper()
	sid, err := secdesc.ParseSID(s)
	if err != nil {
		t.Fatal(err)
	}
	return sid
}
