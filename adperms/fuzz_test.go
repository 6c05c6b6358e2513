package adperms_test

import (
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

func seeds(f *testing.F) [][]byte {
	f.Helper()
	var out [][]byte
	add := func(sddl string) {
		raw, err := paper.descriptor(f, sddl).Marshal()
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, raw)
	}
	for _, c := range accessCases {
		add("O:BAG:BA" + c.whole())
	}
	for _, c := range inheritCases {
		add("D:AI" + c.parent + aceReset)
	}
	add("D:NO_ACCESS_CONTROL")
	add("O:BA")
	for _, l := range readCorpus(f) {
		out = append(out, l.raw)
	}
	return out
}

// FuzzRewrite makes our edit to any descriptor that parses. Foreign ACEs keep
// their bytes and their order, nothing but the DACL changes, the result parses,
// and undo gives back the ACEs of before.
func FuzzRewrite(f *testing.F) {
	for _, raw := range seeds(f) {
		f.Add(raw, uint8(0), uint8(0))
		f.Add(raw, uint8(7), uint8(1))
	}
	f.Fuzz(func(t *testing.T, raw []byte, add, remove uint8) {
		d, err := secdesc.Parse(raw)
		if err != nil {
			t.Skip("does not parse")
		}
		e := chosen(d, add, remove)
		after, ignored, err := e.Rewrite(d)
		if err != nil {
			if d.HasDACL() && d.DACL.Size() < secdesc.MaxACLSize-1000 {
				t.Fatalf("a DACL of %d bytes: %v", d.DACL.Size(), err)
			}
			return
		}
		if again, err := d.Marshal(); err != nil || string(again) != string(raw) {
			t.Fatalf("the descriptor that was given has changed (%v)", err)
		}
		if !slices.Equal(foreign(d, e), foreign(after, e)) {
			t.Fatalf("foreign ACEs changed\nbefore: %s\n after: %s", d.SDDL(), after.SDDL())
		}
		same := d.Clone()
		same.DACL = after.DACL
		mustMarshalAlike(t, same, after)
		undone, _, err := e.Done(ignored).Invert().Rewrite(after)
		if err != nil {
			t.Fatal(err)
		}
		if diff := bytesDiff(d.DACL.ACEs, undone.DACL.ACEs); diff != "" {
			t.Fatalf("undo: %s", diff)
		}
		if payload, err := adperms.Payload(after); err != nil {
			t.Fatal(err)
		} else if _, err := secdesc.Parse(payload); err != nil {
			t.Fatalf("the payload does not parse: %v", err)
		}
	})
}

// chosen adds some of our ACEs, by the bits of add, and removes one that is
// there, if remove is not zero.
func chosen(d *secdesc.Descriptor, add, remove uint8) adperms.Edit {
	grants := append(adperms.WritebackGrants(paper.me, adperms.WritebackClasses()...), adperms.UnexpireGrant(paper.me))
	var e adperms.Edit
	for i, g := range grants {
		if add&(1<<i) != 0 {
			e.Add = append(e.Add, g.ACE())
		}
	}
	if d.DACL != nil && 0 < remove && int(remove) <= len(d.DACL.ACEs) {
		e.Remove = append(e.Remove, d.DACL.ACEs[remove-1])
	}
	return e
}

func mustMarshalAlike(t *testing.T, want, got *secdesc.Descriptor) {
	t.Helper()
	w, err := want.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	g, err := got.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if string(w) != string(g) {
		t.Fatalf("more than the DACL changed\nwant %x\n got %x", w, g)
	}
	if _, err := secdesc.Parse(g); err != nil {
		t.Fatalf("the result does not parse: %v", err)
	}
}

// bytesDiff compares as sets: the same ACE twice is the same ACE.
func bytesDiff(want, got []secdesc.ACE) string {
	w, g := map[secdesc.ACE]bool{}, map[secdesc.ACE]bool{}
	for _, a := range want {
		w[a] = true
	}
	for _, a := range got {
		g[a] = true
		if !w[a] {
			return "left " + a.SDDL()
		}
	}
	for _, a := range want {
		if !g[a] {
			return "lost " + a.SDDL()
		}
	}
	return ""
}
