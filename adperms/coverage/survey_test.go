package coverage_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/secdesc"
)

// What a survey says of every user before and after is what the whole DACLs
// say, computed object by object.
func TestPredictedIsComputed(t *testing.T) {
	users, moved, denied, by := 0, 0, 0, map[string]int{}
	hidden := func(o coverage.Outcome) bool { return slices.Contains(o.Reasons.All(), coverage.HiddenFromConnector) }
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 78))
		p := grow(seed, 2+rng.IntN(25), 60)
		q := p.question(rng, rng.IntN(3))
		s := p.survey(t, rng, q)
		before, saw, blind := map[string]uint8{}, map[string]bool{}, map[string]bool{}
		for _, x := range p.things {
			if before[x.dn] = p.granted(x); x.user {
				saw[x.dn], blind[x.dn] = p.sees(x.parent), p.blind(x)
			}
		}
		verdicts := map[string]coverage.Verdict{}
		for _, x := range p.things {
			if x.user {
				verdicts[x.dn] = ask(t, s, p, x)
			}
		}
		for _, e := range q.Edits {
			p.change(t, e)
		}
		writable := 0
		for _, x := range p.things {
			if !x.user {
				continue
			}
			users++
			v, after := verdicts[x.dn], p.granted(x)
			if v.Before.Granted != before[x.dn] || v.After.Granted != after {
				t.Fatalf("seed %d: %s: predicted %03b then %03b, computed %03b then %03b\n%s", seed, x.dn, v.Before.Granted, v.After.Granted, before[x.dn], after, x.sd.SDDL())
			}
			if blind[x.dn] {
				denied++
			}
			if hidden(v.Before) != (blind[x.dn] || !saw[x.dn]) || hidden(v.After) != (blind[x.dn] || !p.sees(x.parent)) {
				t.Fatalf("seed %d: %s: predicted %v then %v\n%s", seed, x.dn, v.Before.Reasons.Codes(), v.After.Reasons.Codes(), p.things[x.parent].sd.SDDL())
			}
			if r := v.After.Reasons.First(); (r == coverage.None || r.Weight() == adperms.Hinders) != v.After.Writable() {
				t.Fatalf("seed %d: %s: %03b with reasons %v", seed, x.dn, v.After.Granted, v.After.Reasons.Codes())
			}
			if v.After.Writable() {
				writable++
			}
			if v.Before != v.After {
				moved++
			}
			for _, c := range v.After.Reasons.Codes() {
				by[c]++
			}
		}
		r := s.Predicted()
		if *r.After != writable || r.Users != 60 || *r.After+blocked(r) != r.Users {
			t.Fatalf("seed %d: the report counts %d of %d writable and %d blocked, %d are", seed, *r.After, r.Users, blocked(r), writable)
		}
	}
	for _, c := range []string{"denied-by-ace", "inheritance-blocked", "class-not-covered", "hidden-from-connector", "reserved-characters"} {
		if by[c] == 0 {
			t.Errorf("no user was blocked by %s: the trees are too tame", c)
		}
	}
	if denied == 0 {
		t.Error("nobody was denied to read a user: the trees are too tame")
	}
	if moved < users/10 {
		t.Errorf("the edits changed %d of %d users: the trees are too tame", moved, users)
	}
}

func blocked(r coverage.Report) (n int) {
	for _, b := range r.Blocked {
		n += b.Count
	}
	return n
}

func ask(t testing.TB, s *coverage.Survey, p *paper, x thing) coverage.Verdict {
	t.Helper()
	v, err := s.User(&coverage.User{DN: []byte(x.dn), SID: x.sid.Bytes(), Class: x.class, Descriptor: p.bytes(t, x)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// An object that the edits do not reach keeps what it has, also where that is
// not what its parent would pass on now: nobody propagates to it.
func TestStaleStaysStaleBehindAProtectedDACL(t *testing.T) {
	p := &paper{token: adperms.NewToken(connector)}
	p.add(thing{dn: root, parent: -1}, nil, false)
	p.add(thing{dn: "OU=closed," + root, class: ouClass, parent: 0}, []secdesc.ACE{listed}, true)
	p.add(thing{dn: "OU=inner,OU=closed," + root, class: ouClass, parent: 1}, nil, false)
	for i, parent := range []int{1, 2} {
		p.add(thing{dn: "CN=u," + p.things[parent].dn, class: userClass, parent: parent, user: true, sid: domain.Child(uint32(3000 + i))}, nil, false)
		old := secdesc.Allow(connector, secdesc.GenericAll, secdesc.Inherited, secdesc.GUID{}, secdesc.GUID{})
		p.things[len(p.things)-1].sd.DACL = secdesc.NewACL(old) // moved here once, with what it had inherited elsewhere
	}
	rng := rand.New(rand.NewPCG(1, 1))
	s := p.survey(t, rng, p.question(rng, 0))
	for _, x := range p.things[3:] {
		if v := ask(t, s, p, x); !v.Before.Writable() || !v.After.Writable() {
			t.Errorf("%s: %+v", x.dn, v)
		}
	}
}

// The same in another spelling is the same object.
func TestSpellingOfDNs(t *testing.T) {
	p := grow(3, 4, 10)
	rng := rand.New(rand.NewPCG(1, 2))
	q := p.question(rng, 0)
	q.Scopes[0], q.Edits[0].DN = "dc=CORP,dc=EXAMPLE", "dc=CORP,dc=EXAMPLE"
	a, b := p.survey(t, rng, p.question(rng, 0)), p.survey(t, rng, q)
	for _, x := range p.things {
		if !x.user {
			continue
		}
		y := x
		y.dn = "cn=" + x.dn[3:]
		if v, w := ask(t, a, p, x), ask(t, b, p, y); v != w {
			t.Errorf("%s: %+v and %+v", x.dn, v, w)
		}
	}
}
