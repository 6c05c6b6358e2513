package coverage_test

import (
	"fmt"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// One user per reason: what is counted, where it is said to lie, and what to do.
func TestReasons(t *testing.T) {
	user, _ := adperms.Lookup("user")
	grants := func(flags secdesc.ACEFlags) (out []secdesc.ACE) {
		for _, g := range adperms.WritebackGrants(connector, user) {
			a := g.ACE()
			a.Flags |= flags
			out = append(out, a)
		}
		return out
	}
	bare := func(control secdesc.Control, aces ...secdesc.ACE) []byte {
		d := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent | control, Owner: admins, Group: admins, DACL: secdesc.NewACL(aces...)}
		raw, err := d.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	sd := func(control secdesc.Control, aces ...secdesc.ACE) []byte {
		return bare(control, append(aces, listed)...)
	}
	const people = "OU=People," + root
	inherited := grants(secdesc.Inherited)
	for i := range inherited {
		inherited[i].Flags &^= secdesc.InheritOnly
	}
	deny := secdesc.Deny(team, secdesc.ControlAccess, secdesc.ContainerInherit, adperms.ResetPassword.Type, secdesc.GUID{})
	conditional := secdesc.ACE{Type: secdesc.AccessAllowedCallback, Mask: secdesc.GenericAll, Trustee: connector, Data: "artx"}
	memberSID := domain.Child(500)
	for _, c := range []struct {
		name   string
		ou     coverage.Object
		user   coverage.User
		reason coverage.Reason
		by     string
		before bool
	}{
		{"inherits", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(0)}, coverage.None, "", false},
		{"has it already", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(0, inherited...)}, coverage.None, "", true},
		{"hidden", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{}, coverage.Hidden, "", false},
		{"not well-formed", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: []byte{1, 0, 4}}, coverage.Unreadable, "", false},
		{"OU hidden", coverage.Object{DN: people, Class: ouClass}, coverage.User{Descriptor: sd(0)}, coverage.ParentUnknown, people, false},
		{"OU not well-formed", coverage.Object{DN: people, Class: ouClass, Descriptor: []byte("no")}, coverage.User{Descriptor: sd(0)}, coverage.ParentUnknown, people, false},
		{"denied above", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0, deny)}, coverage.User{Descriptor: sd(0)}, coverage.DeniedByACE, "", false},
		{"denied here", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(0, deny)}, coverage.DeniedByACE, "", false},
		{"on a condition", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(secdesc.DACLProtected)}, coverage.User{Descriptor: sd(0, conditional)}, coverage.ConditionUnknown, "", false},
		{"OU protected", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(secdesc.DACLProtected)}, coverage.User{Descriptor: sd(0)}, coverage.InheritanceBlocked, people, false},
		{"user protected", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(secdesc.DACLProtected)}, coverage.InheritanceBlocked, "", false},
		{"administrator", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(secdesc.DACLProtected), AdminCount: true, SID: memberSID.Bytes()}, coverage.ProtectedAccount, "", false},
		{"was administrator", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(secdesc.DACLProtected), AdminCount: true}, coverage.OrphanedAdminCount, "", false},
		{"another class", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(0), Class: inetClass}, coverage.ClassNotCovered, "", false},
		{"may be disabled", coverage.Object{DN: people, Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(0), ControlHidden: true}, coverage.ControlHidden, "", false},
		{"below no scope", coverage.Object{DN: "CN=Users,DC=other", Class: ouClass, Descriptor: sd(0)}, coverage.User{Descriptor: sd(0)}, coverage.OutOfScope, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := coverage.New(coverage.Question{Connector: connector, Token: adperms.NewToken(connector, team), Classes: []secdesc.GUID{userClass},
				Scopes: []string{root}, Edits: []adperms.Edit{{DN: root, Add: grants(0)}},
				Protected: func(s secdesc.SID) (bool, error) { return s == memberSID, nil }})
			s.Add(coverage.Object{DN: root, Descriptor: sd(0)})
			s.Add(c.ou)
			c.user.DN = []byte("CN=somebody," + c.ou.DN)
			if c.user.Class.IsZero() {
				c.user.Class = userClass
			}
			v, err := s.User(&c.user)
			if err != nil {
				t.Fatal(err)
			}
			if got := v.After.Reasons.First(); got != c.reason || v.By != c.by || v.Before.Writable() != c.before || v.After.Writable() != (c.reason == coverage.None) {
				t.Errorf("%q by %q: %+v", got.Code(), v.By, v)
			}
			r := s.Predicted()
			if c.reason == coverage.None {
				if len(r.Blocked) != 0 || *r.After != 1 {
					t.Errorf("%+v", r)
				}
				return
			}
			b := r.Blocked[0]
			place := c.ou.DN
			if b.Reason != c.reason.Code() || b.Count != 1 || b.Examples[0] != string(c.user.DN) || b.Where[0] != (coverage.Place{DN: place, Count: 1}) || b.Text == "" || b.Fix == "" {
				t.Errorf("%+v", b)
			}
			if c.by != "" && c.reason == coverage.InheritanceBlocked && s.Blocking()[0].DN != people {
				t.Errorf("blocking: %v", s.Blocking())
			}
		})
	}
}

// A tree two hundred levels deep, and users whose parents come on demand.
func TestDeepTree(t *testing.T) {
	p := &paper{token: adperms.NewToken(connector)}
	p.add(thing{dn: root, parent: -1}, nil, false)
	for i := range 200 {
		p.add(thing{dn: fmt.Sprintf("OU=%d,%s", i, p.things[i].dn), class: ouClass, parent: i}, nil, false)
	}
	p.add(thing{dn: "CN=u," + p.things[200].dn, class: userClass, parent: 200, user: true, sid: domain.Child(9)}, nil, false)
	s := coverage.New(p.question(nil, 0))
	at := map[string]thing{}
	for _, x := range p.things {
		at[x.dn] = x
	}
	u := p.things[201]
	missing := s.Missing([]byte(u.dn), root)
	if len(missing) != 201 || missing[0] != p.things[200].dn || missing[200] != root {
		t.Fatalf("%d missing, from %q", len(missing), missing[0])
	}
	for _, dn := range missing {
		s.Add(coverage.Object{DN: dn, Class: at[dn].class, Descriptor: p.bytes(t, at[dn])})
	}
	if left := s.Missing([]byte(u.dn), root); left != nil {
		t.Fatalf("still missing: %q", left)
	}
	if v := ask(t, s, p, u); !v.After.Writable() || v.Before.Writable() {
		t.Errorf("%+v", v)
	}
}

// Thousands of distinct descriptors, and no user is counted wrong: nothing is
// remembered of them.
func TestManyDistinctDescriptors(t *testing.T) {
	p := &paper{token: adperms.NewToken(connector)}
	p.add(thing{dn: root, parent: -1}, nil, false)
	s := coverage.New(p.question(nil, 0))
	s.Add(coverage.Object{DN: root, Descriptor: p.bytes(t, p.things[0])})
	padding := strings.Repeat("x", 4000)
	for i := range 3000 {
		aces := []secdesc.ACE{{Type: secdesc.AccessAllowed, Trustee: domain.Child(uint32(i % 1500)), Data: padding}}
		x := thing{dn: fmt.Sprintf("CN=%d,%s", i, root), class: userClass, user: true, sd: &secdesc.Descriptor{Revision: 1,
			Control: secdesc.SelfRelative | secdesc.DACLPresent, Owner: admins, Group: admins, DACL: secdesc.NewACL(aces...)}}
		ask(t, s, p, x)
	}
	if r := s.Predicted(); r.Users != 3000 || *r.After != 3000 || *r.Before != 0 {
		t.Errorf("%d users, %d before, %d after", r.Users, *r.Before, *r.After)
	}
}

// What the sync server logs stands beside a reason that causes it, and beside no other.
func TestReasonsNameEvents(t *testing.T) {
	for r := coverage.None + 1; r.Code() != "granted-by-adminsdholder"; r++ {
		lacks := map[string]string{"denied-by-ace": "33004", "out-of-scope": "33004", "protected-account": "33004", "orphaned-admincount": "33004",
			"inheritance-blocked": "33004", "class-not-covered": "33004", "not-granted": "33004", "hidden-from-connector": "33002", "disabled": "33005"}[r.Code()]
		if text := r.One("OU=x"); strings.Contains(text, "event ") != (lacks != "") || !strings.Contains(text, lacks) || r.Text() == "" || r.Fix() == "" {
			t.Errorf("%s: %s", r.Code(), text)
		}
	}
}

// Codes that documents have for good.
func TestCodesOfWhatIsNotKnown(t *testing.T) {
	for r, code := range map[coverage.Reason]string{coverage.Hidden: "descriptor-hidden", coverage.ControlHidden: "account-control-hidden", coverage.GroupsUnasked: "groups-not-asked", coverage.Unreadable: "descriptor-unreadable",
		coverage.ParentUnknown: "parent-unreadable", coverage.ConditionUnknown: "condition-unknown"} {
		if r.Code() != code || r.Weight() != adperms.Unknown || r.Fix() == "" {
			t.Errorf("%s: %s, %s", code, r.Code(), r.Weight())
		}
	}
}
