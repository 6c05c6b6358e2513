package main

import (
	"testing"

	"writeback/internal/ldaptap"
	"writeback/steps"
)

// The connection is lost before or after a write reaches the DC: the program
// says what it does not know and what to do next, and the next one finds out.
func TestLostDuringWrite(t *testing.T) {
	b, first, final := newCutBench(t)
	b.goesBack(first, "uncut")
	lose := func(n int, answered bool) {
		if answered {
			b.tap.After(ldaptap.At(n, ldaptap.ModifyResponse, ldaptap.Cut))
		} else {
			b.tap.Before(ldaptap.At(n, ldaptap.Modify, ldaptap.Cut))
		}
	}
	whole := func() { b.tap.Before(nil); b.tap.After(nil) }
	for n := 1; n <= 4; n++ {
		for _, answered := range []bool{false, true} {
			b.afresh()
			lose(n, answered)
			b.ends(exitError, []string{"it is not known whether the DC made this change", "looks first and goes on from there", "writeback apply continues the run"}, "apply", "--yes")
			whole()
			if run := b.latest(); run.State != steps.RunInDoubt || len(run.Made) != n-1 {
				t.Fatalf("write %d: run %q, %d made", n, run.State, len(run.Made))
			}
			b.want(exitDone, "apply", "--yes")
			b.wantDACL(b.dc.BaseDN, final, "continued")
			if run := b.latest(); run.State != steps.RunDone || len(run.Made) != 4 {
				t.Fatalf("write %d: continued run %q, %d made", n, run.State, len(run.Made))
			}
			b.env = append(b.env, laterEnv+"=20m") // the write that was lost cannot come any more
			lose(n, answered)
			b.ends(exitError, []string{"it is not known whether the DC made this change", "writeback undo goes on"}, "undo", "--yes")
			whole()
			b.goesBack(first, "undo lost")
			b.env = b.env[:len(b.env)-1]
		}
	}
}

// The connection is lost at every message of a whole apply.
func TestLostAnywhere(t *testing.T) {
	b, first, final := newCutBench(t)
	b.goesBack(first, "uncut")
	b.afresh()
	b.tap.Reset()
	b.want(exitDone, "apply", "--yes")
	all := b.tap.Operations()
	b.goesBack(first, "uncut")
	if all < 20 {
		t.Fatalf("%d operations in an apply", all)
	}
	for n := 1; n <= all; n++ {
		b.afresh()
		seen := 0
		b.tap.Before(func(m *ldaptap.Message) ldaptap.Verdict {
			if m.Op == ldaptap.Bind || m.Op == ldaptap.Unbind {
				return ldaptap.Pass()
			}
			if seen++; seen == n {
				return ldaptap.Drop()
			}
			return ldaptap.Pass()
		})
		b.want(exitError, "apply", "--yes")
		b.tap.Before(nil)
		if run, err := b.maybeLatest(); err == nil && run.State == steps.RunDone {
			t.Errorf("lost at message %d: the run is %q", n, run.State)
		}
		b.env = append(b.env, laterEnv+"=20m") // and what was lost cannot come any more
		b.comesBack(first, final, "lost")
		b.env = b.env[:len(b.env)-1]
	}
}
