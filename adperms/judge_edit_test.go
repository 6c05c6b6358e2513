package adperms_test

import (
	"fmt"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

const editedTrees = 8

// TestJudgeEdit plans grants on random trees, writes what Rewrite gives, and
// reads back: the explicit ACEs are those of the plan, a second plan is empty,
// the account can do what was granted, and undo leaves the ACEs of before.
func TestJudgeEdit(t *testing.T) {
	dc := sambatest.Shared(t)
	var made, there, proven, denied int
	for seed := range uint64(editedTrees) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			tr := plant(t, dc, 1000+seed)
			tr.furnish(t)
			conns := tr.signIn(t)
			for i, who := range tr.accounts {
				token := tokenOf(t, dc, tr.nodes[who.at].dn)
				grants := adperms.WritebackGrants(tr.nodes[who.at].sid, adperms.WritebackClasses()...)
				scope := tr.rng.IntN(4) // an OU: they come first
				before := tr.get(t, scope)
				e := plan(before, token, grants)
				e.DN = tr.nodes[scope].dn
				done := tr.apply(t, scope, e)
				made, there = made+len(e.Add), there+len(grants)-len(e.Add)

				after := tr.get(t, scope)
				if again := plan(after, token, grants); again.Add != nil {
					t.Errorf("seed %d: a second plan for %s adds %s", tr.seed, e.DN, paper.spoken(again.Add))
				}
				p, d := tr.prove(t, conns[i], token, scope, grants)
				proven, denied = proven+p, denied+d

				tr.apply(t, scope, done.Invert())
				if diff := setDiff(before.DACL.Explicit(), tr.get(t, scope).DACL.Explicit()); diff != "" {
					t.Errorf("seed %d: undone, %s differs:\n%s", tr.seed, e.DN, diff)
				}
			}
		})
	}
	t.Logf("%d ACEs written, %d grants were there; %d writes let through, %d grants denied", made, there, proven, denied)
	if made == 0 || there == 0 || proven == 0 || denied == 0 {
		t.Error("the trees are too much alike")
	}
}

// apply writes an edit and reads it back. It gives the part that was done.
func (tr *tree) apply(t *testing.T, at int, e adperms.Edit) adperms.Edit {
	t.Helper()
	planned, ignored, err := e.Rewrite(tr.get(t, at))
	if err != nil {
		t.Fatalf("seed %d: rewrite %s: %v", tr.seed, e.DN, err)
	}
	tr.put(t, at, planned)
	if diff := setDiff(planned.DACL.Explicit(), tr.get(t, at).DACL.Explicit()); diff != "" {
		t.Errorf("seed %d: the DC's DACL of %s is not the planned one:\n%s", tr.seed, e.DN, diff)
	}
	return e.Done(ignored)
}

// prove tries out the grants on the accounts below the scope, as far as
// inheritance reaches them and no deny was found.
func (tr *tree) prove(t *testing.T, conn *ldap.Conn, token adperms.Token, scope int, grants []adperms.Grant) (proven, denied int) {
	t.Helper()
	for _, g := range grants {
		c := adperms.Survey(tr.get(t, scope).DACL, token, g)
		if len(c.Denied) > 0 || len(c.Partly) > 0 {
			denied++
			continue
		}
		for at, n := range tr.nodes {
			if !n.target || n.class != g.Scope.Class || !tr.below(at, scope) || tr.cutOff(t, at, scope, token, g) {
				continue
			}
			try := attempts[indexOf(g.Right)]
			did, err := try.by(t, conn, &victim{dc: tr.dc, dn: n.dn})
			if err != nil || !did {
				t.Errorf("seed %d: %s on %s was granted on %s, but is refused (%v):\n%s", tr.seed, g.Right.Name, n.dn, tr.nodes[scope].dn,
					err, about(tr.get(t, at).DACL, token))
			}
			proven++
		}
	}
	return proven, denied
}

func indexOf(r adperms.Right) int {
	for i, try := range attempts {
		if try.right == r {
			return i
		}
	}
	panic("no attempt at " + r.Name)
}

// cutOff says that something between scope and object keeps the grant away: a
// protected DACL, or a deny that is nearer.
func (tr *tree) cutOff(t *testing.T, at, scope int, token adperms.Token, g adperms.Grant) bool {
	t.Helper()
	for ; at != scope; at = tr.nodes[at].parent {
		d := tr.get(t, at)
		if d.Protected() {
			return true
		}
		for _, a := range d.DACL.Explicit() {
			if a.Type.Denies() && token.Has(a.Trustee) && a.Mask.MapGeneric()&g.Right.Mask != 0 {
				return true
			}
		}
	}
	return false
}

// The life of the three grants: refused, granted, undone beside a later ACE of
// somebody else.
func TestJudgeGrantAndUndo(t *testing.T) {
	s := newStage(t)
	conn, err := s.dc.BindAs(t, s.upn, startPassword)
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{dc: s.dc, dn: s.dc.AddUser(t, s.ou, sambatest.Unique("user"), startPassword)}
	may := func() (letters string) {
		for _, try := range attempts {
			did, err := try.by(t, conn, v)
			if err != nil {
				t.Fatal(err)
			}
			if did {
				letters += try.letter
			}
		}
		return letters
	}
	write := func(d *secdesc.Descriptor) {
		payload, err := adperms.Payload(d)
		if err != nil {
			t.Fatal(err)
		}
		s.dc.SetDACL(t, s.ou, payload)
	}
	before := descriptorOf(t, s.dc, s.ou)
	if got := may(); got != "" {
		t.Fatalf("before any grant: %s", got)
	}
	e := plan(before, s.token(), adperms.WritebackGrants(s.me, mustName("user")))
	after, ignored, err := e.Rewrite(before)
	if err != nil || len(e.Add) != 3 {
		t.Fatalf("%d ACEs, %v", len(e.Add), err)
	}
	write(after)
	if got := may(); got != "RLP" {
		t.Errorf("after the grants: %q", got)
	}
	// Somebody else adds an ACE; undo leaves it.
	later := descriptorOf(t, s.dc, s.ou)
	others := s.aces(t, "(A;CI;RPLC;;;{other})")
	later.DACL.ACEs = append(others, later.DACL.ACEs...)
	write(later)
	undone, left, err := e.Done(ignored).Invert().Rewrite(descriptorOf(t, s.dc, s.ou))
	if err != nil || left.Absent != nil {
		t.Fatalf("undo: %v, not found %v", err, left.Absent)
	}
	write(undone)
	if got := may(); got != "" {
		t.Errorf("after undo: %q", got)
	}
	if diff := setDiff(append(others, before.DACL.Explicit()...), descriptorOf(t, s.dc, s.ou).DACL.Explicit()); diff != "" {
		t.Errorf("after undo:\n%s", diff)
	}
}
