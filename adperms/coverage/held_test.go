package coverage_test

import (
	"errors"
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// What a protected account's own DACL gives stays where AdminSDHolder gives it, and
// is gone within the hour where it does not. Survey and explanation say the same.
func TestHeldByAdminSDHolder(t *testing.T) {
	user := adperms.WritebackClasses()[0]
	var grants, some []secdesc.ACE
	for _, g := range adperms.WritebackGrants(connector, user) {
		g.Scope = adperms.ThisObjectOnly
		grants = append(grants, g.ACE())
	}
	some = grants[:1]
	inheritOnly := slices.Clone(grants)
	for i := range inheritOnly {
		inheritOnly[i].Flags |= secdesc.ContainerInherit | secdesc.InheritOnly
	}
	raw := func(control secdesc.Control, aces ...secdesc.ACE) []byte {
		d := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent | control, Owner: admins, Group: admins, DACL: secdesc.NewACL(aces...)}
		b, err := d.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	fixed := func(aces ...secdesc.ACE) []byte { return raw(secdesc.DACLProtected, aces...) }
	all := secdesc.Allow(team, secdesc.GenericAll, 0, secdesc.GUID{}, secdesc.GUID{})
	broken := errors.New("the DC is gone")
	for _, c := range []struct {
		name      string
		protected bool
		own       []byte
		holder    []byte // nil: not shown
		err       error
		want      coverage.Reason
		writable  bool
	}{
		{"AdminSDHolder grants it", true, fixed(grants...), fixed(grants...), nil, coverage.GrantedByHolder, true},
		{"by a group, and everything", true, fixed(all), fixed(all), nil, coverage.GrantedByHolder, true},
		{"it was granted on the account alone", true, fixed(grants...), fixed(), nil, coverage.ProtectedAccount, false},
		{"AdminSDHolder grants one right", true, fixed(grants...), fixed(some...), nil, coverage.ProtectedAccount, false},
		{"it is only passed on there", true, fixed(grants...), fixed(inheritOnly...), nil, coverage.ProtectedAccount, false},
		{"AdminSDHolder is not shown", true, fixed(grants...), nil, nil, coverage.ProtectedAccount, false},
		{"AdminSDHolder is not well-formed", true, fixed(grants...), []byte{1, 0, 4}, nil, coverage.ProtectedAccount, false},
		{"nothing is granted", true, fixed(), fixed(), nil, coverage.ProtectedAccount, false},
		{"nothing is granted yet", true, fixed(), fixed(grants...), nil, coverage.ProtectedAccount, false},
		{"the DC is gone", true, fixed(grants...), nil, broken, coverage.None, false},
		{"an ordinary user whose inheritance is off", false, fixed(grants...), fixed(grants...), nil, coverage.None, true},
		{"an ordinary user", false, raw(0, grants...), fixed(grants...), nil, coverage.None, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := coverage.Question{Connector: connector, Token: adperms.NewToken(connector, team), Classes: []secdesc.GUID{userClass}, Scopes: []string{root},
				Protected: func(secdesc.SID) (bool, error) { return c.protected, nil },
				Holder:    func() ([]byte, error) { return c.holder, c.err }}
			top := coverage.Object{DN: root, Descriptor: raw(0, listed)}
			u := coverage.User{DN: []byte("CN=somebody," + root), SID: domain.Child(1300).Bytes(), Class: userClass, Descriptor: c.own, AdminCount: c.protected}
			s := coverage.New(q)
			s.Add(top)
			v, err := s.User(&u)
			if !errors.Is(err, c.err) {
				t.Fatal(err)
			}
			if c.err != nil {
				if s.Found().Users != 0 {
					t.Error("counted")
				}
				return
			}
			if v.After != v.Before || v.After.Reasons.First() != c.want || v.After.Writable() != c.writable {
				t.Errorf("%v, writable %v; want %q, %v", v.After.Reasons.Codes(), v.After.Writable(), c.want.Code(), c.writable)
			}
			e, err := coverage.Explain(q, u, []coverage.Object{top})
			if err != nil || e.Outcome != v.After {
				t.Errorf("explain says %+v, the survey %+v, %v", e.Outcome, v.After, err)
			}
			r := s.Found()
			told := append(slices.Clone(r.Blocked), r.Notes...)
			if *r.Writable != map[bool]int{true: 1}[c.writable] || (len(r.Notes) == 1) != (c.want == coverage.GrantedByHolder) || (len(told) == 1) != (c.want != coverage.None) {
				t.Errorf("%+v", r)
			}
			if sum := coverage.Sum(r, r); len(sum.Notes) != len(r.Notes) || len(r.Notes) == 1 && (sum.Notes[0].Count != 2 || sum.Notes[0].Fix != r.Notes[0].Fix) {
				t.Errorf("of two domains: %+v", sum)
			}
		})
	}
}
