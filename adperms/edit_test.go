package adperms_test

import (
	"errors"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Each row: a DACL and an edit → the DACL, what had not to be done, and the
// DACL after it was undone.
func TestRewrite(t *testing.T) {
	for _, c := range []struct {
		name                string
		dacl                string
		add, remove         string
		want                string
		present, absent     string
		undone              string // where it is not dacl
		revision, wasBefore uint8
	}{
		{name: "into an empty DACL", add: aceReset, want: aceReset},
		{name: "no change", dacl: "(A;;RP;;;{me})", want: "(A;;RP;;;{me})"},
		{name: "behind explicit ACEs, before inherited ones", dacl: "(D;;WP;;;{other})(A;;RP;;;{me})(A;CIID;GA;;;BA)", add: aceReset,
			want: "(D;;WP;;;{other})(A;;RP;;;{me})" + aceReset + "(A;CIID;GA;;;BA)"},
		{name: "three in their order", dacl: "(A;CIID;GA;;;BA)", add: aceReset + aceLock + acePwdSet, want: aceReset + aceLock + acePwdSet + "(A;CIID;GA;;;BA)"},
		{name: "a deny behind the denies", dacl: "(D;;WP;;;{other})(A;;RP;;;{me})(D;CIID;WP;;;BA)", add: "(D;;CR;;;{other})",
			want: "(D;;WP;;;{other})(D;;CR;;;{other})(A;;RP;;;{me})(D;CIID;WP;;;BA)"},
		{name: "not canonical: nothing is sorted", dacl: "(A;CIID;GA;;;BA)(A;;RP;;;{me})(D;;WP;;;{other})(A;CIID;RP;;;BA)", add: aceReset,
			want: "(A;CIID;GA;;;BA)(A;;RP;;;{me})(D;;WP;;;{other})" + aceReset + "(A;CIID;RP;;;BA)"},
		{name: "already there", dacl: aceReset + "(A;;RP;;;{me})", add: aceReset + aceLock, want: aceReset + "(A;;RP;;;{me})" + aceLock, present: aceReset},
		{name: "there as an inherited one", dacl: "(OA;CIIOID;CR;{reset};{user};{me})", add: aceReset, want: aceReset + "(OA;CIIOID;CR;{reset};{user};{me})"},
		{name: "twice in the edit", add: aceReset + aceReset, want: aceReset, present: aceReset},
		{name: "given as inherited", add: "(OA;CIIOID;CR;{reset};{user};{me})", want: aceReset},
		{name: "remove", dacl: "(A;;RP;;;{me})" + aceReset + aceLock, remove: aceReset, want: "(A;;RP;;;{me})" + aceLock,
			undone: "(A;;RP;;;{me})" + aceLock + aceReset},
		{name: "remove what is not there", dacl: "(A;;RP;;;{me})", remove: aceReset, want: "(A;;RP;;;{me})", absent: aceReset},
		{name: "remove an inherited one", dacl: "(OA;CIIOID;CR;{reset};{user};{me})", remove: "(OA;CIIOID;CR;{reset};{user};{me})",
			want: "(OA;CIIOID;CR;{reset};{user};{me})", absent: "(OA;CIIOID;CR;{reset};{user};{me})"},
		{name: "remove one of two, which say the same", dacl: aceReset + aceReset, remove: aceReset, want: aceReset, undone: aceReset},
		{name: "remove twice, there once", dacl: aceReset, remove: aceReset + aceReset, want: "", absent: aceReset},
		{name: "replace", dacl: aceReset, add: aceLock, remove: aceReset, want: aceLock},
		{name: "object ACEs raise the revision", dacl: "(A;;RP;;;{me})", add: aceReset, want: "(A;;RP;;;{me})" + aceReset,
			wasBefore: secdesc.ACLRevision, revision: secdesc.ACLRevisionDS},
		{name: "others do not", dacl: "(A;;RP;;;{me})", add: "(A;;WP;;;{me})", want: "(A;;RP;;;{me})(A;;WP;;;{me})",
			wasBefore: secdesc.ACLRevision, revision: secdesc.ACLRevision},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := paper.descriptor(t, "O:BAD:AI"+c.dacl)
			same := before.Clone()
			e := adperms.Edit{DN: "DC=corp", Add: paper.aces(t, c.add), Remove: paper.aces(t, c.remove)}
			after, ignored, err := e.Rewrite(before)
			if err != nil {
				t.Fatal(err)
			}
			if got := paper.spoken(after.DACL.ACEs); got != c.want {
				t.Errorf("the DACL is %s, want %s", got, c.want)
			}
			if p, a := paper.spoken(ignored.Present), paper.spoken(ignored.Absent); p != c.present || a != c.absent {
				t.Errorf("ignored %q and %q, want %q and %q", p, a, c.present, c.absent)
			}
			if c.revision != 0 && (before.DACL.Revision != c.wasBefore || after.DACL.Revision != c.revision) {
				t.Errorf("the revision went from %d to %d, want %d to %d", before.DACL.Revision, after.DACL.Revision, c.wasBefore, c.revision)
			}
			if paper.spoken(before.DACL.ACEs) != paper.spoken(same.DACL.ACEs) || before.DACL.Revision != same.DACL.Revision {
				t.Error("the descriptor that was given has changed")
			}
			if c.undone == "" {
				c.undone = c.dacl
			}
			undone, left, err := e.Done(ignored).Invert().Rewrite(after)
			if err != nil || left.Absent != nil {
				t.Fatalf("undo: %v, left over: %v", err, left)
			}
			if got := paper.spoken(undone.DACL.ACEs); got != c.undone {
				t.Errorf("undone: %s, want %s", got, c.undone)
			}
			if undone.Owner != before.Owner || undone.Control != before.Control {
				t.Error("more than the DACL was changed")
			}
		})
	}
}

func TestEditNames(t *testing.T) {
	e := adperms.Edit{DN: "DC=corp", Add: paper.aces(t, aceReset)}
	if e.Invert().DN != e.DN || e.Done(adperms.Ignored{}).DN != e.DN {
		t.Error("the object got lost")
	}
	if got := e.Invert().Invert(); paper.spoken(got.Add) != aceReset || got.Remove != nil {
		t.Errorf("inverted twice: %v", got)
	}
}

func TestRewriteRefuses(t *testing.T) {
	add := adperms.Edit{Add: paper.aces(t, aceReset)}
	for _, c := range []struct {
		sddl string
		want error
	}{{"D:NO_ACCESS_CONTROL", adperms.ErrNullDACL}, {"O:BA", adperms.ErrNoDACL}} {
		d := paper.descriptor(t, c.sddl)
		if _, _, err := add.Rewrite(d); !errors.Is(err, c.want) {
			t.Errorf("%s: rewrite gives %v, want %v", c.sddl, err, c.want)
		}
		if _, err := adperms.Payload(d); !errors.Is(err, c.want) {
			t.Errorf("%s: payload gives %v, want %v", c.sddl, err, c.want)
		}
	}
}

// AclSize has 16 bits. A DACL with one byte left over more than our ACE needs
// takes it, with one byte less it does not.
func TestRewriteFull(t *testing.T) {
	d := paper.descriptor(t, "D:(A;;RP;;;BA)")
	ours := paper.aces(t, aceReset)
	fill := secdesc.MaxACLSize - d.DACL.Size() - ours[0].Size()
	d.DACL.Slack = strings.Repeat("x", fill)
	if _, _, err := (adperms.Edit{Add: ours}).Rewrite(d); err != nil {
		t.Errorf("exactly full: %v", err)
	}
	d.DACL.Slack += "x"
	if _, _, err := (adperms.Edit{Add: ours}).Rewrite(d); err == nil {
		t.Error("65,536 bytes were accepted")
	}
}

func TestPayload(t *testing.T) {
	for _, c := range []struct{ name, from, want string }{
		{"the DACL alone", "O:BAG:BAD:AI(A;;RP;;;BA)S:(AU;SA;WP;;;WD)", "D:AI(A;;RP;;;BA)"},
		{"without inherited ACEs", "D:AI(A;;RP;;;BA)(A;CIID;RP;;;BU)", "D:AI(A;;RP;;;BA)"},
		{"a protected one as it stands", "D:PAI(A;;RP;;;BA)(A;CIID;RP;;;BU)", "D:PAI(A;;RP;;;BA)(A;CIID;RP;;;BU)"},
		{"an empty one", "D:P", "D:P"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := paper.descriptor(t, c.from)
			raw, err := adperms.Payload(d)
			if err != nil {
				t.Fatal(err)
			}
			back, err := secdesc.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			if got := back.SDDL(); got != c.want {
				t.Errorf("sends %s, want %s", got, c.want)
			}
			if d.SDDL() != c.from {
				t.Errorf("the descriptor became %s", d.SDDL())
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		dacl string
		at   int
		ok   bool
	}{
		{"", 0, true},
		{"(D;;WP;;;{me})(A;;WP;;;{me})(D;ID;WP;;;{me})(A;ID;WP;;;{me})", 0, true},
		{"(A;ID;WP;;;{me})(D;ID;WP;;;{me})", 0, true}, // two generations
		{"(A;;WP;;;{me})(D;;WP;;;{me})", 1, false},
		{"(OA;;WP;{lockout};;{me})(A;;WP;;;{me})(OD;;WP;{lockout};;{me})", 2, false},
		{"(A;;WP;;;{me})(A;ID;WP;;;{me})(A;;RP;;;{me})", 2, false},
		{"(D;ID;WP;;;{me})(D;;WP;;;{me})", 1, false},
	} {
		at, ok := adperms.Canonical(paper.descriptor(t, "D:"+c.dacl).DACL)
		if at != c.at || ok != c.ok {
			t.Errorf("%s: %d %v, want %d %v", c.dacl, at, ok, c.at, c.ok)
		}
	}
	if _, ok := adperms.Canonical(nil); !ok {
		t.Error("a NULL DACL is not out of order")
	}
}
