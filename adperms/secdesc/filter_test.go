package secdesc

import (
	"slices"
	"testing"
)

var filterRights = ControlAccess | WriteProperty

var filterTrustees = []SID{MustSID("S-1-1-0"), MustSID("S-1-5-11"), MustSID("S-1-5-32-544"), MustSID("S-1-5-18")}

func filterOf(t *testing.T, trustees ...SID) *Filter {
	t.Helper()
	s, err := NewFilter(filterRights, trustees...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Nobody has no ACEs.
func TestFilterOfNobody(t *testing.T) {
	if s, err := NewFilter(filterRights, MustSID("S-1-1-0"), SID{}); err == nil {
		t.Errorf("a filter for nobody: %v", s)
	}
}

var filterDenied = ReadProperty // and these where they are denied

// filterAgrees holds what a Filter reads against the whole descriptor, d, or against
// the error that Parse gave.
func filterAgrees(t *testing.T, b []byte, d *Descriptor, parsed error) {
	t.Helper()
	s := filterOf(t, filterTrustees...).AlsoDenied(filterDenied)
	var got Filtered
	err := s.Read(b, &got)
	if (err == nil) != (parsed == nil) {
		t.Fatalf("Parse says %v, a filter says %v of %x", parsed, err, b)
	}
	if err != nil {
		return
	}
	if got.Owner != d.Owner || got.Group != d.Group || got.Control != d.Control || got.Revision != d.Revision || got.RMControl != d.RMControl || (got.DACL == nil) != (d.DACL == nil) {
		t.Fatalf("read %+v of %+v", got.Descriptor, d)
	}
	if _, err := got.Marshal(); err == nil {
		t.Fatal("a part was written")
	}
	if d.DACL == nil {
		return
	}
	var want []ACE
	for _, a := range d.DACL.ACEs {
		rights := filterRights
		if a.Type.Denies() {
			rights |= filterDenied
		}
		if slices.Contains(filterTrustees, a.Trustee) && a.Mask.MapGeneric()&rights != 0 && (a.Type.Allows() || a.Type.Denies()) {
			want = append(want, a)
		}
	}
	if !slices.Equal(got.DACL.ACEs, want) {
		t.Fatalf("picked %v, want %v", got.DACL.ACEs, want)
	}
}

// A filter picks what it is for, whatever stands around it, and refuses what Parse
// refuses, wherever the bytes end or are changed.
func TestFilter(t *testing.T) {
	for _, sddl := range []string{
		"O:BAG:SYD:PAI(D;;CR;;;WD)(A;CI;RP;;;AU)(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;BA)(A;;GA;;;S-1-5-21-1-2-3-4)",
		"O:BAG:BAD:(A;;GA;;;BA)(A;;GW;;;SY)(A;;GX;;;WD)(A;;GR;;;AU)(OD;;WP;;bf967aba-0de6-11d0-a285-00aa003049e2;AU)",
		"O:BAG:BAD:(D;;RP;;;AU)(D;;GR;;;SY)(OD;;RP;00299570-246d-11d0-a768-00aa006e0529;;BA)(D;;LC;;;WD)(A;;RP;;;BA)(A;;GR;;;AU)",
		"O:BAG:SYD:(XA;;CR;;;WD;(@User.x == 1))S:(AU;SA;WP;;;WD)",
		"O:BAD:", "G:SYD:NO_ACCESS_CONTROL", "O:SYG:BA",
	} {
		d, err := ParseSDDL(sddl, DomainSIDs{})
		if err != nil {
			t.Fatal(err)
		}
		raw := marshal(t, d)
		d, err = Parse(raw)
		filterAgrees(t, raw, d, err)
		for at := range raw {
			d, err := Parse(raw[:at])
			filterAgrees(t, raw[:at], d, err)
			for _, bit := range []byte{1, 4, 0x80, 0xff} {
				bad := slices.Clone(raw)
				bad[at] ^= bit
				d, err := Parse(bad)
				filterAgrees(t, bad, d, err)
			}
		}
	}
}

// What was read before leaves nothing behind.
func TestFilterReadsAgain(t *testing.T) {
	s := filterOf(t, filterTrustees...)
	var got Filtered
	for _, sddl := range []string{"O:BAG:SYD:P(A;;CR;;;WD)(A;;WP;;;AU)", "O:SYG:SYD:(D;;CR;;;BA)", "O:SYG:SY"} {
		d, err := ParseSDDL(sddl, DomainSIDs{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Read(marshal(t, d), &got); err != nil {
			t.Fatal(err)
		}
		if got.SDDL() != d.SDDL() {
			t.Errorf("%s was read as %s", sddl, got.SDDL())
		}
	}
}
