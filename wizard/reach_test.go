package wizard

import "testing"

func TestReach(t *testing.T) {
	n := func(i int) *int { return &i }
	out := func(reason string, count int) OutOfReach { return OutOfReach{Reason: reason, Count: count} }
	for _, c := range []struct {
		c        Coverage
		planned  bool
		sentence string
		percent  float64 // that it just meets
	}{
		{Coverage{Users: 509, Writable: n(432), Blocked: []OutOfReach{out("inheritance-blocked", 26), out("class-not-covered", 51)}}, false,
			"432 of 509 users in scope can be reached; 77 cannot: class-not-covered 51, inheritance-blocked 26.", 84.8},
		{Coverage{Users: 100, Writable: n(40), Blocked: []OutOfReach{out("out-of-scope", 60)}}, false, "All of the 40 users in scope can be reached.", 100},
		{Coverage{Users: 100, Writable: n(0), After: n(30), Blocked: []OutOfReach{out("out-of-scope", 60), out("disabled", 10)}}, true,
			"30 of 40 users in scope can be reached; 10 cannot: disabled 10.", 75},
		{Coverage{Users: 1, Writable: n(1)}, false, "All of the 1 user in scope can be reached.", 100},
	} {
		r, ok := c.c.Reach(c.planned)
		if !ok || r.Sentence() != c.sentence {
			t.Errorf("%+v: %t %q", c.c, ok, r.Sentence())
		}
		if !r.Meets(c.percent) || c.percent < 100 && r.Meets(c.percent+0.2) {
			t.Errorf("%+v: %v %% is not where it ends", r, c.percent)
		}
	}
	if _, ok := (Coverage{Users: 5, Writable: n(1)}).Reach(true); ok {
		t.Error("what was not counted is told")
	}
	if r, _ := (Coverage{Writable: n(0)}).Reach(false); !r.Meets(100) {
		t.Error("nobody in scope is somebody out of reach")
	}
}
