package adperms_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Windows itself as judge of Inherit: parents and children as a Windows Server
// 2019 DC had them. The DC leaves out an ACE that says nothing new beside one
// in front of it; this is allowed for.
func TestInheritAsWindows(t *testing.T) {
	known := map[string]*secdesc.Descriptor{}
	for _, l := range readCorpus(t) {
		d, err := secdesc.Parse(l.raw)
		if err != nil {
			t.Fatalf("%s: %v", l.dn, err)
		}
		known[l.dn] = d
	}
	if len(known) == 0 {
		t.Skip("the corpus of a Windows domain is not beside the project")
	}
	judged, generations := 0, 0
	for _, dn := range slices.Sorted(maps.Keys(known)) {
		own := known[dn]
		_, above, _ := strings.Cut(dn, ",")
		parent, ok := known[above]
		if !ok || own.Protected() {
			continue
		}
		judged++
		theirs := inheritedOf(own.DACL)
		ours := inheritedOf(adperms.ChildDACL(parent.DACL, own, classOf(dn)))
		if diff := setDiff(merged(ours), theirs); diff != "" {
			t.Errorf("%s:\n%s", dn, diff)
		}
		if nearestFirst(t, dn, parent.DACL, own) {
			generations++
		}
	}
	if judged < 10 || generations < 3 {
		t.Errorf("%d children, %d of them with ACEs of two generations: the corpus has changed", judged, generations)
	}
}

func inheritedOf(l *secdesc.ACL) []secdesc.ACE {
	return slices.DeleteFunc(l.Clone().ACEs, func(a secdesc.ACE) bool { return !a.Inherited() })
}

// merged leaves out each ACE that differs from an earlier one in nothing but a
// smaller mask.
func merged(aces []secdesc.ACE) []secdesc.ACE {
	var out []secdesc.ACE
	for _, a := range aces {
		covers := func(b secdesc.ACE) bool {
			if !b.Mask.Has(a.Mask) {
				return false
			}
			b.Mask = a.Mask
			return a == b
		}
		if !slices.ContainsFunc(out, covers) {
			out = append(out, a)
		}
	}
	return out
}

// nearestFirst checks that what the parent itself was given stands in front of
// what the parent inherited. It is false where there are not both.
func nearestFirst(t *testing.T, dn string, parent *secdesc.ACL, own *secdesc.Descriptor) bool {
	t.Helper()
	child := adperms.Child{Class: classOf(dn), Owner: own.Owner, Group: own.Group}
	near := setOf(adperms.Inherit(&secdesc.ACL{ACEs: parent.Explicit()}, child))
	var first, second bool
	for _, a := range inheritedOf(own.DACL) {
		switch {
		case !near[a.SDDL()]:
			second = true
		case second:
			t.Errorf("%s: %s of the parent stands behind what the parent inherited", dn, a.SDDL())
		default:
			first = true
		}
	}
	return first && second
}

// classOf is the class of an object by its DN, as far as it matters: an ACE for
// the class is inherited in the corpus.
func classOf(dn string) secdesc.GUID {
	switch {
	case strings.HasSuffix(dn, ",CN=Builtin,DC=LAB,DC=local"), strings.HasPrefix(dn, "CN=Allowed RODC"):
		return groupClass
	case strings.HasPrefix(dn, "CN=NTDS Settings,"): // nTDSDSA
		return secdesc.MustGUID("f0f8ffab-1191-11d0-a060-00aa006c33ed")
	case strings.HasSuffix(dn, ",CN=Partitions,CN=Configuration,DC=LAB,DC=local"): // crossRef
		return secdesc.MustGUID("bf967a8d-0de6-11d0-a285-00aa003049e2")
	}
	return contactClass
}
