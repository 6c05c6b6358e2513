package tell

import (
	"testing"

	"writeback/steps"
)

func TestReach(t *testing.T) {
	n := func(i int) *int { return &i }
	out := func(reason string, count, inScope int) steps.OutOfReach {
		return steps.OutOfReach{Reason: reason, Count: count, InScope: inScope}
	}
	for _, c := range []struct {
		c        steps.Coverage
		planned  bool
		sentence string
		percent  float64 // that it just meets
	}{
		{steps.Coverage{Users: 509, InScope: n(509), Reached: n(432), Writable: n(432), Blocked: []steps.OutOfReach{out("inheritance-blocked", 26, 26), out("class-not-covered", 51, 51)}}, false,
			"432 of 509 users in scope can be reached; 77 cannot: class-not-covered 51, inheritance-blocked 26.", 84.8},
		// of a domain whose people are told from the rest
		{steps.Coverage{Users: 552, InScope: n(552), Reached: n(440), Writable: n(440), People: &steps.People{InScope: 509, Reached: 432, Disabled: 31, Services: 12},
			Blocked: []steps.OutOfReach{{Reason: "inheritance-blocked", InScope: 30, People: 26}, {Reason: "class-not-covered", InScope: 51, People: 51}, {Reason: "disabled", InScope: 31}}}, false,
			"432 of 509 people in scope can be reached; 77 cannot: class-not-covered 51, inheritance-blocked 26. The rest: 31 disabled, 12 service accounts.", 84.8},
		{steps.Coverage{Users: 3, InScope: n(3), Reached: n(1), Writable: n(1), People: &steps.People{InScope: 1, Reached: 1, Disabled: 1, Services: 1}, Blocked: []steps.OutOfReach{out("disabled", 1, 1), out("denied-by-ace", 1, 1)}}, false,
			"The one person in scope can be reached. The rest: 1 disabled, 1 service account.", 100},
		// where the tenant was asked
		{steps.Coverage{Users: 552, InScope: n(552), Reached: n(440), Writable: n(440), People: &steps.People{InScope: 478, Reached: 432, Disabled: 31, Services: 12, NotSynced: n(31)},
			Blocked: []steps.OutOfReach{{Reason: "inheritance-blocked", InScope: 30, People: 26}, {Reason: "class-not-covered", InScope: 51, People: 20}}}, false,
			"432 of 478 people in scope can be reached; 46 cannot: inheritance-blocked 26, class-not-covered 20. The rest: 31 disabled, 12 service accounts, 31 not synchronized.", 90.3},
		{steps.Coverage{Users: 5, InScope: n(5), Reached: n(5), Writable: n(5), People: &steps.People{InScope: 2, Reached: 2, Guests: 2, NotSynced: n(1)}}, false,
			"All of the 2 people in scope can be reached. The rest: 2 guests, 1 not synchronized.", 100},
		{steps.Coverage{Users: 3, InScope: n(3), Reached: n(3), Writable: n(3), People: &steps.People{InScope: 3, Reached: 3, NotSynced: n(0)}}, false, "All of the 3 people in scope can be reached.", 100},
		{steps.Coverage{Users: 3, InScope: n(3), Reached: n(3), Writable: n(3), People: &steps.People{Disabled: 1, NotSynced: n(2)}}, false,
			"Nobody in scope can be reached: the tenant has none of the people there. The rest: 1 disabled, 2 not synchronized.", 0},
		{steps.Coverage{Users: 3, InScope: n(3), Reached: n(2), Writable: n(2), People: &steps.People{InScope: 3, Reached: 3, WithoutTenant: "it shows no synchronized user of this domain"}}, false,
			"All of the 3 people in scope can be reached. Counted without the tenant: it shows no synchronized user of this domain.", 100},
		// whom others' grants reach beyond the scope does not count
		{steps.Coverage{Users: 100, InScope: n(40), Reached: n(40), Writable: n(60), Blocked: []steps.OutOfReach{out("denied-by-ace", 10, 0), out("out-of-scope", 30, 0)}}, false, "All of the 40 users in scope can be reached.", 100},
		{steps.Coverage{Users: 100, InScope: n(40), Reached: n(30), Before: n(0), After: n(30), Blocked: []steps.OutOfReach{out("out-of-scope", 60, 0), out("disabled", 12, 10)}}, true,
			"30 of 40 users in scope can be reached; 10 cannot: disabled 10.", 75},
		{steps.Coverage{Users: 1, InScope: n(1), Reached: n(1), Writable: n(1)}, false, "The one user in scope can be reached.", 100},
	} {
		r, ok := ReachOf(c.c, c.planned)
		if !ok || r.Sentence() != c.sentence {
			t.Errorf("%+v: %t %q", c.c, ok, r.Sentence())
		}
		if !r.Meets(c.percent) || c.percent < 100 && r.Meets(c.percent+0.2) {
			t.Errorf("%+v: %v %% is not where it ends", r, c.percent)
		}
	}
	for _, c := range []steps.Coverage{{Users: 5, InScope: n(5), Reached: n(1), Writable: n(1)}, {Users: 5, After: n(1)}} {
		if _, ok := ReachOf(c, true); ok {
			t.Errorf("what was not counted is told: %+v", c)
		}
	}
	if r, _ := ReachOf(steps.Coverage{InScope: n(0), Reached: n(0), Writable: n(0)}, false); r.Meets(1) || r.Sentence() != "Nobody is in scope." {
		t.Errorf("a scope without people is reached: %s", r.Sentence())
	}
}
