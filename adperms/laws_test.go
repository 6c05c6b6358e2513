package adperms_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// The laws of coverage and edits, for any DACL.

func anyOf[T any](of ...T) *rapid.Generator[T] { return rapid.SampledFrom(of) }

func someACE(t *rapid.T) secdesc.ACE {
	g := rapid.Custom(func(t *rapid.T) secdesc.ACE {
		make := anyOf(secdesc.Allow, secdesc.Allow, secdesc.Deny).Draw(t, "type")
		right := anyOf(slices.Concat(narrow, broad)...).Draw(t, "right")
		flags := anyOf(inheritanceFlags...).Draw(t, "flags")
		if rapid.Bool().Draw(t, "inherited") {
			flags |= secdesc.Inherited
		}
		trustee := anyOf(paper.me, paper.me, paper.inner, paper.outer, paper.other, adperms.Everyone, principalSelf, creatorOwner).Draw(t, "trustee")
		return make(trustee, right.mask, flags, right.of, anyOf(inheritors...).Draw(t, "for"))
	})
	ours := rapid.Custom(func(t *rapid.T) secdesc.ACE { return someGrant(t).ACE() })
	return rapid.OneOf(g, g, ours).Draw(t, "ace")
}

func someGrant(t *rapid.T) adperms.Grant {
	grants := append(adperms.WritebackGrants(paper.me, adperms.WritebackClasses()...), adperms.UnexpireGrant(paper.me))
	return anyOf(grants...).Draw(t, "grant")
}

// someDescriptor is canonical half of the time.
func someDescriptor(t *rapid.T) *secdesc.Descriptor {
	aces := rapid.SliceOfN(rapid.Custom(someACE), 0, 12).Draw(t, "aces")
	if rapid.Bool().Draw(t, "canonical") {
		slices.SortStableFunc(aces, func(a, b secdesc.ACE) int { return group(a) - group(b) })
	}
	d := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, DACL: secdesc.NewACL(aces...)}
	if rapid.Bool().Draw(t, "protected") {
		d.Control |= secdesc.DACLProtected
	}
	return d
}

func group(a secdesc.ACE) int {
	if a.Inherited() {
		return 2
	}
	return rankOf(a)
}

// plan is what the planner does: the ACEs that are missing for the grants.
func plan(d *secdesc.Descriptor, token adperms.Token, grants []adperms.Grant) adperms.Edit {
	var e adperms.Edit
	for _, g := range grants {
		e.Add = append(e.Add, adperms.Covers(d.DACL, token, g)...)
	}
	return e
}

func someEdit(t *rapid.T) adperms.Edit {
	aces := rapid.SliceOfN(rapid.Custom(someACE), 0, 5)
	return adperms.Edit{Add: aces.Draw(t, "add"), Remove: aces.Draw(t, "remove")}
}

func rewrite(t *rapid.T, e adperms.Edit, d *secdesc.Descriptor) (*secdesc.Descriptor, adperms.Ignored) {
	out, ignored, err := e.Rewrite(d)
	if err != nil {
		t.Fatal(err)
	}
	return out, ignored
}

func TestLawSecondPlanIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDescriptor(t)
		grants := rapid.SliceOfN(rapid.Custom(someGrant), 0, 7).Draw(t, "grants")
		after, _ := rewrite(t, plan(d, paper.token(), grants), d)
		if again := plan(after, paper.token(), grants); again.Add != nil {
			t.Fatalf("a second plan adds %s to %s", paper.spoken(again.Add), paper.spoken(after.DACL.ACEs))
		}
	})
}

// What the planner says is there, or adds, lets the trustee through on the
// object that inherits it, where no deny was named.
func TestLawGrantsAreInForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDescriptor(t)
		want := someGrant(t)
		after, _ := rewrite(t, plan(d, paper.token(), []adperms.Grant{want}), d)
		c := adperms.Survey(after.DACL, paper.token(), want)
		if len(c.Denied) > 0 || len(c.Partly) > 0 {
			t.Skip("denied")
		}
		on := after
		if want.Scope != adperms.ThisObjectOnly {
			bare := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, DACL: secdesc.NewACL(), Owner: paper.other, Group: paper.other}
			ou := bare.Clone()
			ou.DACL = adperms.ChildDACL(after.DACL, bare, ouClass)
			on = bare.Clone()
			on.DACL = adperms.ChildDACL(ou.DACL, bare, want.Scope.Class)
		}
		target := adperms.Target{Descriptor: on, Class: want.Scope.Class, Self: paper.other}
		if got := adperms.Access(target, paper.token(), want.Right); !got.Granted {
			t.Fatalf("%s is refused by %s\nscope: %s\nuser: %s", want.Right.Name, got.ACE.SDDL(), paper.spoken(after.DACL.ACEs), paper.spoken(on.DACL.ACEs))
		}
	})
}

func TestLawUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := someDescriptor(t), someEdit(t)
		after, ignored := rewrite(t, e, d)
		undone, left := rewrite(t, e.Done(ignored).Invert(), after)
		if left.Absent != nil {
			t.Fatalf("undo misses %s", paper.spoken(left.Absent))
		}
		if diff := setDiff(d.DACL.Explicit(), undone.DACL.Explicit()); diff != "" {
			t.Fatalf("before: %s\nundone: %s", paper.spoken(d.DACL.ACEs), paper.spoken(undone.DACL.ACEs))
		}
		if len(e.Remove) == 0 && !slices.Equal(d.DACL.ACEs, undone.DACL.ACEs) {
			t.Fatalf("the order changed\nbefore: %s\nundone: %s", paper.spoken(d.DACL.ACEs), paper.spoken(undone.DACL.ACEs))
		}
	})
}

// An ACE that was there before us is not removed by undo, were it equal to ours.
func TestLawDuplicateSurvivesUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDescriptor(t)
		ours := someGrant(t).ACE()
		times := rapid.IntRange(1, 2).Draw(t, "times")
		for range times {
			at := rapid.IntRange(0, len(d.DACL.ACEs)).Draw(t, "at")
			d.DACL.ACEs = slices.Insert(d.DACL.ACEs, at, ours)
		}
		e := adperms.Edit{Add: []secdesc.ACE{ours}}
		after, ignored := rewrite(t, e, d)
		undone, _ := rewrite(t, e.Done(ignored).Invert(), after)
		if !slices.Equal(undone.DACL.ACEs, d.DACL.ACEs) {
			t.Fatalf("before: %s\nundone: %s", paper.spoken(d.DACL.ACEs), paper.spoken(undone.DACL.ACEs))
		}
	})
}

// Somebody else adds the same ACE after us, or any other: undo takes one.
func TestLawLaterACEsSurviveUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDescriptor(t)
		e := adperms.Edit{Add: []secdesc.ACE{someGrant(t).ACE()}}
		after, ignored := rewrite(t, e, d)
		later := rapid.OneOf(rapid.Custom(someACE), rapid.Just(e.Add[0])).Draw(t, "later")
		after.DACL.ACEs = append(after.DACL.ACEs, later)
		undone, _ := rewrite(t, e.Done(ignored).Invert(), after)
		want := append(slices.Clone(d.DACL.ACEs), later)
		if got := undone.DACL.ACEs; setDiff(want, got) != "" || len(got) != len(want) {
			t.Fatalf("want %s\n got %s", paper.spoken(want), paper.spoken(got))
		}
	})
}

func TestLawForeignACEsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := someDescriptor(t), someEdit(t)
		after, _ := rewrite(t, e, d)
		if want, got := foreign(d, e), foreign(after, e); !slices.Equal(want, got) {
			t.Fatalf("before: %s\n after: %s", paper.spoken(want), paper.spoken(got))
		}
	})
}

// foreign are the ACEs that the edit does not name.
func foreign(d *secdesc.Descriptor, e adperms.Edit) []secdesc.ACE {
	named := map[secdesc.ACE]bool{}
	for _, a := range slices.Concat(e.Add, e.Remove) {
		named[a.Explicit()] = true
	}
	var out []secdesc.ACE
	for _, a := range d.DACL.ACEs {
		if !named[a] {
			out = append(out, a)
		}
	}
	return out
}

func TestLawCanonicalStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := someDescriptor(t), someEdit(t)
		if _, ok := adperms.Canonical(d.DACL); !ok {
			t.Skip("not canonical before")
		}
		after, _ := rewrite(t, e, d)
		if at, ok := adperms.Canonical(after.DACL); !ok {
			t.Fatalf("ACE %d is out of order: %s", at, paper.spoken(after.DACL.ACEs))
		}
	})
}
