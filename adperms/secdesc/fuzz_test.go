package secdesc

import (
	"bytes"
	"errors"
	"testing"

	"writeback/internal/beside"
)

// sayablePart takes away all that SDDL has no words for: the layout, reserved and
// unused bytes, revisions of ACLs, and the control bits that are not flags of
// an ACL that is there.
func sayablePart(d *Descriptor) *Descriptor {
	m := d.Clone()
	m.layout, m.RMControl = layout{}, 0
	said := SelfRelative
	if d.Control&DACLPresent == 0 {
		m.DACL = nil
	} else {
		said |= DACLPresent | DACLProtected | DACLAutoInheritReq | DACLAutoInherited
	}
	if d.Control&SACLPresent == 0 {
		m.SACL = nil
	} else {
		said |= SACLPresent | SACLProtected | SACLAutoInheritReq | SACLAutoInherited
	}
	m.Control &= said
	for _, l := range []*ACL{m.DACL, m.SACL} {
		if l == nil {
			continue
		}
		l.Sbz1, l.Sbz2, l.Slack, l.Revision = 0, 0, "", l.lowestRevision()
		for i, a := range l.ACEs {
			l.ACEs[i] = sayableACE(a)
		}
	}
	return m
}

// FuzzParse: what parses marshals to the same bytes, and its SDDL means the same.
func FuzzParse(f *testing.F) {
	for _, c := range layouts {
		f.Add(unhex(f, c.bytes))
	}
	for _, text := range seedTexts() {
		if d, err := ParseSDDL(text, testNames); err == nil {
			f.Add(marshal(f, d))
		}
	}
	for _, l := range seedCorpora(f) {
		f.Add(l.sd)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Parse(b)
		filterAgrees(t, b, d, err)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(b) {
				t.Fatalf("the error names no place in %d bytes: %v", len(b), err)
			}
			return
		}
		if out := marshal(t, d); !bytes.Equal(out, b) {
			t.Fatalf("was %x\n is %x", b, out)
		}
		again, err := ParseSDDL(d.SDDL(), DomainSIDs{})
		if err != nil {
			t.Fatalf("%s: %v", d.SDDL(), err)
		}
		if got, want := marshal(t, again), marshal(t, sayablePart(d)); !bytes.Equal(got, want) {
			t.Fatalf("%s\n got %x\nwant %x", d.SDDL(), got, want)
		}
	})
}

// FuzzSDDL: what parses as SDDL prints and parses to the same bytes.
func FuzzSDDL(f *testing.F) {
	for _, text := range seedTexts() {
		f.Add(text)
	}
	for _, l := range seedCorpora(f) {
		f.Add(l.key)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseSDDL(text, testNames)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(text) {
				t.Fatalf("the error names no place in %d bytes: %v", len(text), err)
			}
			return
		}
		b := marshal(t, d)
		printed := d.SDDL()
		again, err := ParseSDDL(printed, DomainSIDs{})
		if err != nil {
			t.Fatalf("%s is printed as %s: %v", text, printed, err)
		}
		if got, want := marshal(t, again), marshal(t, sayablePart(d)); !bytes.Equal(got, want) {
			t.Fatalf("%s\n got %x\nwant %x", printed, got, want)
		}
		if again.SDDL() != printed {
			t.Fatalf("%s is printed again as %s", printed, again.SDDL())
		}
		parsed, err := Parse(b)
		if err != nil || parsed.SDDL() != printed {
			t.Fatalf("%x is printed as %v, %v; want %s", b, parsed, err, printed)
		}
	})
}

// seedTexts are the SDDL of all tables.
func seedTexts() []string {
	texts := []string{domainRoot()}
	for _, c := range sddlForms {
		texts = append(texts, c.text)
	}
	for _, c := range aces {
		texts = append(texts, "D:"+c.sddl)
	}
	for _, c := range conditions {
		texts = append(texts, "D:(XA;;RP;;;WD;"+c.text+")")
	}
	for _, c := range claims {
		texts = append(texts, "S:(RA;;;;;WD;"+c.text+")")
	}
	return texts
}

// seedCorpora takes some lines of the corpora, if they are beside the project.
func seedCorpora(f *testing.F) []corpusLine {
	f.Helper()
	var some []corpusLine
	for _, name := range []string{"ad2019-descriptors.tsv", "windows-sddl.tsv"} {
		rows, _ := beside.RowsIfThere(f, name)
		for i, l := range linesOf(f, name, rows) {
			if i%50 == 0 {
				some = append(some, l)
			}
		}
	}
	return some
}
