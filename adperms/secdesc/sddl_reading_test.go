package secdesc

import "testing"

// Windows reads these, some of them otherwise than a person would; what it
// makes of them is what the text on the right says plainly. The corpora are made
// by Windows, so SDDL is read as Windows reads it.
func TestSDDLAsWindowsReadsIt(t *testing.T) {
	names := DomainSIDs{Domain: windowsMachine}
	for _, c := range [][2]string{
		{"D:(A;;0x123456789;;;LG)", "D:(A;;0xffffffff;;;LG)"},
		{"D:(A;;100000000000000000000000;;;LG)", "D:(A;;0xffffffff;;;LG)"},
		{"D:(A;;-99;;;LG)", "D:(A;;0xffffff9d;;;LG)"},
		{"D:(A;;-0xffffff55;;;LG)", "D:(A;;CCDCSWWPLO;;;LG)"},
		{"D:(A;;-9876543210;;;LG)", "D:(A;;CC;;;LG)"},
		{"D:(A;;01234567;;;LG)", "D:(A;;0x53977;;;LG)"},
		{"D:(A;;CC;;;S-0x1-0-0-579)", "D:(A;;CC;;;S-1-0-0-1401)"},
		{"O:S-0x1-20-0-579", "O:S-1-32-0-1401"},
		{"D:(A;;GA;;;S-1-3-4294967296-3-4)", "D:(A;;GA;;;S-1-3-4294967295-3-4)"},
		{"D:(A;;GA;;;S-1-5-21-0x1313131313131-513)", "D:(A;;GA;;;S-1-5-21-4294967295-513)"},
		{"D:(A;;CC;;;S-1-21474836480-32-579)", "D:(A;;CC;;;S-1-0x500000000-32-579)"},
		{"O:S- 1- 2-3", "O:S-1-2-3"},
		{"  O:AA G:WD ", "O:AAG:WD"},
		{"D:(A;;GA; ;;S-1-3-4)", "D:(A;;GA;;;OW)"},
		{"D:(A;;GA;;;WD )", "D:(A;;GA;;;WD)"},
		{"D: P (a; ;ga;;; lg) (A;;GX;;;AA)", "D:P(A;;GA;;;LG)(A;;GX;;;AA)"},
		{"D:PPPARP(A;;GA;;;SY)", "D:PAR(A;;GA;;;SY)"},
		{"O:S-1-2-0x200D:", "O:S-1-2-512D:"},
		{"S:D:P", "D:PS:"},
	} {
		got, err := ParseSDDL(c[0], names)
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		want, err := ParseSDDL(c[1], names)
		if err != nil {
			t.Fatal(err)
		}
		if got.SDDL() != want.SDDL() {
			t.Errorf("%s: %s, want %s", c[0], got.SDDL(), want.SDDL())
		}
	}
	for _, refused := range []string{
		"Z:(A;;GA;;;SY)", "d:(A;;GA;;;LG)", "D:((A;;GA;;;LG))", "D:(A;;GA;;)", "D :S:", "D:P:S:",
		"D:(A;;0x 75bcd15;;;LG)", "D:(A;;GA;;;S-1-0x1313131313131-513)", "S:(AU;SA;CROOO;;;WD)", "D:(A;;-;;;LG)", "D:(A;;-CC;;;LG)",
	} {
		if d, err := ParseSDDL(refused, names); err == nil {
			t.Errorf("%s: read as %s", refused, d.SDDL())
		}
	}
}
