package adperms_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/beside"
)

// What the PDC emulators of the dumps show of themselves.
var dumpedVersions = map[string]string{
	"2012R2": "6.3 (9600)", "2016": "10.0 (14393)", "2019": "10.0 (17763)", "20H2": "10.0 (19042)", "2025": "10.0 (26100)",
}

// Who is protected is what the task made of them: adminCount 1, and a protected
// DACL. Of one account somebody had copied the DACL, and left out the mark.
func TestProtectedAsMeasured(t *testing.T) {
	differ := []string{}
	for n, f := range beside.Rows(t, "adminsdholder.tsv") { // dumps that others took of seven domains
		if len(f) != 7 || dumpedVersions[f[1]] == "" {
			t.Fatalf("line %d: %q", n+1, f)
		}
		self, groups := dumpedSIDs(t, f[3])[0], dumpedSIDs(t, f[4])
		var p adperms.Protection
		p.KeyAdmins, p.EnterpriseKeyAdmins = adperms.Witnesses{Version: dumpedVersions[f[1]]}.Standings()
		by := adperms.ProtectedOf(self, adperms.NewToken(self, groups...), p)
		if is := f[5] == "1" && f[6] == "True"; is != (len(by) > 0) {
			differ = append(differ, f[0]+" "+f[3])
		}
	}
	odd := []string{"Windows Server 2025 D-5784"}
	if !slices.Equal(differ, odd) {
		t.Errorf("%q differ, want %q", differ, odd)
	}
}

// dumpedSIDs reads D-512 and B-544: of the domain, and built in.
func dumpedSIDs(t *testing.T, text string) (out []secdesc.SID) {
	t.Helper()
	for _, word := range strings.Fields(text) {
		kind, digits, _ := strings.Cut(word, "-")
		rid, err := strconv.ParseUint(digits, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		top := map[string]string{"D": "S-1-5-21-1-2-3", "B": "S-1-5-32"}[kind]
		out = append(out, secdesc.MustSID(top).Child(uint32(rid)))
	}
	return out
}
