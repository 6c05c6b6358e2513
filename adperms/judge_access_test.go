package adperms_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/sambatest"
)

// More trees, or others: go test ./adperms -run TestJudge -judge.trees 300 -judge.seed 5000
var (
	judgedTrees = flag.Uint64("judge.trees", 30, "how many random trees the judge tries, of four accounts and seven targets each")
	firstSeed   = flag.Uint64("judge.seed", 0, "the seed of the first tree; the others follow it")
)

// TestJudge is the proof of Access and of Inherit: what they say of random
// trees is what a Samba DC does.
func TestJudge(t *testing.T) {
	dc := sambatest.Shared(t)
	var cases, granted, objects, moves int
	for i := range *judgedTrees {
		seed := *firstSeed + i
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			tr := plant(t, dc, seed)
			tr.furnish(t)
			tr.judgeInheritance(t, "as written")
			moves += tr.shuffle(t)
			live, predicted := tr.judgeInheritance(t, "after moves")
			objects += 2 * len(tr.nodes)
			c, g := tr.judgeAccess(t, live, predicted)
			cases, granted = cases+c, granted+g
		})
	}
	t.Logf("%d cases with three rights each, %d of the rights granted; %d DACLs computed, %d moves", cases, granted, objects, moves)
	if cases < 300 || moves < int(*judgedTrees)/2 {
		t.Errorf("%d cases and %d moves are too few", cases, moves)
	}
	if granted < cases/3 || granted > 3*cases-cases/3 {
		t.Errorf("%d of %d rights granted: the trees are too much alike", granted, 3*cases)
	}
}

// furnish gives owners and DACLs. Owners come first: when an owner alone is
// changed, Samba does not compute what stands for CREATOR OWNER again.
func (tr *tree) furnish(t *testing.T) {
	t.Helper()
	for i := range tr.nodes {
		if tr.rng.IntN(2) == 0 {
			tr.own(t, i)
		}
	}
	for i, n := range tr.nodes {
		if n.class == ouClass || tr.rng.IntN(2) == 0 {
			tr.write(t, i)
		}
	}
}

// shuffle moves some objects, OUs with all that is in them.
func (tr *tree) shuffle(t *testing.T) (moves int) {
	t.Helper()
	for range 4 {
		at := 1 + tr.rng.IntN(len(tr.nodes)-1)
		to := tr.rng.IntN(len(tr.nodes))
		if tr.nodes[to].class != ouClass || tr.below(to, at) || tr.nodes[at].parent == to {
			continue
		}
		tr.move(t, at, to)
		moves++
	}
	return moves
}

// attempt is a write that needs one right and no other.
type attempt struct {
	right  adperms.Right
	letter string
	do     func(conn *ldap.Conn, target *victim) error
}

// victim is an account whose password and lockout are written.
type victim struct {
	dc      *sambatest.DC
	dn      string
	resets  int
	expired bool // pwdLastSet is 0
}

// attempts are the three writes of password writeback. Each one changes the
// value that is there: a write that changes nothing could be let through.
var attempts = []attempt{
	{adperms.ResetPassword, "R", func(conn *ldap.Conn, v *victim) error {
		v.resets++
		err := v.dc.SetPassword(conn, v.dn, fmt.Sprintf("Reset-%d-ed", v.resets))
		v.expired = v.expired && err != nil
		return err
	}},
	{adperms.WriteLockoutTime, "L", func(conn *ldap.Conn, v *victim) error {
		return v.replace(conn, "lockoutTime", "0")
	}},
	{adperms.WritePwdLastSet, "P", func(conn *ldap.Conn, v *victim) error {
		value := "0"
		if v.expired {
			value = "-1" // now: every account has the right Unexpire Password in a new domain
		}
		err := v.replace(conn, "pwdLastSet", value)
		if err == nil {
			v.expired = !v.expired
		}
		return err
	}},
}

func (v *victim) replace(conn *ldap.Conn, attribute string, values ...string) error {
	m := ldap.NewModifyRequest(v.dn, nil)
	m.Replace(attribute, values)
	return conn.Modify(m)
}

// lockOut makes the account look locked out, so that 0 is a change. Where a
// deny takes in the administrator as well it stays as it is.
func (v *victim) lockOut(t *testing.T) {
	t.Helper()
	if _, err := allowed(v.replace(v.dc.Admin(t), "lockoutTime", "133000000000000000")); err != nil {
		t.Fatalf("lock %s out: %v", v.dn, err)
	}
}

// judgeAccess lets every account try everything on every target. The answer of
// Access must be right for the DACL that the DC has, and for the computed one.
func (tr *tree) judgeAccess(t *testing.T, live []*secdesc.Descriptor, predicted []*secdesc.ACL) (cases, granted int) {
	t.Helper()
	victims := map[int]*victim{}
	for i, n := range tr.nodes {
		if n.target {
			victims[i] = &victim{dc: tr.dc, dn: n.dn}
		}
	}
	for i, conn := range tr.signIn(t) { // all of them now: their own passwords are reset, too
		who := tr.accounts[i]
		token := tokenOf(t, tr.dc, tr.nodes[who.at].dn)
		for at, n := range tr.nodes {
			if !n.target {
				continue
			}
			cases++
			computed := live[at].Clone()
			computed.DACL = predicted[at]
			for _, try := range attempts {
				did, err := try.by(t, conn, victims[at])
				if err != nil {
					t.Errorf("seed %d: %s as %s on %s: %v", tr.seed, try.right.Name, who.upn, n.dn, err)
					continue
				}
				if did {
					granted++
				}
				for what, d := range map[string]*secdesc.Descriptor{"the DC's DACL": live[at], "the computed DACL": computed} {
					target := adperms.Target{Descriptor: asSamba(d), Self: n.sid, Class: n.class}
					if said := adperms.Access(target, token, try.right); said.Granted != did {
						t.Errorf("seed %d: %s as %s on %s: the DC says %v, we say %v (%s %s) by %s:\n%s", tr.seed, try.right.Name,
							who.upn, n.dn, did, said.Granted, said.Ground, said.ACE.SDDL(), what, about(d.DACL, token))
					}
				}
			}
		}
	}
	return cases, granted
}

func (tr *tree) signIn(t *testing.T) []*ldap.Conn {
	t.Helper()
	var out []*ldap.Conn
	for _, a := range tr.accounts {
		conn, err := tr.dc.BindAs(t, a.upn, a.password)
		if err != nil {
			t.Fatalf("seed %d: %v", tr.seed, err)
		}
		out = append(out, conn)
	}
	return out
}

// about shows the ACEs that can matter to a token.
func about(l *secdesc.ACL, token adperms.Token) string {
	var b strings.Builder
	for _, a := range l.ACEs {
		if token.Has(a.Trustee) || a.Trustee == principalSelf {
			b.WriteString("  " + a.SDDL() + "\n")
		}
	}
	return b.String()
}

// by makes the attempt and reads the DC's answer.
func (try attempt) by(t *testing.T, conn *ldap.Conn, v *victim) (did bool, err error) {
	t.Helper()
	if try.right == adperms.WriteLockoutTime {
		v.lockOut(t)
	}
	return allowed(try.do(conn, v))
}

// asSamba gives the DACL as Samba takes it, which differs from the documents in
// one thing that the trees can hold: see whyControl, and its minimal cases.
func asSamba(d *secdesc.Descriptor) *secdesc.Descriptor {
	d = d.Clone()
	for i := range d.DACL.ACEs {
		if a := &d.DACL.ACEs[i]; a.Type == secdesc.AccessAllowedObject && a.Mask.Has(secdesc.ControlAccess) {
			a.Mask |= secdesc.WriteProperty
		}
	}
	return d
}

// allowed reads the DC's answer; what is neither yes nor no is an error.
func allowed(err error) (bool, error) {
	switch {
	case err == nil:
		return true, nil
	case ldap.IsErrorWithCode(err, ldap.LDAPResultInsufficientAccessRights):
		return false, nil
	default:
		return false, err
	}
}
