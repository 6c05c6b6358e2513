package adperms_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	asn1 "github.com/go-asn1-ber/asn1-ber"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/test/windows"
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

// What a Windows DC had after each of three writes is what an edit makes of what it had
// before: the same ACEs, in the DC's order, and the way back is the edit's inverse.
func TestEditsAsWindowsKept(t *testing.T) {
	var read []*secdesc.Descriptor
	for _, m := range windows.Capture(t) {
		p := asn1.DecodePacket(m.Octets)
		if !m.FromServer || p.Children[1].Tag != 4 { // searchResEntry [APPLICATION 4]
			continue
		}
		for _, a := range p.Children[1].Children[1].Children {
			if a.Children[0].Data.String() != "nTSecurityDescriptor" {
				continue
			}
			d, err := secdesc.Parse(a.Children[1].Children[0].Data.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			read = append(read, d)
		}
	}
	judged := 0
	for i := 1; i < len(read); i++ {
		before, after := read[i-1], read[i]
		edit := adperms.Edit{DN: "DC=any"}
		for _, a := range after.DACL.Explicit() {
			if !slices.Contains(before.DACL.Explicit(), a) {
				edit.Add = append(edit.Add, a)
			}
		}
		if len(edit.Add) == 0 || len(edit.Add) > 3 {
			continue // another object's
		}
		judged++
		made, _, err := edit.Rewrite(before)
		if err != nil {
			t.Fatal(err)
		}
		if diff := setDiff(made.DACL.ACEs, after.DACL.ACEs); diff != "" {
			t.Errorf("write %d:\n%s", judged, diff)
		}
		back, _, err := edit.Invert().Rewrite(after)
		if err != nil {
			t.Fatal(err)
		}
		if diff := setDiff(back.DACL.ACEs, before.DACL.ACEs); diff != "" {
			t.Errorf("the way back from write %d:\n%s", judged, diff)
		}
	}
	if judged < 2 {
		t.Errorf("%d writes among %d descriptors", judged, len(read))
	}
}
