package stages

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/steps"
)

// reading counts the reads by GUID, and calls at before each one.
type reading struct {
	*fake
	at   func(n int)
	seen int
}

func (r *reading) Object(ctx context.Context, dn string) (adperms.Object, error) {
	if strings.HasPrefix(dn, "<GUID=") {
		r.seen++
		r.at(r.seen)
	}
	return r.fake.Object(ctx, dn)
}

func decode[T any](t *testing.T, raw []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// What an interrupted write left behind: whose is it?
func TestResolve(t *testing.T) {
	late := start.Add(steps.InFlight + time.Second)
	for _, c := range []struct {
		name    string
		since   func(t *testing.T, f *fake) // what happened to the root since the plan
		made    bool                        // the doubt is about an undo
		dc      string                      // that is asked now
		there   bool
		err     string
		notices []string
	}{
		{name: "not made", since: func(*testing.T, *fake) {}},
		{name: "made", since: func(t *testing.T, f *fake) { f.add(t, rootDN, aReset) }, there: true},
		{name: "made, and written by others since", since: func(t *testing.T, f *fake) { f.add(t, rootDN, aReset); f.add(t, rootDN, foreignACE) },
			there: true, notices: []string{"warning concurrent-write"}},
		{name: "not made, written by others since", since: func(t *testing.T, f *fake) { f.add(t, rootDN, foreignACE) }},
		{name: "added by hand, long after", since: func(t *testing.T, f *fake) { f.clock = late; f.add(t, rootDN, aReset) },
			notices: []string{"warning added-by-others"}},
		{name: "made, and written by others long after", since: func(t *testing.T, f *fake) { f.add(t, rootDN, aReset); f.clock = late; f.add(t, rootDN, foreignACE) },
			there: true, notices: []string{"warning concurrent-write"}},
		{name: "made, where nothing counts", since: func(t *testing.T, f *fake) { f.clock = late; f.add(t, rootDN, aReset); f.byDN(rootDN).version = 0 }, there: true},
		{name: "object deleted", since: func(_ *testing.T, f *fake) { f.remove(rootDN) }},
		{name: "object not shown", since: func(_ *testing.T, f *fake) { f.remove(rootDN); clear(f.gone) }, err: errNoSuchObject.Error()},
		{name: "another DC, which may not have received it", since: func(*testing.T, *fake) {}, dc: "dc2.corp.example", notices: []string{"warning made-elsewhere"}},
		{name: "another DC, which is behind", since: func(_ *testing.T, f *fake) { f.byDN(rootDN).version = 4 }, dc: "dc2.corp.example", err: "wait until it has replicated"},
		{name: "another DC, which has received it", since: func(t *testing.T, f *fake) { f.add(t, rootDN, aReset) }, dc: "dc2.corp.example", there: true},
		{name: "undo not made, and written by others long after", made: true, there: true,
			since: func(t *testing.T, f *fake) { f.add(t, rootDN, aReset); f.clock = late; f.add(t, rootDN, foreignACE) }},
		{name: "undo made", made: true, since: func(t *testing.T, f *fake) { f.add(t, rootDN, aReset); f.drop(t, rootDN, aReset) }},
	} {
		f := newFake(t, unexpireToAU)
		d := f.stage()
		changes, _ := planned(t, d)
		doubt := changes[0]
		if c.made {
			doubt.Version, doubt.Read = doubt.Version+1, time.Time{}
		}
		c.since(t, f)
		if c.dc != "" {
			d.Place.DC = c.dc
		}
		made, there, err := d.Resolve(t.Context(), doubt)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil || there != c.there {
			t.Errorf("%s: there %v, %v", c.name, there, err)
		}
		if there && (made.intent() || made.Version != f.byDN(rootDN).version) {
			t.Errorf("%s: %+v", c.name, made)
		}
		if got := codes(d.Notices()); !slices.Equal(got, append([]string{}, c.notices...)) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// Undo finds the object wherever it is, and ends where it is not.
func TestUndoOfWhatChanged(t *testing.T) {
	broader := ace("OA", "CIIO", "RPWP", lockoutTime, user)
	for _, c := range []struct {
		name    string
		since   func(t *testing.T, f *fake, d *Delegate)
		left    int
		err     string
		notices []string
	}{
		{name: "moved", since: func(_ *testing.T, f *fake, _ *Delegate) { f.byDN(ouDN).dn = "OU=Sales,OU=Old," + rootDN },
			notices: []string{"info object-moved"}},
		{name: "deleted", since: func(_ *testing.T, f *fake, _ *Delegate) { f.remove(ouDN) }},
		{name: "not shown", since: func(_ *testing.T, f *fake, _ *Delegate) { f.remove(ouDN); clear(f.gone) }, left: 3, err: ouDN},
		{name: "taken away by others", since: func(t *testing.T, f *fake, _ *Delegate) { f.drop(t, ouDN, aLockout) }},
		{name: "merged by others", since: func(t *testing.T, f *fake, _ *Delegate) { f.drop(t, ouDN, aLockout); f.add(t, ouDN, broader) },
			notices: []string{"warning still-granted"}},
		{name: "on a DC that has not received it", since: func(t *testing.T, f *fake, d *Delegate) {
			d.Place.DC = "dc2.corp.example"
			f.drop(t, ouDN, aLockout)
			f.byDN(ouDN).version = 5
		}, left: 3, err: "wait until it has replicated"},
		{name: "on the same DC, restored from a backup", since: func(t *testing.T, f *fake, _ *Delegate) {
			f.drop(t, ouDN, aLockout)
			f.byDN(ouDN).version = 5
		}},
		{name: "no right any more", since: func(_ *testing.T, f *fake, _ *Delegate) { f.byDN(ouDN).rights = 0 }, left: 3, err: "access denied"},
		{name: "NULL DACL now", since: func(_ *testing.T, f *fake, _ *Delegate) { f.byDN(ouDN).sd.DACL = nil }, left: 3, err: "NULL DACL"},
		{name: "connector gone", since: func(_ *testing.T, f *fake, d *Delegate) { clear(f.names); d.Connector = adperms.Principal{} }},
	} {
		f := newFake(t, unexpireToAU)
		d := f.stage()
		d.Scopes = []string{ouDN}
		b := newBench(t, d)
		if _, err := b.apply(nil); err != nil {
			t.Fatal(err)
		}
		c.since(t, f, d)
		res, err := b.undo()
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %v", c.name, err)
		}
		if len(res.Left) != c.left || (res.State == steps.ResultUndone) != (c.left == 0) {
			t.Errorf("%s: %+v", c.name, res)
		}
		if got := codes(res.Findings); !slices.Equal(got, append([]string{}, c.notices...)) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
