package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/internal/ldapproxy"
	"writeback/steps"
)

// Somebody else works on the same objects at the same time, by a connection of
// their own: between plan and apply, between our read and our write, between
// our write and our look.

// theirs is an ACE that somebody else adds: for the same account and attribute,
// of no use for password writeback.
func (b *bench) theirs() string {
	return "(OA;CIIO;RP;bf967a0a-0de6-11d0-a285-00aa003049e2;bf967aba-0de6-11d0-a285-00aa003049e2;" + b.connector.SID + ")"
}

// ours is one of the three ACEs.
func (b *bench) ours() string {
	return "(OA;CIIO;WP;28630ebf-41d5-11d1-a9c1-0000f80367c1;bf967aba-0de6-11d0-a285-00aa003049e2;" + b.connector.SID + ")"
}

// then is a hook that lets somebody do something, once, and the message pass.
func then(do func()) ldapproxy.Hook {
	return func(*ldapproxy.Message) ldapproxy.Verdict {
		do()
		return ldapproxy.Pass()
	}
}

// byGUID is a hook for the nth read of an object by its GUID.
func byGUID(n int, act ldapproxy.Hook) ldapproxy.Hook {
	seen := 0
	return func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Search && strings.HasPrefix(m.DN(), "<GUID=") {
			if seen++; seen == n {
				return act(m)
			}
		}
		return ldapproxy.Pass()
	}
}

// Nobody else writes: no warning.
func TestNoConcurrentWrite(t *testing.T) {
	b := newBench(t)
	res := decode[steps.Result](t, b.want(exitDone, "apply", "--yes", "--output", "json"))
	if n := count(res.Steps[0].Findings, "concurrent-write"); n != 0 {
		t.Errorf("%d warnings", n)
	}
	undone := decode[steps.UndoResult](t, b.want(exitDone, "undo", "--yes", "--output", "json"))
	if len(undone.Findings) != 0 {
		t.Errorf("%+v", undone.Findings)
	}
}

// Between our read and our replace somebody else adds an ACE: there is no
// compare-and-swap in LDAP, so theirs is lost, and a warning says so. Ours are in
// place, and undo takes back ours.
func TestConcurrentWrite(t *testing.T) {
	b := newBench(t)
	first := b.dacl(b.dc.BaseDN)
	b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, then(func() { b.addACE(b.dc.BaseDN, b.theirs()) })))
	res := decode[steps.Result](t, b.want(exitDone, "apply", "--yes", "--output", "json"))
	if n := count(res.Steps[0].Findings, "concurrent-write"); n != 1 || res.State != steps.ResultDone || len(res.Steps[0].Made) != 3 {
		t.Fatalf("%d warnings: %+v", n, res)
	}
	now := b.dacl(b.dc.BaseDN)
	if !slices.Contains(now, b.ours()) || slices.Contains(now, b.theirs()) {
		t.Fatalf("%s", difference(now, first))
	}
	b.want(exitDone, "verify")

	b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, then(func() { b.addACE(b.dc.BaseDN, b.theirs()) })))
	o := b.want(exitDone, "undo", "--yes", "--output", "json")
	undone := decode[steps.UndoResult](t, o)
	if n := count(undone.Findings, "concurrent-write"); n != 1 || undone.State != steps.ResultUndone {
		t.Fatalf("undo: %d warnings: %+v", n, undone)
	}
	b.wantDACL(b.dc.BaseDN, first, "undo")
}

// The text says it, too.
func TestConcurrentWriteIsSaid(t *testing.T) {
	b := newBench(t)
	write := func() {
		b.proxy.Before(ldapproxy.At(1, ldapproxy.Modify, then(func() { b.addACE(b.dc.BaseDN, b.theirs()) })))
	}
	for _, verb := range []string{"apply", "undo"} {
		write()
		o := b.want(exitDone, verb, "--yes")
		if !strings.Contains(o.out, "concurrent-write") || !strings.Contains(o.out, "the DC counts 2 writes where ours is 1") {
			t.Errorf("%s: %s", verb, o.out)
		}
	}
}

// Just before we read back somebody else writes over ours, from what they read
// earlier: a clear error, and the next run adds it again.
func TestOverwrittenByOthers(t *testing.T) {
	b := newBench(t)
	first := b.dacl(b.dc.BaseDN)
	before := b.dc.Descriptor(t, b.dc.BaseDN)
	b.proxy.After(ldapproxy.At(1, ldapproxy.ModifyResponse, then(func() { b.dc.SetDACL(t, b.dc.BaseDN, before) })))
	b.ends(exitError, []string{"is not in it: somebody else wrote at the same time", "writeback apply continues the run"}, "apply", "--yes")
	b.proxy.After(nil)
	b.wantDACL(b.dc.BaseDN, first, "overwritten")
	if run, err := b.maybeLatest(); err != nil || len(run.Made) != 0 || run.State != steps.RunEmpty {
		t.Errorf("run %q, %d made, %v", run.State, len(run.Made), err)
	}
	b.want(exitDone, "apply", "--yes")
	b.goesBack(first, "added again")
}

// Between the plan and our write somebody else adds one of the very same ACEs:
// it is theirs, and undo leaves it.
func TestSameACEByOthers(t *testing.T) {
	b := newBench(t)
	first := b.dacl(b.dc.BaseDN)
	// The first read by GUID is kept, the second is edited.
	b.proxy.Before(byGUID(2, then(func() { b.addACE(b.dc.BaseDN, b.ours()) })))
	b.ends(exitError, []string{"somebody else added the same ACE", "writeback apply continues the run"}, "apply", "--yes")
	b.proxy.Before(nil)
	if run := b.latest(); len(run.Made) != 0 || run.State != steps.RunEmpty {
		t.Fatalf("run %q, %d made", run.State, len(run.Made))
	}
	b.want(exitDone, "apply", "--yes")
	if run := b.latest(); len(run.Made) != 2 || run.State != steps.RunDone {
		t.Fatalf("continued run %q, %d made", run.State, len(run.Made))
	}
	b.want(exitDone, "undo", "--yes")
	b.wantDACL(b.dc.BaseDN, sorted(first, b.ours()), "undo")
}

// Killed between intent and write; then an administrator adds the same ACE by
// hand before the run goes on. Within minutes nothing tells it from ours
// (steps/stages, Resolve): it was approved and announced, so undo takes it back.
// Somebody else's other ACE stays.
func TestSameACEByHandAfterTheCut(t *testing.T) {
	b := newBench(t)
	first := b.dacl(b.dc.BaseDN)
	b.dieAt(cut{write: 1}, "apply", "--yes")
	b.addACE(b.dc.BaseDN, b.ours())
	b.addACE(b.dc.BaseDN, b.theirs())
	res := decode[steps.Result](t, b.want(exitDone, "apply", "--yes", "--output", "json"))
	if n := count(res.Steps[0].Findings, "concurrent-write"); n != 1 || len(res.Steps[0].Made) != 3 {
		t.Errorf("%d warnings, %d made", n, len(res.Steps[0].Made))
	}
	b.want(exitDone, "undo", "--yes")
	b.wantDACL(b.dc.BaseDN, sorted(first, b.theirs()), "undo")
}

func sorted(first []string, more ...string) []string {
	aces := slices.Concat(first[3:], more)
	slices.Sort(aces)
	return append(slices.Clone(first[:3]), aces...)
}

func count(fs []steps.Finding, code string) (n int) {
	for _, f := range fs {
		if f.Code == code {
			n++
		}
	}
	return n
}

// After the plan somebody takes Unexpire Password away: a line more would be
// needed, which nobody approved. Nothing is written, and no run begun.
func TestDriftAfterPlan(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(b.dir, "plan.json")
	b.want(exitDone, "plan", "-o", file)
	b.stripUnexpire()
	usn := b.dc.USNChanged(t, b.dc.BaseDN)
	b.ends(exitDrift, []string{"Unexpire Password", "plan again"}, "apply", file, "--yes")
	if now := b.dc.USNChanged(t, b.dc.BaseDN); now != usn || b.proxy.Writes() != 0 || b.runs() != 0 {
		t.Errorf("written: uSNChanged %d, was %d; %d writes, %d runs", now, usn, b.proxy.Writes(), b.runs())
	}
}

// A line that is not needed any more is fine, and what others made stays.
func TestLessAfterPlan(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(b.dir, "plan.json")
	b.want(exitDone, "plan", "-o", file)
	b.addACE(b.dc.BaseDN, b.ours())
	first := b.dacl(b.dc.BaseDN)
	res := decode[steps.Result](t, b.want(exitDone, "apply", file, "--yes", "--output", "json"))
	if len(res.Steps[0].Made) != 2 || b.proxy.Writes() != 1 {
		t.Errorf("%d made, %d writes", len(res.Steps[0].Made), b.proxy.Writes())
	}
	b.want(exitDone, "verify")
	b.goesBack(first, "two of three")
	if !slices.Contains(first, b.ours()) {
		t.Error("theirs is gone")
	}
}

// The same drift after the preview and before the first write: apply looks once
// more for itself.
func TestDriftDuringApply(t *testing.T) {
	b := newBench(t)
	reads := 0
	b.proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
		if m.Op == ldapproxy.Search && m.DN() == b.connector.DN { // with this each look begins
			if reads++; reads == 2 {
				b.stripUnexpire()
			}
		}
		return ldapproxy.Pass()
	})
	b.ends(exitDrift, []string{"Unexpire Password"}, "apply", "--yes")
	if reads < 2 || b.proxy.Writes() != 0 {
		t.Errorf("%d reads, %d writes", reads, b.proxy.Writes())
	}
	b.proxy.Before(nil)
	if run, err := b.maybeLatest(); err != nil || run.State != steps.RunEmpty || run.Unfinished() {
		t.Errorf("run %q, %v", run.State, err)
	}
}
