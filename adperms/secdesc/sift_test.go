package secdesc

import (
	"slices"
	"testing"
)

// Sift keeps what it is asked to keep, refuses what Parse refuses, and is never
// written back.
func TestSift(t *testing.T) {
	d, err := ParseSDDL("O:BAG:SYD:PAI(D;;CR;;;WD)(A;CI;RP;;;AU)(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;BA)S:(AU;SA;WP;;;WD)", Names{})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	some, err := Sift(string(raw), func(a *ACE) bool { return a.Mask.Has(ControlAccess) })
	if err != nil {
		t.Fatal(err)
	}
	if want := []ACE{d.DACL.ACEs[0], d.DACL.ACEs[2]}; !slices.Equal(some.DACL.ACEs, want) {
		t.Errorf("kept %v", some.DACL.ACEs)
	}
	if some.Owner != d.Owner || some.Control != d.Control || !some.Protected() || len(some.SACL.ACEs) != 0 {
		t.Errorf("%+v", some)
	}
	for _, x := range []*Descriptor{some, some.Clone(), some.DACLOnly()} {
		if _, err := x.Marshal(); err == nil {
			t.Error("a part was written")
		}
	}
	for cut := range raw {
		_, want := Parse(raw[:cut])
		if _, err := Sift(string(raw[:cut]), none); (err == nil) != (want == nil) {
			t.Errorf("cut at %d: %v, Parse says %v", cut, err, want)
		}
	}
}
