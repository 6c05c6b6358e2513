package stages

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/steps"
)

const otherDN = "OU=Vault," + rootDN

// liar is a directory that answers some reads with another object than the one
// that was asked for.
type liar struct {
	*fake
	lie func(asked string, o adperms.Object) adperms.Object // nil: the truth
}

func (l *liar) Object(ctx context.Context, dn string) (adperms.Object, error) {
	o, err := l.fake.Object(ctx, dn)
	if err == nil && l.lie != nil {
		o = l.lie(dn, o)
	}
	return o, err
}

// lies are ways to answer with another object: all that is asked by GUID, or by
// DN, or at all.
func lies(f *fake, t *testing.T) map[string]func(string, adperms.Object) adperms.Object {
	t.Helper()
	truth := func(dn string) adperms.Object {
		o, err := f.Object(t.Context(), dn)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	vault := truth(otherDN)
	return map[string]func(string, adperms.Object) adperms.Object{
		"another object":                  func(string, adperms.Object) adperms.Object { return vault },
		"another DN":                      func(_ string, o adperms.Object) adperms.Object { o.DN = otherDN; return o },
		"another GUID":                    func(_ string, o adperms.Object) adperms.Object { o.GUID = vault.GUID; return o },
		"another object with this GUID":   func(_ string, o adperms.Object) adperms.Object { v := vault; v.GUID = o.GUID; return v },
		"another object by this name":     func(_ string, o adperms.Object) adperms.Object { v := vault; v.DN = o.DN; return v },
		"another class":                   func(_ string, o adperms.Object) adperms.Object { o.Classes = []string{"top", "container"}; return o },
		"no GUID":                         func(_ string, o adperms.Object) adperms.Object { o.GUID = secdesc.GUID{}; return o },
		"a DN outside of the domain":      func(_ string, o adperms.Object) adperms.Object { o.DN = "OU=Sales,DC=evil,DC=example"; return o },
		"the name as the end of a longer": func(_ string, o adperms.Object) adperms.Object { o.DN = `OU=x\,` + o.DN; return o },
	}
}

// A DC that answers with another object, from whatever moment on, gets no DACL
// written over that object, and what was written where it should be is undone.
func TestAnswersAboutOtherObjects(t *testing.T) {
	for _, scope := range []string{rootDN, ouDN} {
		names := lies(withVault(t), t)
		for name := range names {
			for _, from := range []int{1, 2, 3, 4, 5} {
				f := withVault(t)
				l := &liar{fake: f}
				lie, reads := lies(f, t)[name], 0
				l.lie = func(asked string, o adperms.Object) adperms.Object {
					if o.DN != scope {
						return o
					}
					if reads++; reads < from {
						return o
					}
					return lie(asked, o)
				}
				d := f.stage()
				d.Directory, d.Scopes = l, []string{scope}
				b := newBench(t, d)
				vault := slices.Clone(f.byDN(otherDN).sd.DACL.ACEs)
				if p, err := b.runner().Plan(t.Context()); err == nil {
					_, err = b.apply(&p)
					if err == nil && from > 2 && reads >= from { // read 1 is the plan's, 2 the first of apply
						t.Errorf("%s, %s, from read %d on: applied in spite of it", scope, name, from)
					}
				}
				if now := f.byDN(otherDN).sd.DACL.ACEs; !slices.Equal(vault, now) {
					t.Errorf("%s, %s, from read %d on: written over: %v", scope, name, from, now)
				}
				l.lie = nil
				if _, err := b.store.History().Latest(nil); errors.Is(err, steps.ErrNoRun) {
					continue
				}
				if res, err := b.undo(); err != nil || res.State != steps.ResultUndone {
					t.Errorf("%s, %s, from read %d on: undo %+v, %v", scope, name, from, res, err)
				}
				for _, ace := range []string{aLockout, aReset} {
					if f.has(t, scope, ace) {
						t.Errorf("%s, %s, from read %d on: %s is still there", scope, name, from, ace)
					}
				}
			}
		}
	}
}

// Undo takes back nothing where the DC shows another object, and says so.
func TestUndoOfOtherObjects(t *testing.T) {
	for name := range lies(withVault(t), t) {
		if name == "another class" {
			continue // what was written is in its place, and undone there
		}
		f := withVault(t)
		l := &liar{fake: f}
		d := f.stage()
		d.Directory, d.Scopes = l, []string{ouDN}
		b := newBench(t, d)
		if _, err := b.apply(nil); err != nil {
			t.Fatal(err)
		}
		writes := f.writes
		lie := lies(f, t)[name]
		l.lie = func(asked string, o adperms.Object) adperms.Object {
			if !strings.HasPrefix(asked, "<") || o.DN != ouDN { // asked by its DN it tells the truth
				return o
			}
			return lie(asked, o)
		}
		res, err := b.undo()
		if err == nil || len(res.Left) == 0 || f.writes != writes {
			t.Errorf("%s: %+v, %v, %d writes", name, res, err, f.writes-writes)
		}
		l.lie = nil
		if res, err := b.undo(); err != nil || res.State != steps.ResultUndone {
			t.Errorf("%s: afterwards %+v, %v", name, res, err)
		}
	}
}

// An object that moves after it was approved is not what was approved.
func TestMovedAfterApproval(t *testing.T) {
	f := withVault(t)
	l := &liar{fake: f}
	d := f.stage()
	d.Directory, d.Scopes = l, []string{ouDN}
	b := newBench(t, d)
	plan := b.plan()
	reads := 0
	l.lie = func(asked string, o adperms.Object) adperms.Object {
		if reads++; reads == 3 { // when the step has looked again
			f.byDN(ouDN).dn = "OU=Sales,OU=Old," + rootDN
		}
		return o
	}
	if _, err := b.apply(&plan); err == nil || !strings.Contains(err.Error(), "OU=Old") || f.writes != 0 {
		t.Errorf("%v, %d writes", err, f.writes)
	}
}

// The token that decides what is granted already is the account's own.
func TestTokenOfAnotherAccount(t *testing.T) {
	f := newFake(t, unexpireToAU)
	f.token = adperms.NewToken(stranger, group)
	if _, err := newBench(t, f.stage()).runner().Plan(t.Context()); err == nil || !strings.Contains(err.Error(), "another account") {
		t.Errorf("%v", err)
	}
}

func withVault(t *testing.T) *fake {
	t.Helper()
	f := newFake(t, unexpireToAU)
	f.put(t, otherDN, "D:(A;;GA;;;SY)(D;;GA;;;WD)", "organizationalUnit")
	return f
}
