package steps

import (
	"errors"
	"testing"
)

func TestSamePlace(t *testing.T) {
	corp, both := Target{Forest: "corp.example", Domain: "corp.example", DC: "dc1"}, Target{Forest: "corp.example", Domain: "corp.example", Tenant: "contoso"}
	for _, c := range []struct {
		name string
		t, u Target
		same bool
	}{
		{"another DC, other capitals", corp, Target{Forest: "CORP.example", Domain: "Corp.Example", DC: "dc2"}, true},
		{"a tenant that is known later", corp, both, true},
		{"the tenant's desk and the whole", Target{Tenant: "Contoso"}, both, true},
		{"the tenant's desk and the domain's", Target{Tenant: "contoso"}, corp, false},
		{"another tenant of one domain", both, Target{Forest: "corp.example", Domain: "corp.example", Tenant: "fabrikam"}, false},
		{"another domain of one tenant", both, Target{Forest: "other.example", Domain: "other.example", Tenant: "contoso"}, false},
		{"another domain of one forest", corp, Target{Forest: "corp.example", Domain: "child.corp.example"}, false},
		{"several domains and one of them", corp, Target{Forest: "corp.example", Domain: "corp.example, child.corp.example"}, false},
		{"nothing and nothing", Target{DC: "dc1"}, Target{}, true},
		{"nothing and something", Target{}, corp, false},
	} {
		if got, back := c.t.Same(c.u), c.u.Same(c.t); got != c.same || back != c.same {
			t.Errorf("%s: %v, and the other way round %v", c.name, got, back)
		}
	}
}

// A run that was begun before anybody signed in to the tenant is continued afterwards, and
// belongs to that tenant from then on.
func TestTenantThatIsKnownLater(t *testing.T) {
	w := newWorld()
	b := newBench(t, w, Define(Info{"s", "S"}, toy{w: w, wish: []string{"a=1", "b=1"}}))
	expired := func(_, name string) (error, bool) {
		if name != "b" {
			return nil, false
		}
		return NotMade(errors.New("the role has expired")), false
	}
	w.fail = expired
	if _, err := b.apply(ctx); err == nil {
		t.Fatal("it did not stop")
	}
	first := b.latest()
	w.fail, b.r.Target.Tenant = nil, "contoso"
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	run := b.latest()
	if run.ID != first.ID || run.Target.Tenant != "contoso" || run.State != RunDone {
		t.Errorf("run %s of %v is %s, begun as %s", run.ID, run.Target, run.State, first.ID)
	}
	var place *TargetError
	b.r.Target.Tenant = "fabrikam"
	if _, err := b.store.Reopen(run, b.opening()); !errors.As(err, &place) {
		t.Errorf("reopened for another tenant: %v", err)
	}
}

// Two desks of one change on one computer: an interrupted run is continued by who works in
// one of its steps, whatever runs of other steps came since.
func TestInterruptedRunsOfOtherSteps(t *testing.T) {
	w := newWorld()
	b := newBench(t, w,
		Define(Info{"rights", "R"}, toy{w: w, wish: []string{"a=1", "b=1"}}),
		Define(Info{"page", "P"}, toy{w: w, wish: []string{"c=1"}}))
	rights, page := map[string]bool{"page": true}, map[string]bool{"rights": true}
	w.fail = func(_, name string) (error, bool) {
		if name != "b" {
			return nil, false
		}
		return NotMade(errors.New("the role has expired")), false
	}
	b.r.Skip = rights
	if _, err := b.apply(ctx); err == nil {
		t.Fatal("it did not stop")
	}
	first := b.latest()
	b.r.Skip = page
	interrupted := func(wants func(string) bool) string {
		t.Helper()
		r, err := b.store.History().Interrupted(here, wants)
		if err != nil && !errors.Is(err, ErrNoRun) {
			t.Fatal(err)
		}
		open, err := b.store.History().Unfinished(wants)
		if err != nil || len(open) > 1 || r.ID != "" != (len(open) == 1) || r.ID != "" && open[0].ID != r.ID {
			t.Errorf("%v, %v: not the same as %q", open, err, r.ID)
		}
		return r.ID
	}
	if got := interrupted(b.r.Wants); got != "" {
		t.Errorf("the page's desk is to continue %s, which is about rights", got)
	}
	j := must(b.store.Create(b.opening()))(t)
	must(b.r.Apply(ctx, j, Approve(must(b.r.Plan(ctx))(t), "--yes")))(t)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	b.r.Skip = nil
	for name, wants := range map[string]func(string) bool{"whoever does both": b.r.Wants, "anybody": nil, "the rights' desk": func(s string) bool { return s == "rights" }} {
		if got := interrupted(wants); got != first.ID {
			t.Errorf("%s is to continue %q, not %s", name, got, first.ID)
		}
	}
	w.fail = nil
	if _, err := b.apply(ctx); err != nil {
		t.Fatal(err)
	}
	if got := interrupted(nil); got != "" || b.latest().ID == first.ID && len(b.latest().Made) != 2 {
		t.Errorf("%q is still to be continued", got)
	}
}

// One desk goes on with a run that stopped in another one's step: that step is not looked
// at there, and stays to be continued.
func TestOneDeskGoesOn(t *testing.T) {
	for name, fails := range map[string]error{"refused": NotMade(errors.New("the role has expired")), "in doubt": errors.New("the answer was lost")} {
		w := newWorld()
		asked := 0
		b := newBench(t, w,
			Define(Info{"rights", "R"}, toy{w: w, wish: []string{"a=1"}}),
			Define(Info{"page", "P"}, toy{w: w, wish: []string{"c=1"}, inspect: func() error { asked++; return nil }}))
		w.fail = func(_, name string) (error, bool) {
			if name != "c" {
				return nil, false
			}
			return fails, false
		}
		if _, err := b.apply(ctx); err == nil {
			t.Fatalf("%s: it did not stop", name)
		}
		first := b.latest()
		w.fail, asked = nil, 0
		delete(w.things, "a") // something is left for that desk, too
		b.r.Skip = map[string]bool{"page": true}
		if _, err := b.apply(ctx); err != nil || asked > 0 {
			t.Errorf("%s: %v, and the page was asked %d times", name, err, asked)
		}
		if run := b.latest(); run.ID != first.ID || !run.Unfinished() {
			t.Errorf("%s: run %s is %s, begun as %s", name, run.ID, run.State, first.ID)
		}
		if r, err := b.store.History().Interrupted(here, func(s string) bool { return s == "page" }); err != nil || r.ID != first.ID {
			t.Errorf("%s: the page's desk is to continue %q, %v", name, r.ID, err)
		}
		b.r.Skip = map[string]bool{"rights": true} // the other desk: together they have done all of it
		if name == "refused" {                     // once more
			w.fail = func(string, string) (error, bool) { return fails, false }
			if _, err := b.apply(ctx); err == nil {
				t.Fatal("it did not stop")
			}
			w.fail = nil
		}
		if _, err := b.apply(ctx); name == "refused" && (err != nil || b.latest().State != RunDone) {
			t.Errorf("%s: %v, %s", name, err, b.latest().State)
		}
		b.later(InFlight)
		if _, err := b.apply(ctx); err != nil || b.latest().State != RunDone {
			t.Errorf("%s: later: %v, %s", name, err, b.latest().State)
		}
		b.wantWorld("a=1", "c=1")
	}
}
