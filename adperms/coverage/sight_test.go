package coverage_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// Who has all rights and is not seen is out of reach (MS-ADTS 5.1.3.3.6); where
// nobody can tell, that is said. Coverage and explain say the same.
func TestWhoIsSeen(t *testing.T) {
	const ou = "OU=People," + root
	allow := func(to secdesc.SID, mask secdesc.AccessMask, flags secdesc.ACEFlags) secdesc.ACE {
		return secdesc.Allow(to, mask, flags, secdesc.GUID{}, secdesc.GUID{})
	}
	deny := func(to secdesc.SID, mask secdesc.AccessMask) secdesc.ACE {
		return secdesc.Deny(to, mask, 0, secdesc.GUID{}, secdesc.GUID{})
	}
	preWindows2000 := secdesc.MustSID("S-1-5-32-554")
	perhaps := secdesc.ACE{Type: secdesc.AccessAllowedCallback, Mask: secdesc.ListChildren, Trustee: team, Data: "artx"}
	all := allow(connector, secdesc.ControlAccess|secdesc.WriteProperty, 0)
	list, object, au := secdesc.ListChildren, secdesc.ListObject, adperms.AuthenticatedUsers
	sd := func(aces ...secdesc.ACE) []byte {
		d := &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, Owner: admins, Group: admins, DACL: secdesc.NewACL(aces...)}
		raw, err := d.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	listing := sd(allow(au, list, 0))
	for _, c := range []struct {
		name  string
		above []byte // nil: not shown
		own   []secdesc.ACE
		mode  bool // list object mode
		want  coverage.Reason
	}{
		{"Authenticated Users list it", sd(allow(au, list, 0)), nil, false, coverage.None},
		{"Pre-Windows 2000 Compatible Access lists it", sd(allow(preWindows2000, secdesc.GenericRead, 0)), nil, false, coverage.None},
		{"Domain Users have Read, generic", sd(allow(team, secdesc.GenericRead, 0)), nil, false, coverage.None},
		{"nobody lists it", sd(), nil, false, coverage.HiddenFromConnector},
		{"others do", sd(allow(stranger, secdesc.GenericAll, 0)), nil, false, coverage.HiddenFromConnector},
		{"only what is below is listed", sd(allow(au, list, secdesc.ContainerInherit|secdesc.InheritOnly)), nil, false, coverage.HiddenFromConnector},
		{"a group of it is denied", sd(deny(team, list), allow(au, list, 0)), nil, false, coverage.HiddenFromConnector},
		{"another right is denied", sd(deny(team, secdesc.ReadProperty), allow(au, list, 0)), nil, false, coverage.None},
		{"another right of the user is denied", listing, []secdesc.ACE{deny(team, secdesc.ListChildren)}, false, coverage.None},
		{"all of Read of the user is denied", listing, []secdesc.ACE{deny(team, secdesc.GenericRead)}, false, coverage.HiddenFromConnector},
		{"all properties of the user are denied", listing, []secdesc.ACE{deny(connector, secdesc.ReadProperty)}, false, coverage.HiddenFromConnector},
		{"all properties of the user are denied to others", listing, []secdesc.ACE{deny(stranger, secdesc.ReadProperty)}, false, coverage.None},
		{"some properties of the user are denied", listing, []secdesc.ACE{secdesc.Deny(connector, secdesc.ReadProperty, 0, restricted, secdesc.GUID{})}, false, coverage.None},
		{"all are denied from above, and explicitly allowed", listing, []secdesc.ACE{allow(au, secdesc.ReadProperty, 0), secdesc.Deny(connector, secdesc.ReadProperty, secdesc.Inherited, secdesc.GUID{}, secdesc.GUID{})}, false, coverage.None},
		{"all are denied from above", listing, []secdesc.ACE{secdesc.Deny(connector, secdesc.ReadProperty, secdesc.Inherited, secdesc.GUID{}, secdesc.GUID{}), allow(au, secdesc.ReadProperty, secdesc.Inherited)}, false, coverage.HiddenFromConnector},
		{"on a condition", sd(perhaps), nil, false, coverage.ConditionUnknown},
		{"not shown", nil, nil, false, coverage.ParentUnknown},
		{"not well-formed", []byte{1, 0, 4}, nil, false, coverage.ParentUnknown},
		{"List object on both, and no such mode", sd(allow(au, object, 0)), []secdesc.ACE{allow(au, object, 0)}, false, coverage.HiddenFromConnector},
		{"List object on both", sd(allow(au, object, 0)), []secdesc.ACE{allow(au, object, 0)}, true, coverage.None},
		{"List object on the OU", sd(allow(au, object, 0)), nil, true, coverage.HiddenFromConnector},
		{"List object on the user", sd(), []secdesc.ACE{allow(au, object, 0)}, true, coverage.HiddenFromConnector},
		{"List object on the user, and perhaps all of the OU", sd(perhaps), []secdesc.ACE{allow(au, object, 0)}, true, coverage.ConditionUnknown},
		{"not shown, in that mode", nil, []secdesc.ACE{allow(au, object, 0)}, true, coverage.ParentUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := coverage.Question{Connector: connector, Token: adperms.NewToken(connector, team, preWindows2000), Classes: []secdesc.GUID{userClass}, Scopes: []string{root},
				ListObject: func() (bool, error) { return c.mode, nil }}
			above := []coverage.Object{{DN: ou, Class: ouClass, Descriptor: c.above}, {DN: root, Descriptor: sd()}}
			u := coverage.User{DN: []byte("CN=somebody," + ou), Class: userClass, Descriptor: sd(append(slices.Clone(c.own), all)...)}
			s := coverage.New(q)
			for _, o := range above {
				s.Add(o)
			}
			v, err := s.User(&u)
			if err != nil || v.After.Reasons.First() != c.want || v.After != v.Before || v.After.Writable() != (c.want == coverage.None) {
				t.Errorf("%v, writable %t, %v; want %q", v.After.Reasons.Codes(), v.After.Writable(), err, c.want.Code())
			}
			if x, err := coverage.Explain(q, u, above); err != nil || x.Outcome != v.After {
				t.Errorf("explain says %v, %v", x.Reasons.Codes(), err)
			}
			if r := s.Found(); c.want != coverage.None && (len(r.Blocked) != 1 || len(r.Blocked[0].Where) != 1 || r.Blocked[0].Where[0].DN != ou) {
				t.Errorf("%+v", r.Blocked)
			}
		})
	}
}

// A grant of the rights in a hidden OU is not enough, and a plan that would also
// list it is.
func TestAPlanThatUncovers(t *testing.T) {
	p := &paper{token: adperms.NewToken(connector)}
	p.add(thing{dn: root, parent: -1}, nil, false)
	p.add(thing{dn: "OU=HR," + root, class: ouClass, parent: 0}, nil, true)
	p.add(thing{dn: "CN=u,OU=HR," + root, class: userClass, parent: 1, user: true, sid: domain.Child(3000)}, nil, false)
	grants, _ := adperms.Lookup("user")
	for _, more := range [][]secdesc.ACE{nil, {secdesc.Allow(connector, secdesc.ListChildren, 0, secdesc.GUID{}, secdesc.GUID{})}} {
		e := adperms.Edit{DN: p.things[1].dn, Add: more}
		for _, g := range adperms.WritebackGrants(connector, grants) {
			e.Add = append(e.Add, g.ACE())
		}
		s := p.survey(t, rand.New(rand.NewPCG(1, 1)), coverage.Question{Connector: connector, Token: p.token, Scopes: []string{e.DN}, Classes: []secdesc.GUID{userClass}, Edits: []adperms.Edit{e}})
		v := ask(t, s, p, p.things[2])
		if v.Before.Writable() || v.After.Writable() != (more != nil) || v.After.Reasons.Codes() == nil {
			t.Errorf("with %d ACEs more: %v then %v", len(more), v.Before.Reasons.Codes(), v.After.Reasons.Codes())
		}
	}
}

// An OU whose name has reserved characters hinders, in coverage and in explain, and
// blocks nothing.
func TestReservedCharactersAreNoted(t *testing.T) {
	p := &paper{token: adperms.NewToken(connector)}
	p.add(thing{dn: root, parent: -1}, nil, false)
	p.add(thing{dn: `OU=Sales\, EMEA,` + root, class: ouClass, parent: 0}, nil, false)
	p.add(thing{dn: "OU=North," + p.things[1].dn, class: ouClass, parent: 1}, nil, false)
	p.add(thing{dn: "CN=u," + p.things[2].dn, class: userClass, parent: 2, user: true, sid: domain.Child(3000)}, nil, false)
	s := p.survey(t, rand.New(rand.NewPCG(1, 1)), p.question(nil, 0))
	v := ask(t, s, p, p.things[3])
	r := s.Predicted()
	if !v.After.Writable() || !slices.Equal(v.After.Reasons.Codes(), []string{"reserved-characters"}) || len(r.Blocked) != 0 || len(r.Notes) != 1 || r.Notes[0].Count != 1 {
		t.Errorf("%+v, %+v", v, r)
	}
	account := adperms.Reasons(adperms.Account{Principal: adperms.Principal{DN: p.things[3].dn}}, time.Time{})
	all := coverage.Together(v.After, v.By, account)
	if len(all) != 1 || all[0].Code != "reserved-characters" || all[0].Weight != adperms.Hinders || !coverage.Judge(all).Can() {
		t.Errorf("%+v", all)
	}
}
