package secdesc

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"writeback/internal/beside"
)

// Microsoft's managed ACL code as a judge of what a security descriptor is: what it
// refuses to read, we refuse; where both read, both read the same.

func TestMicrosoftOnDamage(t *testing.T) {
	rows := beside.Rows(t, "dotnet-acl-damaged.tsv.gz")
	held := map[string]int{}
	for n, r := range rows {
		b := unhex(t, r[0])
		d, err := Parse(b)
		switch {
		case r[1] != "ok" && err == nil:
			t.Errorf("row %d, %s: Microsoft's code refuses it (%s, %s), and we read it", n+1, r[3], r[1], r[6])
		case r[1] != "ok":
			held["refused by both"]++
		case err != nil:
			why := stricter(b, err)
			if why == "" {
				t.Errorf("row %d, %s: Microsoft's code reads it, and we say %v", n+1, r[3], err)
			}
			held["refused by us alone, "+why]++
		default:
			sameReading(t, n, r[3], d, r[2])
			held["read alike"]++
		}
	}
	t.Logf("%d rows: %v", len(rows), held)
}

// stricter is the rule by which we refuse what Microsoft's code reads; "" where there
// is none. That code makes all bytes anew; we write back what we read, so that nothing
// in it may mean two things.
func stricter(b []byte, err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return ""
	}
	control := Control(uint16(b[2]) | uint16(b[3])<<8)
	list, _, _ := strings.Cut(e.What, ":")
	switch {
	case strings.Contains(e.Text, "overlaps"):
		return "two parts share bytes"
	case list == "SACL" && control&SACLPresent == 0, list == "DACL" && control&DACLPresent == 0:
		return "a list that is said to be absent is kept, and cannot be read"
	case strings.HasPrefix(e.Text, "AclSize"):
		return "AclSize is smaller than the list's own header"
	case strings.Contains(e.What, "ACE"):
		return "a type that Microsoft's code does not look into has no SID"
	}
	return ""
}

func sameReading(t *testing.T, n int, kind string, d *Descriptor, written string) {
	t.Helper()
	theirs, err := Parse(unhex(t, written))
	if err != nil {
		t.Errorf("row %d, %s: what Microsoft's code writes we do not read: %v", n+1, kind, err)
		return
	}
	if d.Owner != theirs.Owner || d.Group != theirs.Group || d.Control != theirs.Control ||
		!reflect.DeepEqual(present(d, DACLPresent, d.DACL), present(theirs, DACLPresent, theirs.DACL)) ||
		!reflect.DeepEqual(present(d, SACLPresent, d.SACL), present(theirs, SACLPresent, theirs.SACL)) {
		t.Errorf("row %d, %s: read differently:\n ours   %+v\n theirs %+v", n+1, kind, d, theirs)
	}
}

// present gives the ACEs of a list, nil where there is none: without its bit we keep
// the bytes for who reads after us, and Microsoft's code drops them.
func present(d *Descriptor, bit Control, l *ACL) []ACE {
	if l == nil || d.Control&bit == 0 {
		return nil
	}
	return append([]ACE{}, l.ACEs...)
}

func TestMicrosoftReads(t *testing.T) {
	held := map[string]int{}
	for n, r := range beside.Rows(t, "dotnet-acl-edits.tsv.gz") {
		if r[2] != "raw" {
			continue
		}
		d, err := Parse(unhex(t, r[0]))
		switch theirs, refused := strings.CutPrefix(r[3], "!"); {
		case refused && err == nil:
			t.Errorf("row %d, %s: Microsoft's code refuses it (%s), and we read it", n+1, r[4], theirs)
		case refused:
			held["refused by both"]++
		case err != nil && r[4] == "unknown": // as in stricter
			held["refused by us alone"]++
		case err != nil:
			t.Errorf("row %d, %s: Microsoft's code reads it: %v", n+1, r[4], err)
		default:
			sameReading(t, n, r[4], d, r[3])
			held["read alike"]++
		}
	}
	t.Logf("%v", held)
}
