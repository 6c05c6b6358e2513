package stages

import (
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// inheritedACEs are what a user has from the root once all three rights are
// there and propagated.
func inheritedACEs() (sddl string) {
	for _, r := range []string{"CR;" + resetPassword, "WP;" + lockoutTime, "WP;" + pwdLastSet} {
		sddl += "(OA;CIIOID;" + r + ";" + user + ";" + connector.String() + ")"
		sddl += "(OA;ID;" + r + ";" + user + ";" + connector.String() + ")"
	}
	return sddl
}

// standing asks the question about two users: one who has inherited the rights,
// and one whom the propagator has not reached.
func standing(t *testing.T, f *fake, q coverage.Question) (through, stale coverage.Verdict) {
	t.Helper()
	s := coverage.New(q)
	root, err := f.Object(t.Context(), rootDN)
	if err != nil {
		t.Fatal(err)
	}
	s.Add(coverage.Object{DN: rootDN, Class: adperms.Schema[0].GUID, Descriptor: root.Descriptor})
	ask := func(dn, sddl string) coverage.Verdict {
		sd, err := secdesc.ParseSDDL(sddl, secdesc.Names{})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := sd.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.User(&coverage.User{DN: []byte(dn), SID: stranger.Bytes(), Class: secdesc.MustGUID(user), Descriptor: raw})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	return ask("CN=a,"+rootDN, "D:(A;;GA;;;SY)"+inheritedACEs()), ask("CN=b,"+rootDN, "D:(A;;GA;;;SY)")
}

// Who has the rights after and not before is still to get them: whether their
// ACEs have arrived on the DC or not.
func TestProgress(t *testing.T) {
	here := newFake(t, unexpireToAU)
	d := here.stage()
	if _, _, ok := d.Progress(); ok {
		t.Error("it answers before it has looked")
	}
	there := newFake(t, unexpireToAU)
	there.add(t, rootDN, "(A;;LC;;;AU)")
	on := func() (coverage.Question, bool) {
		t.Helper()
		x := d.On(there, "dc2.corp.example")
		if _, err := x.Inspect(t.Context()); err != nil {
			t.Fatal(err)
		}
		q, arrived, ok := x.Progress()
		if !ok || len(q.Edits) != 1 || q.Edits[0].DN != rootDN {
			t.Fatalf("%v, edits %+v", ok, q.Edits)
		}
		return q, arrived
	}
	for _, c := range []struct {
		name    string
		do      func()
		arrived bool
		edit    int // ACEs
	}{
		{"nothing has arrived", func() {}, false, 3},
		{"a part has", func() {
			there.add(t, rootDN, "(OA;CIIO;CR;"+resetPassword+";"+user+";"+connector.String()+")")
		}, false, 2},
		{"all has", func() {
			there.add(t, rootDN, "(OA;CIIO;WP;"+lockoutTime+";"+user+";"+connector.String()+")")
			there.add(t, rootDN, "(OA;CIIO;WP;"+pwdLastSet+";"+user+";"+connector.String()+")")
		}, true, 0},
		{"but for Unexpire Password", func() { there.drop(t, rootDN, unexpireToAU) }, false, 0},
	} {
		c.do()
		q, arrived := on()
		if added := slices.DeleteFunc(slices.Clone(q.Edits[0].Add), func(a secdesc.ACE) bool { return a.ObjectType == secdesc.MustGUID(unexpire) }); arrived != c.arrived || len(added) != c.edit {
			t.Errorf("%s: arrived %v, %d ACEs to come", c.name, arrived, len(added))
		}
		through, stale := standing(t, there, q)
		if !through.Before.Writable() || !through.After.Writable() {
			t.Errorf("%s: who has inherited the rights: %+v", c.name, through)
		}
		if stale.Before.Writable() || !stale.After.Writable() {
			t.Errorf("%s: who has not yet: %+v", c.name, stale)
		}
	}
	if d.Place.DC != "dc1.corp.example" || d.last != nil || here.writes+there.writes != 0 {
		t.Errorf("the stage is no longer as it was: %+v", d.Place)
	}
}
