package adperms

import (
	"testing"

	"writeback/adperms/secdesc"
)

func TestListObjectMode(t *testing.T) {
	for heuristics, want := range map[string]bool{"": false, "00": false, "0010000": true, "001": true, "000000000100000f": false, "002": false} {
		if ListObjectMode(heuristics) != want {
			t.Errorf("%q", heuristics)
		}
	}
}

func TestReadDenied(t *testing.T) {
	const me, who = "S-1-5-21-1-2-3-1105", ";;;S-1-5-21-1-2-3-1105)"
	const mail = "bf967961-0de6-11d0-a285-00aa003049e2"
	user := mustLookup("user").GUID
	for sddl, want := range map[string]bool{
		"(D;;GR" + who: true, "(D;;RP" + who: true, "(D;;GA" + who: true, "(D;;RP;;;AU)(A;;GA" + who: true, "(OD;;RP;" + user.String() + ";;AU)": true,
		"(OD;;RP;" + mail + who[1:]: false, "(D;;LC" + who: false, "(D;CIIO;RP" + who: false, "(D;;RP;;;S-1-5-21-1-2-3-1106)": false, "": false, "(A;;RP;;;AU)": false,
		"(OD;;RP;" + mail + who[1:] + "(D;;RP;;;AU)": true,
		"(A;;RP;;;AU)(D;ID;RP" + who:                 false, // what is explicit stands before what is inherited
		"(OA;;RP;" + mail + ";;AU)(D;ID;RP" + who:    false, // something is read
		"(A;;WP;;;AU)(D;ID;RP" + who:                 true,
	} {
		target := powerTarget(t, "O:DAG:DAD:"+sddl)
		target.Class = user
		if got := ReadDenied(&target, NewToken(secdesc.MustSID(me))); got != want {
			t.Errorf("%s: %v", sddl, got)
		}
	}
	null := powerTarget(t, "O:DAG:DAD:NO_ACCESS_CONTROL")
	if ReadDenied(&null, NewToken(secdesc.MustSID(me))) {
		t.Error("a NULL DACL denies")
	}
}
