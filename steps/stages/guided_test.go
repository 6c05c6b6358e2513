package stages

import (
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/steps"
)

// What is told to be done by hand is what would be done: each right once, on its object,
// for the account; as many commands as there are changes, or none.
func TestDelegateByHand(t *testing.T) {
	f := newFake(t, "")
	d := f.stage()
	d.Scopes, d.Unexpire, d.Classes = []string{ouDN}, UnexpireAlways, adperms.WritebackClasses()
	plan := newBench(t, d).plan()
	h := plan.Steps[0].ByHand
	text := strings.Join(h.Steps, "\n")
	for part, times := range map[string]int{
		"Right-click " + ouDN + ":": 1, "Right-click " + rootDN + ":": 1, "tick: Unexpire Password": 1,
		"applies to: Descendant User objects; tick: Reset password, Write lockoutTime, Write pwdLastSet":          1,
		"applies to: Descendant InetOrgPerson objects; tick: Reset password, Write lockoutTime, Write pwdLastSet": 1,
	} {
		if n := strings.Count(text, part); n != times {
			t.Errorf("%q %d times in\n%s", part, n, text)
		}
	}
	if n := len(plan.Steps[0].Changes); len(h.Commands) != n || h.Shell == "" || len(h.Back) == 0 || len(h.Check) == 0 {
		t.Errorf("%d commands for %d changes: %+v", len(h.Commands), n, h)
	}
	for i, c := range plan.Steps[0].Changes {
		if h.Commands[i] != c.Equivalent {
			t.Errorf("command %d is %q, the change's %q", i, h.Commands[i], c.Equivalent)
		}
	}

	// A change that dsacls has no words for takes the commands of the others away.
	odd := ACEChange{DN: ouDN, ACE: "(A;;CC;;;AU)"}
	ordinary := ACEChange{DN: ouDN, ACE: aReset, Trustee: "S-1-5-21-1-2-3-1500"}
	if h := d.ByHand(&Delegation{}, []ACEChange{ordinary}); len(h.Commands) != 1 {
		t.Errorf("commands %q", h.Commands)
	}
	if h := d.ByHand(&Delegation{}, []ACEChange{ordinary, odd}); len(h.Commands) != 0 {
		t.Errorf("commands %q", h.Commands)
	}
}

// Of a stage that nobody looked at, and of one that is blocked or set up, nothing is said
// as if it had been seen.
func TestByHandWhereNothingIsPlanned(t *testing.T) {
	links := &Cloud{}
	for name, h := range map[string]steps.ByHand{
		"delegate": (&Delegate{}).ByHand(nil, nil), "writeback": (&Writeback{Cloud: links}).ByHand(nil, nil), "sspr": (&SSPR{Cloud: links}).ByHand(nil, nil),
	} {
		if len(h.Steps) == 0 || len(h.Check) == 0 || len(h.Back) == 0 || len(h.Commands) > 0 || slices.ContainsFunc(h.Steps, func(s string) bool { return strings.Contains(s, "writeback attest") }) {
			t.Errorf("%s: %+v", name, h)
		}
	}
	f := newFake(t, aReset+aLockout+aPwdLast)
	d := f.stage()
	d.Unexpire = UnexpireNever
	if s := newBench(t, d).plan().Steps[0]; s.State != steps.StateOK || len(s.ByHand.Steps) > 0 {
		t.Errorf("%s, and by hand: %q", s.State, s.ByHand.Steps)
	}
	f = newFake(t, strings.Replace(aReset, "(OA;", "(OD;", 1))
	if s := newBench(t, f.stage()).plan().Steps[0]; s.State != steps.StateBlocked || len(s.ByHand.Steps) > 0 {
		t.Errorf("%s, and by hand: %q", s.State, s.ByHand.Steps)
	}
}
