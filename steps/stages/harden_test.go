package stages

import (
	"maps"
	"slices"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

const (
	accountDN   = "CN=MSOL_1,CN=Users," + rootDN
	helpDesk    = "(OA;;CR;" + resetPassword + ";;S-1-5-21-1-2-3-1300)"
	fromAbove   = "(A;CIID;RPWPWD;;;S-1-5-21-1-2-3-1201)"
	ofSelf      = "(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)"
	adminsFull  = "(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)"
	accountDACL = "O:S-1-5-21-1-2-3-512D:" + helpDesk + ofSelf + adminsFull + fromAbove
)

// hardens is the procedure on the fake, with the account's object in it, and the engine.
func hardens(t *testing.T, dacl string) (*fake, *Harden, *steps.Runner) {
	t.Helper()
	f := newFake(t, "")
	d := f.stage()
	e := f.put(t, accountDN, dacl, "user")
	e.sid = connector
	if e.sd.HasDACL() {
		e.above = slices.DeleteFunc(slices.Clone(e.sd.DACL.ACEs), func(a secdesc.ACE) bool { return !a.Inherited() })
	}
	h := &Harden{DACLs: d.DACLs, Connector: d.Connector, Forest: connector.Domain(), Operator: adperms.NewToken(stranger, adperms.Administrators)}
	return f, h, &steps.Runner{Steps: []steps.Step{h.Step()}, Target: target, BringBack: true}
}

// acl is the ACEs of an object, whatever their order, and whether it inherits.
func (f *fake) acl(dn string) (map[secdesc.ACE]int, bool) {
	out := map[secdesc.ACE]int{}
	e := f.byDN(dn)
	for _, a := range e.sd.DACL.ACEs {
		out[a]++
	}
	return out, e.sd.Protected()
}

// Every ACE that goes is a line of its own, all are one write, and undo brings back what
// was there, and keeps what others added in between.
func TestHardenAndBack(t *testing.T) {
	f, _, r := hardens(t, accountDACL)
	before, _ := f.acl(accountDN)
	p, err := r.Plan(t.Context())
	if err != nil || p.Steps[0].State != steps.StateChange {
		t.Fatalf("%+v, %v", p.Steps, err)
	}
	verbs := map[string]int{}
	for _, c := range p.Steps[0].Changes {
		verbs[c.Verb]++
	}
	if !maps.Equal(verbs, map[string]int{steps.VerbSet: 1, steps.VerbRemove: 2, steps.VerbAdd: 5}) {
		t.Errorf("the plan has %v: %+v", verbs, p.Steps[0].Changes)
	}
	store, err := steps.OpenStore(t.TempDir() + "/runs")
	if err != nil {
		t.Fatal(err)
	}
	j, err := store.Create(steps.Opening{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Apply(t.Context(), j, steps.Approve(p, "--yes"))
	j.Close()
	after, protected := f.acl(accountDN)
	if err != nil || res.State != steps.ResultDone || f.writes != 1 || !protected || len(after) != 7 || after[parse(t, helpDesk)] != 0 || after[parse(t, ofSelf)] != 1 {
		t.Fatalf("%s, %v, %d writes, protected %v: %v", res.State, err, f.writes, protected, after)
	}
	if v, err := r.Verify(t.Context()); err != nil || !v.OK || len(v.Steps[0].Evidence) != 1 {
		t.Errorf("verify: %+v, %v", v, err)
	}

	const foreign = "(A;;RP;;;S-1-5-21-1-2-3-1300)"
	f.add(t, accountDN, foreign)
	run, err := store.History().Latest(nil)
	if err != nil {
		t.Fatal(err)
	}
	if j, err = store.Reopen(run, steps.Opening{Target: target}); err != nil {
		t.Fatal(err)
	}
	undone, err := r.Undo(t.Context(), j)
	j.Close()
	before[parse(t, foreign)] = 1
	back, protected := f.acl(accountDN)
	if err != nil || undone.State != steps.ResultUndone || protected || !maps.Equal(before, back) || f.writes != 2 {
		t.Errorf("%s, %v, %d writes, protected %v:\n%v\nwant\n%v", undone.State, err, f.writes, protected, back, before)
	}
}

// What came from above before comes from above again, or somebody is told that it did not.
func TestHardenUndoUnderAnotherParent(t *testing.T) {
	f, h, _ := hardens(t, accountDACL)
	have, err := h.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cs, _, _ := h.Plan(have)
	made, err := h.ApplyAll(t.Context(), cs)
	if err != nil {
		t.Fatal(err)
	}
	f.byDN(accountDN).above = []secdesc.ACE{}
	if err := h.UndoAll(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	if got := codes(h.Notices()); !slices.Equal(got, []string{"warning not-inherited-again"}) {
		t.Errorf("it says %v", got)
	}
}

// What is kept is no line, or is copied where it was inherited.
func TestHardenKeeps(t *testing.T) {
	_, h, r := hardens(t, accountDACL)
	h.Keep = []string{parse(t, helpDesk).SDDL(), parse(t, fromAbove).SDDL()}
	p, err := r.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	copied := false
	for _, c := range p.Steps[0].Changes {
		copied = copied || c.Verb == steps.VerbAdd && c.SDDL == "(A;CI;RPWPWD;;;S-1-5-21-1-2-3-1201)"
		if c.SDDL == h.Keep[0] {
			t.Errorf("a line for what stays: %+v", c)
		}
	}
	if !copied {
		t.Errorf("%+v", p.Steps[0].Changes)
	}
}

// Whoever could not take it back does not make it, and what cannot last is not begun.
func TestHardenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		dacl   string
		change func(*fake, *Harden)
		want   []string
	}{
		"nobody's admin":     {accountDACL, func(_ *fake, h *Harden) { h.Operator = adperms.NewToken(stranger) }, []string{"error harden-locks-out"}},
		"who is not known":   {accountDACL, func(_ *fake, h *Harden) { h.Operator = nil }, []string{"error harden-locks-out"}},
		"only a plan":        {accountDACL, func(_ *fake, h *Harden) { h.Operator, h.ReadOnly = nil, true }, []string{"warning harden-locks-out"}},
		"protected":          {accountDACL, func(f *fake, _ *Harden) { f.account.ProtectedBy = []adperms.Protected{{Name: "Print Operators"}} }, []string{"error harden-refused"}},
		"forest not known":   {accountDACL, func(_ *fake, h *Harden) { h.Forest = secdesc.SID{} }, []string{"error harden-refused"}},
		"kept, not there":    {accountDACL, func(_ *fake, h *Harden) { h.Keep = []string{"(A;;RP;;;WD)"} }, []string{"error harden-refused"}},
		"NULL DACL":          {"O:S-1-5-21-1-2-3-512D:NO_ACCESS_CONTROL", func(*fake, *Harden) {}, []string{"error harden-refused"}},
		"not canonical":      {"O:S-1-5-21-1-2-3-512D:" + adminsFull + "(D;;RP;;;WD)", func(*fake, *Harden) {}, []string{"error dacl-not-canonical"}},
		"an ACE twice":       {accountDACL + helpDesk, func(f *fake, _ *Harden) {}, []string{"error dacl-not-canonical", "error dacl-not-editable"}},
		"owned by a helper":  {"O:S-1-5-21-1-2-3-1300D:" + helpDesk, func(*fake, *Harden) {}, []string{"warning connector-owner"}},
		"no right to change": {accountDACL, func(f *fake, _ *Harden) { f.byDN(accountDN).rights = 0 }, []string{"error no-right-to-write"}},
	} {
		f, h, r := hardens(t, c.dacl)
		c.change(f, h)
		p, err := r.Plan(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := slices.DeleteFunc(codes(p.Steps[0].Findings), func(code string) bool { return code == "error connector-unproven" })
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v: %+v", name, got, c.want, p.Steps[0].Findings)
		}
	}
}
