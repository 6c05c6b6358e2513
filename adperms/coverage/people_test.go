package coverage_test

import (
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// Who is disabled, or a service's, is none of the people who are to be reached, and no
// reason of theirs. Who is below no scope is neither.
func TestPeople(t *testing.T) {
	p := &paper{token: adperms.NewToken(connector)}
	p.add(thing{dn: root, parent: -1}, nil, false)
	p.add(thing{dn: "OU=In," + root, class: ouClass, parent: 0}, nil, false)
	p.add(thing{dn: "OU=Out," + root, class: ouClass, parent: 0}, nil, false)
	q := p.question(nil, 0)
	q.Scopes[0], q.Edits[0].DN = p.things[1].dn, p.things[1].dn
	s := coverage.New(q)
	for _, x := range p.things {
		s.Add(coverage.Object{DN: x.dn, Class: x.class, Descriptor: p.bytes(t, x)})
	}
	in := "CN=u," + p.things[1].dn
	for _, u := range []coverage.User{
		{DN: []byte(in)}, {DN: []byte(in)}, {DN: []byte(in), Class: inetClass},
		{DN: []byte(in), Disabled: true}, {DN: []byte(in), Disabled: true, Service: true},
		{DN: []byte(in), Service: true}, {DN: []byte(in), Service: true, Class: inetClass},
		{DN: []byte("CN=u," + p.things[2].dn)}, {DN: []byte("CN=u," + p.things[2].dn), Service: true},
	} {
		if u.Class.IsZero() {
			u.Class = userClass
		}
		u.Descriptor = p.bytes(t, thing{sd: &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, Owner: admins, Group: admins, DACL: secdesc.NewACL()}})
		if _, err := s.User(&u); err != nil {
			t.Fatal(err)
		}
	}
	r := s.Predicted()
	if want := (coverage.People{InScope: 3, Reached: 2, Disabled: 2, Services: 2}); r.People != want || r.InScope != 7 || r.Reached != 3 {
		t.Errorf("%+v", r)
	}
	people := map[string]int{}
	for _, b := range r.Blocked {
		people[b.Reason] = b.People
	}
	if people["class-not-covered"] != 1 || people["disabled"] != 0 || people["out-of-scope"] != 0 || len(people) != 3 {
		t.Errorf("%v", people)
	}
	if both := coverage.Sum(r, r); both.People.InScope != 6 || both.People.Services != 4 || both.Blocked[0].People+both.Blocked[1].People+both.Blocked[2].People != 2 {
		t.Errorf("%+v", both)
	}
}

// Whom the tenant does not have from AD, or does not let sign in, is none of the people,
// either; what is said of each user stays.
func TestPeopleOfTenant(t *testing.T) {
	home := secdesc.MustSID("S-1-5-21-1-2-3")
	synced := func(domain secdesc.SID, on, off []uint32) *coverage.SyncedUsers {
		var s coverage.SyncedUsers
		for _, rid := range on {
			if err := s.Add(domain.Child(rid), true); err != nil {
				t.Fatal(err)
			}
		}
		for _, rid := range off {
			if err := s.Add(domain.Child(rid), false); err != nil {
				t.Fatal(err)
			}
		}
		return &s
	}
	n := func(i int) *int { return &i }
	nobody := "it shows no synchronized user of this domain"
	for name, c := range map[string]struct {
		synced   *coverage.SyncedUsers
		want     coverage.People
		unsynced *int
		missed   int // people whose class is not covered
		writable int // of all users
	}{
		"no tenant":            {nil, coverage.People{InScope: 4, Reached: 3, Disabled: 1, Services: 1}, nil, 1, 4},
		"all":                  {synced(home, []uint32{1, 2, 3, 4, 5, 6}, nil), coverage.People{InScope: 4, Reached: 3, Disabled: 1, Services: 1}, n(0), 1, 4},
		"some":                 {synced(home, []uint32{1, 5}, []uint32{2, 6}), coverage.People{InScope: 1, Reached: 1, Disabled: 2, Services: 1}, n(2), 0, 3},
		"the unreached alone":  {synced(home, []uint32{4}, nil), coverage.People{InScope: 1, Disabled: 1, Services: 1}, n(3), 1, 0},
		"others of the domain": {synced(home, []uint32{999}, nil), coverage.People{Disabled: 1, Services: 1}, n(4), 0, 0},
		"nobody":               {&coverage.SyncedUsers{}, coverage.People{InScope: 4, Reached: 3, Disabled: 1, Services: 1, WithoutTenant: nobody}, nil, 1, 4},
		"another domain":       {synced(secdesc.MustSID("S-1-5-21-1-2-4"), []uint32{1, 2, 3, 4}, nil), coverage.People{InScope: 4, Reached: 3, Disabled: 1, Services: 1, WithoutTenant: nobody}, nil, 1, 4},
	} {
		t.Run(name, func(t *testing.T) {
			p := &paper{token: adperms.NewToken(connector)}
			p.add(thing{dn: root, parent: -1}, nil, false)
			q := p.question(nil, 0)
			q.Synced = c.synced
			s := coverage.New(q)
			s.Add(coverage.Object{DN: root, Class: p.things[0].class, Descriptor: p.bytes(t, p.things[0])})
			writable := 0
			for rid, u := range map[uint32]coverage.User{1: {}, 2: {}, 3: {}, 4: {Class: inetClass}, 5: {Disabled: true}, 6: {Service: true}} {
				if u.Class.IsZero() {
					u.Class = userClass
				}
				u.DN, u.SID = []byte("CN=u,"+root), home.Child(rid).Bytes()
				u.Descriptor = p.bytes(t, thing{sd: &secdesc.Descriptor{Revision: 1, Control: secdesc.SelfRelative | secdesc.DACLPresent, Owner: admins, Group: admins, DACL: secdesc.NewACL()}})
				v, err := s.User(&u)
				if err != nil {
					t.Fatal(err)
				}
				if v.After.Writable() {
					writable++
				}
			}
			r := s.Predicted()
			if writable != c.writable || r.Reached != c.writable || r.InScope != 6 || *r.After != c.writable {
				t.Errorf("of users it says %d, %+v", writable, r)
			}
			got := r.People
			if got.NotSynced = nil; got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			switch is := r.People.NotSynced; {
			case (is == nil) != (c.unsynced == nil), is != nil && *is != *c.unsynced:
				t.Errorf("not synchronized: %v, want %v", is, c.unsynced)
			}
			for _, b := range r.Blocked {
				if b.Reason == "class-not-covered" && b.People != c.missed {
					t.Errorf("%d people of a class that is not covered, want %d", b.People, c.missed)
				}
			}
		})
	}
}

// Several domains say together what each of them knows.
func TestPeopleOfTenants(t *testing.T) {
	n := func(i int) *int { return &i }
	of := func(domain string, unsynced *int, why string) coverage.Report {
		return coverage.Report{Domain: domain, People: coverage.People{NotSynced: unsynced, WithoutTenant: why}}
	}
	for name, c := range map[string]struct {
		all      []coverage.Report
		unsynced *int
		why      string
	}{
		"known of both":       {[]coverage.Report{of("a.example", n(3), ""), of("b.example", n(4), "")}, n(7), ""},
		"known of one":        {[]coverage.Report{of("a.example", n(3), ""), of("b.example", nil, "nobody")}, n(3), "b.example: nobody"},
		"known of none":       {[]coverage.Report{of("a.example", nil, "not read"), of("b.example", nil, "not read")}, nil, "not read"},
		"no tenant":           {[]coverage.Report{of("a.example", nil, ""), of("b.example", nil, "")}, nil, ""},
		"one domain":          {[]coverage.Report{of("a.example", n(3), "")}, n(3), ""},
		"each its own reason": {[]coverage.Report{of("a.example", nil, "x"), of("b.example", nil, "y")}, nil, "a.example: x; b.example: y"},
	} {
		p := coverage.Sum(c.all...).People
		if (p.NotSynced == nil) != (c.unsynced == nil) || p.NotSynced != nil && *p.NotSynced != *c.unsynced || p.WithoutTenant != c.why {
			t.Errorf("%s: %v %q", name, p.NotSynced, p.WithoutTenant)
		}
	}
}
