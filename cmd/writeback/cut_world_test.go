package main

import (
	"errors"
	"path/filepath"
	"slices"

	"writeback/adperms/secdesc"
	"writeback/steps"
)

// What others do to the domain while the program is away, or between two of its
// messages. They come by connections of their own.

const unexpirePassword = "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501"

// rewrite changes an object's DACL.
func (b *bench) rewrite(dn string, change func([]secdesc.ACE) []secdesc.ACE) {
	b.t.Helper()
	sd, err := secdesc.Parse(b.dc.Descriptor(b.t, dn))
	if err != nil {
		b.t.Fatal(err)
	}
	sd.DACL.ACEs = change(sd.DACL.ACEs)
	raw, err := sd.Marshal()
	if err != nil {
		b.t.Fatal(err)
	}
	b.dc.SetDACL(b.t, dn, raw)
}

// addACE adds an ACE in front of what stands there.
func (b *bench) addACE(dn, sddl string) {
	b.t.Helper()
	one, err := secdesc.ParseSDDL("D:"+sddl, secdesc.DomainSIDs{})
	if err != nil {
		b.t.Fatal(err)
	}
	b.rewrite(dn, func(all []secdesc.ACE) []secdesc.ACE { return slices.Concat(one.DACL.ACEs, all) })
}

// removeACE takes an ACE away that must be there.
func (b *bench) removeACE(dn, sddl string) {
	b.t.Helper()
	found := false
	b.rewrite(dn, func(all []secdesc.ACE) []secdesc.ACE {
		return slices.DeleteFunc(all, func(a secdesc.ACE) bool {
			is := a.SDDL() == sddl
			found = found || is
			return is
		})
	})
	if !found {
		b.t.Fatalf("%s has no %s", dn, sddl)
	}
}

// stripUnexpire takes Unexpire Password from Authenticated Users, as hardened
// domains do.
func (b *bench) stripUnexpire() {
	b.t.Helper()
	b.removeACE(b.dc.BaseDN, "(OA;;CR;"+unexpirePassword+";;AU)")
}

// maybeLatest is latest where there may be no run.
func (b *bench) maybeLatest() (steps.Run, error) {
	b.t.Helper()
	store, err := steps.OpenStore(filepath.Join(b.state, "runs"))
	if err != nil {
		return steps.Run{}, err
	}
	run, err := store.History().Latest(nil)
	if err != nil && !errors.Is(err, steps.ErrNoRun) {
		b.t.Fatal(err)
	}
	return run, err
}

// goesBackIfAny is goesBack where an undo may have ended before it was cut.
func (b *bench) goesBackIfAny(first []string, when string) {
	b.t.Helper()
	if b.latest().State == steps.RunUndone {
		b.wantWorld(first, when)
		return
	}
	b.goesBack(first, when)
}
