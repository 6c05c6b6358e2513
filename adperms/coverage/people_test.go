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
