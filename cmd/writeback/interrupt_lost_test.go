package main

import (
	"strings"
	"testing"

	"writeback/internal/ldapproxy"
	"writeback/steps"
)

// The connection is lost before or after a write reaches the DC: the program
// says what it does not know and what to do next, and the next one finds out.
func TestLostDuringWrite(t *testing.T) { onEach(t, oneByOne, lostDuringWrite) }

func lostDuringWrite(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "uncut")
	lose := func(n int, answered bool) {
		if answered {
			b.proxy.After(ldapproxy.At(n, ldapproxy.ModifyResponse, ldapproxy.Cut))
		} else {
			b.proxy.Before(ldapproxy.At(n, ldapproxy.Modify, ldapproxy.Cut))
		}
	}
	whole := func() { b.proxy.Before(nil); b.proxy.After(nil) }
	for n := 1; n <= 2; n++ {
		for _, answered := range []bool{false, true} {
			b.afresh()
			lose(n, answered)
			if o := b.ends(exitError, []string{"it is not known whether the DC made this change", "looks first and goes on from there", "writeback apply continues the run"}, "apply", "--yes"); strings.Count(o.err, "is in doubt until") > 1 {
				t.Errorf("the doubt of one write is told more than once: %s", o.err)
			}
			whole()
			if run := b.latest(); run.State != steps.RunInDoubt || len(run.Made) != n-1 {
				t.Fatalf("write %d: run %q, %d made", n, run.State, len(run.Made))
			}
			b.want(exitDone, "apply", "--yes")
			b.wantWorld(final, "continued")
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
func TestLostAnywhere(t *testing.T) { onEach(t, everyCut, lostAnywhere) }

func lostAnywhere(t *testing.T, g ground) {
	b, first, final := g.cutBench(t)
	b.goesBack(first, "uncut")
	b.afresh()
	b.proxy.Reset()
	b.want(exitDone, "apply", "--yes")
	all := b.proxy.Operations()
	b.goesBack(first, "uncut")
	if all < 20 {
		t.Fatalf("%d operations in an apply", all)
	}
	for _, i := range g.share.Of(t, all) {
		n := i + 1
		b.afresh()
		seen := 0
		b.proxy.Before(func(m *ldapproxy.Message) ldapproxy.Verdict {
			if m.Op == ldapproxy.Bind || m.Op == ldapproxy.Unbind {
				return ldapproxy.Pass()
			}
			if seen++; seen == n {
				return ldapproxy.Drop()
			}
			return ldapproxy.Pass()
		})
		b.want(exitError, "apply", "--yes")
		b.proxy.Before(nil)
		if run, err := b.maybeLatest(); err == nil && run.State == steps.RunDone {
			t.Errorf("lost at message %d: the run is %q", n, run.State)
		}
		b.env = append(b.env, laterEnv+"=20m") // and what was lost cannot come any more
		b.comesBack(first, final, "lost")
		b.env = b.env[:len(b.env)-1]
	}
}
