package adperms_test

import (
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/beside"
)

// Microsoft's managed ACL code, which is under Set-Acl and the Active Directory module,
// as a judge of edits. It sorts, merges and drops the ACEs of others while it loads
// them; we do none of that, so that what is compared is what is granted, not the bytes.

// A microsoftRow is one edit by that code.
type microsoftRow struct {
	number    int
	before    []byte
	canonical string // "1", "0", or "-" where there is no DACL, or it is refused
	op        string // raw, common, add, remove
	trustee   secdesc.SID
	grants    []secdesc.ACE
	after     []byte
	refused   string // the exception, in place of after
	kind      string
}

func readMicrosoftRows(t *testing.T) (rows []microsoftRow) {
	t.Helper()
	unhex := func(digits string) []byte {
		b, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, fields := range beside.Rows(t, "dotnet-acl-edits.tsv.gz") {
		words := strings.Fields(fields[2])
		r := microsoftRow{number: len(rows) + 1, before: unhex(fields[0]), canonical: fields[1], op: words[0], kind: fields[4]}
		if why, refused := strings.CutPrefix(fields[3], "!"); refused {
			r.refused = why
		} else {
			r.after = unhex(fields[3])
		}
		if len(words) > 1 {
			r.trustee = secdesc.MustSID(words[1])
			for g := range strings.SplitSeq(words[2], ",") {
				r.grants = append(r.grants, microsoftsGrant(t, r.trustee, g))
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// microsoftsGrant reads mask/ACE flags/object type/inherited type, or one of four names.
func microsoftsGrant(t *testing.T, trustee secdesc.SID, text string) secdesc.ACE {
	t.Helper()
	if named, ok := map[string]string{
		"reset":      "100/0a/00299570-246d-11d0-a768-00aa006e0529/user",
		"lockout":    "20/0a/28630ebf-41d5-11d1-a9c1-0000f80367c1/user",
		"pwdlastset": "20/0a/bf967a0a-0de6-11d0-a285-00aa003049e2/user",
		"unexpire":   "100/00/ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501/-",
	}[text]; ok {
		text = named
	}
	parts := strings.Split(text, "/")
	number := func(s string) uint64 {
		n, err := strconv.ParseUint(s, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	guid := func(s string) (g secdesc.GUID) {
		switch s {
		case "-":
			return g
		case "user":
			return secdesc.MustGUID("bf967aba-0de6-11d0-a285-00aa003049e2")
		}
		return secdesc.MustGUID(s)
	}
	return secdesc.Allow(trustee, secdesc.AccessMask(number(parts[0])), secdesc.ACEFlags(number(parts[1])), guid(parts[2]), guid(parts[3]))
}

// An atom is the smallest thing that an explicit ACE says: one right, to one trustee,
// in one reach.
type atom struct {
	trustee             string // and the condition, where there is one
	kind                secdesc.ACEType
	property, inherited secdesc.GUID
	reach               string
	bit                 secdesc.AccessMask
}

// atoms are those of the explicit ACEs of a DACL.
func atoms(l *secdesc.ACL) map[atom]bool {
	out := map[atom]bool{}
	for _, a := range l.Explicit() {
		var reach []string
		if a.Flags&secdesc.InheritOnly == 0 {
			reach = append(reach, "here")
		}
		if a.Flags&(secdesc.ContainerInherit|secdesc.ObjectInherit) != 0 {
			below := strconv.Itoa(int(a.Flags & (secdesc.ContainerInherit | secdesc.ObjectInherit)))
			reach = append(reach, "child "+below)
			if a.Flags&secdesc.NoPropagate == 0 {
				reach = append(reach, "deep "+below)
			}
		}
		for bit := secdesc.AccessMask(1); bit != 0; bit <<= 1 {
			if a.Mask&bit == 0 {
				continue
			}
			for _, where := range reach {
				out[atom{a.Trustee.String() + a.Data, a.Type, a.ObjectType, a.InheritedObjectType, where, bit}] = true
			}
		}
	}
	return out
}

// covered says that the atom is there, or one that says the same of more.
func covered(all map[atom]bool, a atom) bool {
	for _, property := range []secdesc.GUID{a.property, {}} {
		for _, inherited := range []secdesc.GUID{a.inherited, {}} {
			wider := a
			wider.property, wider.inherited = property, inherited
			if all[wider] {
				return true
			}
			wider.kind = plainOf(a.kind)
			if wider.property.IsZero() && wider.inherited.IsZero() && all[wider] {
				return true
			}
		}
	}
	return false
}

// plainOf is the type without object types that says the same.
func plainOf(t secdesc.ACEType) secdesc.ACEType {
	switch t {
	case secdesc.AccessAllowedObject:
		return secdesc.AccessAllowed
	case secdesc.AccessDeniedObject:
		return secdesc.AccessDenied
	case secdesc.AccessAllowedCallbackObject:
		return secdesc.AccessAllowedCallback
	case secdesc.AccessDeniedCallbackObject:
		return secdesc.AccessDeniedCallback
	}
	return t
}

func TestMicrosoftOnEdits(t *testing.T) {
	held, wider := map[string]int{}, map[int]bool{}
	for _, r := range readMicrosoftRows(t) {
		d, err := secdesc.Parse(r.before)
		if err != nil {
			switch {
			case r.refused != "":
				held["refused by both"]++
			case r.kind == "unknown": // a type that Microsoft's code does not look into has no SID
				held["refused by us alone"]++
			default:
				t.Errorf("row %d, %s: Microsoft's code reads it: %v", r.number, r.kind, err)
			}
			continue
		}
		if r.refused == "ArgumentException" {
			t.Errorf("row %d, %s: Microsoft's code refuses to read it, and we do", r.number, r.kind)
			continue
		}
		if at, ok := adperms.Canonical(d.DACL); r.canonical != "-" && ok != (r.canonical == "1") {
			t.Errorf("row %d, %s: canonical is %s, we say %t at %d of %s", r.number, r.kind, r.canonical, ok, at, d.SDDL())
		} else if r.canonical != "-" {
			held["canonical "+r.canonical]++
		}
		if r.op != "add" && r.op != "remove" {
			continue
		}
		e := adperms.Edit{DN: "DC=corp", Add: r.grants}
		after, ignored, err := e.Rewrite(d)
		switch {
		case errors.Is(err, adperms.ErrNoDACL), errors.Is(err, adperms.ErrNullDACL):
			if r.canonical != "-" {
				t.Errorf("row %d, %s: %v", r.number, r.kind, err)
			}
			held["no list: not edited"]++
			continue
		case err != nil:
			// Where theirs fits, it has dropped ACEs of others that say nothing more.
			if r.kind != "big" {
				t.Errorf("row %d, %s: %v", r.number, r.kind, err)
			}
			held["too large"]++
			continue
		}
		undone, left, err := e.Done(ignored).Invert().Rewrite(after)
		if err != nil || left.Absent != nil || !slices.Equal(undone.DACL.Explicit(), d.DACL.Explicit()) {
			t.Errorf("row %d, %s: undone, the explicit ACEs are not those of before: %v", r.number, r.kind, err)
		} else {
			held["undone"]++
		}
		if r.canonical == "0" {
			if r.refused != "InvalidOperationException" {
				t.Errorf("row %d, %s: Microsoft's code edits a DACL that is not canonical: %s", r.number, r.kind, r.refused)
			}
			held["not canonical: edited by us alone, without sorting"]++
			continue
		}
		if r.op == "add" && r.after != nil {
			if sameAdded(t, r, d, after) {
				wider[r.number] = true
			}
			held["added"]++
		}
	}
	if len(wider) != 10 {
		t.Errorf("in %d rows Microsoft's code grants more than was asked, in 10 it does: %v", len(wider), wider)
	}
	t.Logf("%v", held)
}

// sameAdded holds our edit against Microsoft's. wider says that theirs grants more than
// was asked.
func sameAdded(t *testing.T, r microsoftRow, before, after *secdesc.Descriptor) (wider bool) {
	t.Helper()
	theirs, err := secdesc.Parse(r.after)
	if err != nil {
		t.Errorf("row %d, %s: what Microsoft's code writes we do not read: %v", r.number, r.kind, err)
		return false
	}
	asked := atoms(secdesc.NewACL(r.grants...))
	had, ours := atoms(before.DACL), atoms(after.DACL)
	for a := range asked {
		if !covered(ours, a) {
			t.Errorf("row %d, %s: %+v was asked for, and is not there", r.number, r.kind, a)
		}
	}
	for a := range ours {
		if !had[a] && !asked[a] {
			t.Errorf("row %d, %s: %+v is there, and was not asked for", r.number, r.kind, a)
		}
	}
	for a := range atoms(theirs.DACL) {
		switch {
		case covered(ours, a):
		case !covered(had, a) && !covered(asked, a):
			wider = true
		default:
			t.Errorf("row %d, %s: Microsoft's code leaves %+v, and ours does not", r.number, r.kind, a)
		}
	}
	return wider
}
