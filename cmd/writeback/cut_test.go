package main

import (
	"testing"

	"writeback/steps"
)

// The cut test: the process is killed (SIGKILL, a real process, a real DC)
// before and after every journal record and every LDAP write, in apply and in
// undo. Whatever the point, apply again ends in the same final state, and undo
// then in the first.

// cutBench is a bench that needs four changes in two writes: one on the domain's root,
// and three on the OU that is the scope. Both hold things of others, ACEs for the same
// account, as does another OU.
func (g ground) cutBench(t *testing.T) (b *bench, first, final []string) {
	b = g.bench(t)
	b.stripUnexpire()
	b.addACE(b.dc.BaseDN, "(OA;CIIO;RP;28630ebf-41d5-11d1-a9c1-0000f80367c1;bf967aba-0de6-11d0-a285-00aa003049e2;"+b.connector.SID+")")
	ou := b.dc.OU(t)
	b.addACE(ou, "(A;CI;RPWP;;;"+b.connector.SID+")")
	foreign := b.dacl(ou)
	b.also = b.dc.OU(t)
	b.addACE(b.also, b.theirs())
	b.flags = append(b.flags, "--scope", b.also)
	t.Cleanup(func() { b.wantDACL(ou, foreign, "at the end") })
	first = b.world()
	b.want(exitDone, "apply", "--yes")
	final = b.world()
	if len(final) != len(first)+4 {
		t.Fatalf("four more ACEs are expected: %s", difference(final, first))
	}
	return b, first, final
}

// comesBack: apply again ends in the final state, undo in the first.
func (b *bench) comesBack(first, final []string, when string) {
	b.t.Helper()
	b.want(exitDone, "apply", "--yes")
	b.wantWorld(final, when+", then apply")
	if run := b.latest(); run.State != steps.RunDone || len(run.Made) != len(final)-len(first) { // each ACE is owned once
		b.t.Fatalf("%s, then apply: the run is %q and owns %d changes, want %d", when, run.State, len(run.Made), len(final)-len(first))
	}
	b.want(exitDone, "verify")
	b.goesBack(first, when+", then apply")
}

func (b *bench) goesBack(first []string, when string) {
	b.t.Helper()
	b.want(exitDone, "undo", "--yes")
	b.wantWorld(first, when+", then undo")
	if run := b.latest(); run.State != steps.RunUndone && run.State != steps.RunEmpty {
		b.t.Fatalf("%s, then undo: the run is %q", when, run.State)
	}
}

// points enumerates from a run that nobody cuts what there is to cut, and
// holds their number against what is known of the format: none is forgotten.
func (b *bench) points(records []steps.Record, kinds map[steps.Kind]int, writes int) []cut {
	b.t.Helper()
	found := map[steps.Kind]int{}
	for _, r := range records {
		found[r.Kind]++
	}
	for kind, n := range kinds {
		if found[kind] != n {
			b.t.Fatalf("%d records %q in an uncut run, want %d", found[kind], kind, n)
		}
		delete(found, kind)
	}
	if len(found) > 0 {
		b.t.Fatalf("records that nobody thought of: %v", found)
	}
	if n := b.proxy.Writes(); n != writes {
		b.t.Fatalf("%d LDAP writes in an uncut run, want %d", n, writes)
	}
	return cuts(records, writes)
}

func TestCutApply(t *testing.T) { onEach(t, everyCut, cutApply) }

func cutApply(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	all := b.points(b.latest().Records, map[steps.Kind]int{
		steps.KindOpened: 1, steps.KindApproved: 1, steps.KindSaved: 2, steps.KindIntent: 4, steps.KindMade: 4, steps.KindClosed: 1}, 2)
	if len(all) != 30 {
		t.Fatalf("%d points, want 30", len(all))
	}
	b.goesBack(first, "uncut")
	for _, c := range picked(t, g, all) {
		b.afresh()
		b.dieAt(c, "apply", "--yes")
		b.comesBack(first, final, "cut "+c.String())
	}
}

// Undo alone, without applying again, takes back what an apply that was cut
// has made.
func TestCutApplyThenUndo(t *testing.T) { onEach(t, everyCut, cutApplyThenUndo) }

func cutApplyThenUndo(t *testing.T, g ground) {
	b, first, _ := g.cutBench(t)
	all := cuts(b.latest().Records, b.proxy.Writes())
	b.goesBack(first, "uncut")
	for _, c := range picked(t, g, all) {
		b.afresh()
		b.dieAt(c, "apply", "--yes")
		if run, err := b.maybeLatest(); err != nil || run.State == steps.RunEmpty {
			b.wantWorld(first, "cut "+c.String()) // nothing was begun
			continue
		}
		b.goesBack(first, "cut "+c.String())
	}
}

func TestCutUndo(t *testing.T) { onEach(t, everyCut, cutUndo) }

func cutUndo(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	made := len(b.latest().Records)
	b.proxy.Reset()
	b.goesBack(first, "uncut")
	all := b.points(b.latest().Records[made:], map[steps.Kind]int{
		steps.KindReopened: 1, steps.KindUndoing: 4, steps.KindUndone: 4, steps.KindClosed: 1}, 2)
	if len(all) != 24 {
		t.Fatalf("%d points, want 24", len(all))
	}
	for _, c := range picked(t, g, all) {
		b.afresh()
		b.want(exitDone, "apply", "--yes")
		b.dieAt(c, "undo", "--yes")
		b.goesBackIfAny(first, "undo cut "+c.String())

		b.afresh()
		b.want(exitDone, "apply", "--yes")
		b.dieAt(c, "undo", "--yes")
		b.comesBack(first, final, "undo cut "+c.String())
	}
}

// Killed, continued, killed again: for some first points, at a sample of the
// points of what the second process does. (The engine's own tests take all.)
func TestCutTwice(t *testing.T) { onEach(t, twice, cutTwice) }

func cutTwice(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "uncut")
	for _, one := range picked(t, g, []cut{{point: "after intent 4"}, {write: 2, answered: true}, {point: "before made 11"}}) {
		b.afresh()
		b.dieAt(one, "apply", "--yes")
		before := len(b.latest().Records)
		b.proxy.Reset()
		b.want(exitDone, "apply", "--yes")
		all := cuts(b.latest().Records[before:], b.proxy.Writes())
		b.goesBack(first, "uncut")
		var seconds []cut
		for i := 0; i < len(all); i += 5 { // odd, so that it is before and after by turns
			seconds = append(seconds, all[i])
		}
		for _, two := range picked(t, g, seconds) {
			b.afresh()
			b.dieAt(one, "apply", "--yes")
			b.dieAt(two, "apply", "--yes")
			b.comesBack(first, final, "cut "+one.String()+", then "+two.String())
		}
	}
}
