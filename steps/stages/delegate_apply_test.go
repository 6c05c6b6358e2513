package stages

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/steps"
)

// foreignACE is somebody else's, for the same account and attribute.
var foreignACE = ace("OA", "CIIO", "RP", lockoutTime, user)

// state is all explicit ACEs of an object, as a set.
func (f *fake) state(dn string) []string {
	var out []string
	for _, a := range f.byDN(dn).sd.DACL.Explicit() {
		out = append(out, a.SDDL())
	}
	slices.Sort(out)
	return out
}

// The whole way: plan, apply, nothing left, undo, as before; what others have
// stays.
func TestApplyAndUndo(t *testing.T) {
	f := newFake(t, foreignACE)
	d := f.stage()
	d.Scopes = []string{ouDN}
	b := newBench(t, d)
	root, ou := f.state(rootDN), f.state(ouDN)
	res, err := b.apply(nil)
	if err != nil || res.State != steps.ResultDone || len(res.Steps[0].Made) != 4 || f.writes != 2 { // one for each object
		t.Fatalf("%+v, %v, %d writes", res, err, f.writes)
	}
	if again := b.plan(); again.Pending() != 0 {
		t.Errorf("left: %+v", again.Steps[0].Changes)
	}
	if res, err := b.apply(nil); err != nil || res.State != steps.ResultDone || f.writes != 2 {
		t.Errorf("again: %+v, %v, %d writes", res, err, f.writes)
	}
	f.add(t, ouDN, foreignACE)
	if _, err := b.undo(); err != nil {
		t.Fatal(err)
	}
	for i := range 2 { // the second time there is nothing left
		if !slices.Equal(f.state(rootDN), root) || !slices.Equal(f.state(ouDN), slices.Sorted(slices.Values(append(ou, foreignACE)))) {
			t.Errorf("undo %d: %q, %q", i, f.state(rootDN), f.state(ouDN))
		}
		if res, err := b.undo(); err != nil || len(res.Undone) != 0 {
			t.Errorf("undo again: %+v, %v", res, err)
		}
	}
}

// What is blocked is not written, whatever was approved.
func TestBlockedIsNotWritten(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	plan := b.plan()
	f.byDN(rootDN).rights = 0
	_, err := b.apply(&plan)
	var blocked *steps.BlockedError
	if !errors.As(err, &blocked) || f.writes != 0 || !strings.Contains(err.Error(), `CORP\admin may not change the permissions of `+rootDN) {
		t.Errorf("%v, %d writes", err, f.writes)
	}
}

// Somebody else takes Unexpire Password away after the approval: one more line
// would be needed, so nothing is written. A line less is fine.
func TestDrift(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	plan := b.plan()
	f.drop(t, rootDN, unexpireToAU)
	_, err := b.apply(&plan)
	var drift *steps.DriftError
	if !errors.As(err, &drift) || len(drift.Unapproved) != 1 || drift.Unapproved[0].SDDL != aUnexp || f.writes != 0 {
		t.Fatalf("%v, %d writes", err, f.writes)
	}
	f.add(t, rootDN, unexpireToAU)
	f.add(t, rootDN, aLockout)
	if res, err := b.apply(&plan); err != nil || len(res.Steps[0].Made) != 2 {
		t.Fatalf("%+v, %v", res, err)
	}
	if _, err := b.undo(); err != nil || !f.has(t, rootDN, aLockout) || f.has(t, rootDN, aReset) {
		t.Errorf("undo: %v, %q", err, f.state(rootDN))
	}
}

// A name that others chose reaches no screen as it is, and no command.
func TestHostileNames(t *testing.T) {
	for _, dn := range []string{"OU=a\x1b[2Jb," + rootDN, `OU=a\" & calc & \",` + rootDN, "OU=$(calc)," + rootDN, "OU=%PATH%," + rootDN, "OU=a\nb," + rootDN} {
		f := newFake(t, unexpireToAU)
		f.put(t, dn, "D:PAI(A;;GA;;;SY)", "organizationalUnit")
		f.names[connector] = "CORP\\ev\x1b[31mil"
		d := f.stage()
		d.Scopes = []string{dn}
		d.Connector.DN, d.Connector.Disabled, d.Place.Operator = "CN=\u202eevil\x1b", true, "CORP\\\x07"
		b := newBench(t, d)
		res, err := b.apply(nil)
		if err != nil || len(res.Steps[0].Made) != 3 {
			t.Fatalf("%q: %+v, %v", dn, res, err)
		}
		for _, c := range res.Steps[0].Made {
			if strings.ContainsAny(c.Target+c.Line, "\x1b\n\u202e\x07") || strings.HasPrefix(c.Equivalent, "dsacls") || strings.ContainsAny(c.Equivalent, "$%\x1b\n") {
				t.Errorf("%q", c)
			}
		}
		for _, n := range res.Steps[0].Findings {
			if strings.ContainsAny(n.Text+n.Fix, "\x1b\n\u202e\x07") {
				t.Errorf("%q", n.Text)
			}
		}
		if undone, err := b.undo(); err != nil || len(undone.Undone) != 3 {
			t.Errorf("%q: %+v, %v", dn, undone, err)
		}
	}
}

// The command that is shown says the same as the change.
func TestEquivalent(t *testing.T) {
	f := newFake(t, unexpireToAU)
	changes, _ := planned(t, f.stage())
	want := `dsacls "DC=corp,DC=example" /I:S /G "CORP\MSOL_1:CA;Reset Password;user"`
	if got := changes[0].Describe(); got.Equivalent != want || got.Line != `Allow CORP\MSOL_1: Reset password, applies to: Descendant User objects` {
		t.Errorf("%+v", got)
	}
}

// A change that does not hold one ACE comes from a damaged journal.
func TestDamagedChange(t *testing.T) {
	f := newFake(t, "")
	d := f.stage()
	for _, bad := range []string{"", "(A;;GA;;;", aReset + aLockout} {
		c := ACEChange{DN: rootDN, GUID: f.byDN(rootDN).guid, ACE: bad}
		if _, err := d.Apply(t.Context(), c); !errors.Is(err, steps.ErrNotMade) {
			t.Errorf("apply %q: %v", bad, err)
		}
		if err := d.Undo(t.Context(), c); !errors.Is(err, steps.ErrNotMade) {
			t.Errorf("undo %q: %v", bad, err)
		}
		if _, _, err := d.Resolve(t.Context(), c); err == nil {
			t.Errorf("resolve %q", bad)
		}
	}
	if f.writes != 0 {
		t.Error("written")
	}
}

// The kept descriptor is the one that was there, byte for byte, once an object.
func TestBackUp(t *testing.T) {
	f := newFake(t, "")
	d := f.stage()
	d.Scopes = []string{ouDN}
	before := map[string]*secdesc.Descriptor{rootDN: f.byDN(rootDN).sd, ouDN: f.byDN(ouDN).sd}
	b := newBench(t, d)
	if _, err := b.apply(nil); err != nil {
		t.Fatal(err)
	}
	run, err := b.store.History().Latest(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range run.Records {
		if r.Kind != steps.KindSaved {
			continue
		}
		kept := decode[Kept](t, r.Data)
		raw, err := before[r.Target].Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if kept.Descriptor != hexOf(raw) || kept.SDDL != before[r.Target].SDDL() || kept.Version != 5 || kept.DC != "dc1.corp.example" {
			t.Errorf("%+v", kept)
		}
		delete(before, r.Target)
	}
	if len(before) != 0 {
		t.Errorf("not kept: %v", before)
	}
}

// Somebody else was faster: whoever comes second finds nothing to do, and is told since
// when it is so, and where it was written.
func TestSecondOfTwo(t *testing.T) {
	f := newFake(t, unexpireToAU)
	if _, err := newBench(t, f.stage()).apply(nil); err != nil {
		t.Fatal(err)
	}
	f.writers = map[secdesc.GUID]string{{}: "DC7"}
	p := newBench(t, f.stage()).plan()
	said := p.Steps[0].Findings
	i := slices.IndexFunc(said, func(x steps.Finding) bool { return x.Code == "in-place-since" })
	if p.Pending() != 0 || i < 0 || !strings.Contains(said[i].Text, "on the DC DC7") {
		t.Fatalf("%+v", said)
	}
	reader := f.stage()
	reader.ReadOnly = true
	if slices.ContainsFunc(newBench(t, reader).plan().Steps[0].Findings, func(x steps.Finding) bool { return x.Code == "in-place-since" }) {
		t.Error("whoever only reads pays for it, too")
	}
}
