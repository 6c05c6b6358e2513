package coverage_test

import (
	"fmt"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// big is a domain whose users have DACLs as real ones have: about fifty ACEs,
// 3 kB, most of them about others and about other things.
func big(t testing.TB, planned bool) (*coverage.Survey, func(variant int) coverage.User) {
	p := &paper{token: adperms.NewToken(connector, team)}
	var many []secdesc.ACE
	for i := range 20 {
		other := secdesc.GUID{1, byte(i)}
		many = append(many,
			secdesc.Allow(stranger, secdesc.ReadProperty, secdesc.ContainerInherit|secdesc.InheritOnly, other, userClass),
			secdesc.Allow(domain.Child(uint32(5000+i)), secdesc.WriteProperty, secdesc.ContainerInherit, other, secdesc.GUID{}))
	}
	p.add(thing{dn: root, parent: -1}, many, false)
	p.add(thing{dn: "OU=People," + root, class: ouClass, parent: 0}, nil, false)
	q := p.question(nil, 0)
	if !planned {
		q.Edits = nil
	}
	s := coverage.New(q)
	for _, x := range p.things {
		s.Add(coverage.Object{DN: x.dn, Class: x.class, Descriptor: p.bytes(t, x)})
	}
	return s, func(variant int) coverage.User {
		own := []secdesc.ACE{secdesc.Allow(domain.Child(uint32(100000+variant)), secdesc.ReadProperty, 0, secdesc.GUID{}, secdesc.GUID{})}
		for i := range 9 {
			own = append(own, secdesc.Allow(stranger, secdesc.ReadProperty, 0, secdesc.GUID{2, byte(i)}, secdesc.GUID{}))
		}
		x := thing{dn: fmt.Sprintf("CN=user %d,OU=People,%s", variant, root), class: userClass, parent: 1, user: true, sid: domain.Child(uint32(200000 + variant))}
		p.things = p.things[:2]
		p.add(x, own, false)
		x = p.things[2]
		return coverage.User{DN: []byte(x.dn), SID: x.sid.Bytes(), Class: x.class, Descriptor: p.bytes(t, x)}
	}
}

func users(t testing.TB, n int, planned bool) (*coverage.Survey, []coverage.User) {
	s, make := big(t, planned)
	var all []coverage.User
	for i := range n {
		all = append(all, make(i))
	}
	asOnAPage(all)
	return s, all
}

// asOnAPage lays users out as they lie in a DC's answer: one after the other, and
// what belongs to one of them together.
func asOnAPage(all []coverage.User) {
	size := 0
	for _, u := range all {
		size += len(u.DN) + len(u.SID) + len(u.Descriptor)
	}
	page := make([]byte, 0, size)
	lay := func(b []byte) []byte {
		page = append(page, b...)
		return page[len(page)-len(b) : len(page) : len(page)]
	}
	for i := range all {
		u := &all[i]
		u.DN, u.Descriptor, u.SID = lay(u.DN), lay(u.Descriptor), lay(u.SID)
	}
}

// Two hundred descriptors that were seen before.
func BenchmarkSeen(b *testing.B) {
	s, all := users(b, 200, true)
	for i := range all {
		s.User(&all[i])
	}
	b.SetBytes(int64(len(all[0].Descriptor)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if v, err := s.User(&all[i]); err != nil || !v.After.Writable() {
			b.Fatal(v, err)
		}
		if i++; i == len(all) {
			i = 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "users/s")
}

// Every user has a descriptor that was never seen.
func BenchmarkDistinct(b *testing.B) {
	s, all := users(b, 20000, true)
	b.SetBytes(int64(len(all[0].Descriptor)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if v, err := s.User(&all[i]); err != nil || !v.After.Writable() {
			b.Fatal(v, err)
		}
		if i++; i == len(all) {
			i = 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "users/s")
}

// A user whose descriptor was seen before costs no allocation.
func TestSeenAllocatesNothing(t *testing.T) {
	s, all := users(t, 50, true)
	for i := range all {
		s.User(&all[i])
	}
	if n := testing.AllocsPerRun(100, func() {
		for i := range all {
			s.User(&all[i])
		}
	}); n != 0 {
		t.Errorf("%v allocations for %d users", n, len(all))
	}
}
