package coverage_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/coverage"
)

// above lists what is over a thing, the nearest first.
func (p *paper) above(t testing.TB, x thing) (out []coverage.Object) {
	for at := x.parent; at >= 0; at = p.things[at].parent {
		y := p.things[at]
		out = append(out, coverage.Object{DN: y.dn, Class: y.class, Descriptor: p.bytes(t, y)})
	}
	return out
}

// An explanation says of every user what the survey says, and every ACE that
// decides is found where it was set: at the thing itself, or at one above that
// has it as its own.
func TestExplainAgrees(t *testing.T) {
	origins, own := 0, 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 79))
		p := grow(seed, 12, 30)
		q := p.question(rng, 1)
		s := p.survey(t, rng, q)
		for _, x := range p.things {
			if !x.user {
				continue
			}
			v := ask(t, s, p, x)
			e, err := coverage.Explain(q, coverage.User{DN: []byte(x.dn), SID: x.sid.Bytes(), Class: x.class, Descriptor: p.bytes(t, x)}, p.above(t, x))
			if err != nil {
				t.Fatal(err)
			}
			if e.Granted != v.Before.Granted || e.After != v.After || e.Edited != (v.Before != v.After) {
				t.Fatalf("seed %d: %s: survey says %+v, explain %+v", seed, x.dn, v, e)
			}
			for _, d := range e.Decisions {
				switch {
				case d.Ground != adperms.ByACE:
					if d.From != "" || d.Stale {
						t.Fatalf("seed %d: %s: %+v", seed, x.dn, d)
					}
					continue
				case d.Stale: // nothing is stale on paper
					t.Fatalf("seed %d: %s: nothing above has %s", seed, x.dn, d.ACE.SDDL())
				case d.From == x.dn:
					own++
				default:
					origins++
				}
				if d.ACE.Inherited() == (d.From == x.dn) {
					t.Fatalf("seed %d: %s: %s from %s", seed, x.dn, d.ACE.SDDL(), d.From)
				}
			}
		}
	}
	if origins < 50 || own < 50 {
		t.Errorf("%d ACEs from above, %d own: the trees are too tame", origins, own)
	}
}

// A way through groups is a sentence, and a long one is cut in the middle.
func TestMembership(t *testing.T) {
	for want, names := range map[string]string{
		"how the connector account is in that group is not shown": "",
		"the connector account is in A":                           "A",
		"the connector account is in A, which is in B":            "A B",
		"the connector account is in A, which is in B, which is in C, which is in D, which is in 2 more, each in the next, which is in G, which is in H, which is in I, which is in J": "A B C D E F G H I J",
	} {
		if got := coverage.Membership(strings.Fields(names)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
