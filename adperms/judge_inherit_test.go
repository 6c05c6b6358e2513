package adperms_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

func descriptorOf(t testing.TB, dc *sambatest.DC, dn string) *secdesc.Descriptor {
	t.Helper()
	d, err := secdesc.Parse(dc.Descriptor(t, dn))
	if err != nil {
		t.Fatalf("%s: %v", dn, err)
	}
	return d
}

// predict gives the DACL that every node should have: computed from the top,
// each from the computed one above it. Of the DC it takes the DACL above the
// tree, and of each node its owner, its group, its protection and its explicit
// ACEs.
func (tr *tree) predict(t *testing.T, live []*secdesc.Descriptor) []*secdesc.ACL {
	t.Helper()
	out := make([]*secdesc.ACL, len(tr.nodes))
	var compute func(at int) *secdesc.ACL
	compute = func(at int) *secdesc.ACL {
		if out[at] != nil {
			return out[at]
		}
		above := descriptorOf(t, tr.dc, tr.dc.BaseDN).DACL
		if p := tr.nodes[at].parent; p >= 0 {
			above = compute(p)
		}
		out[at] = adperms.ChildDACL(above, live[at], tr.nodes[at].class)
		return out[at]
	}
	for i := range tr.nodes {
		compute(i)
	}
	return out
}

func (tr *tree) live(t *testing.T) []*secdesc.Descriptor {
	t.Helper()
	out := make([]*secdesc.Descriptor, len(tr.nodes))
	for i := range tr.nodes {
		out[i] = tr.get(t, i)
	}
	return out
}

// judgeInheritance compares every DACL of the tree with the DC's, as sets.
func (tr *tree) judgeInheritance(t *testing.T, when string) (live []*secdesc.Descriptor, predicted []*secdesc.ACL) {
	t.Helper()
	live = tr.live(t)
	predicted = tr.predict(t, live)
	for i, n := range tr.nodes {
		if diff := setDiff(predicted[i].ACEs, live[i].DACL.ACEs); diff != "" {
			t.Errorf("seed %d, %s: %s\n%s", tr.seed, when, n.dn, diff)
		}
	}
	return live, predicted
}

// setDiff is empty where both have the same ACEs, how often ever.
func setDiff(want, got []secdesc.ACE) string {
	var b strings.Builder
	w, g := setOf(want), setOf(got)
	for _, s := range slices.Sorted(maps.Keys(w)) {
		if !g[s] {
			b.WriteString("  only we have " + s + "\n")
		}
	}
	for _, s := range slices.Sorted(maps.Keys(g)) {
		if !w[s] {
			b.WriteString("  only the DC has " + s + "\n")
		}
	}
	return b.String()
}

func setOf(aces []secdesc.ACE) map[string]bool {
	set := make(map[string]bool, len(aces))
	for _, a := range aces {
		set[a.SDDL()] = true
	}
	return set
}
