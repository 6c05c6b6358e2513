package checks

import (
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// What a domain tells of the account's own security has a fix and names a document.
func TestPrivilegesHaveSources(t *testing.T) {
	w := healthy()
	me, other := syncSID.String(), domainID.Child(1300).String()
	off := false
	w.hashSync = &off
	w.account.AuthPolicies, w.account.Readers = []string{"CN=Silo"}, readers("(A;;GA;;;"+other+")")
	w.account.Token = adperms.NewToken(syncSID, domainID.Child(525))
	w.sddl[syncDN] += "(A;;GA;;;" + other + ")"
	for _, dn := range []string{rootDN, holderDN} {
		w.sddl[dn] += "(A;;GA;;;" + me + ")"
	}
	member := healthy()
	member.account.ProtectedBy = []adperms.Protected{{Name: "Replicator"}}
	codes := map[string]bool{}
	for _, w := range []*world{w, member} {
		for _, f := range w.run(t, "connector-privileges").Results[0].Findings {
			codes[f.Code] = true
			if fix, of, ok := strings.Cut(f.Fix, `. Source: Microsoft, "`); !ok || fix == "" || of != documents[f.Code]+`"` || documents[f.Code] == "" {
				t.Errorf("%s: %q", f.Code, f.Fix)
			}
		}
	}
	for code := range documents {
		if !codes[code] {
			t.Errorf("%s is not told", code)
		}
	}
}

// readers is msDS-GroupMSAMembership.
func readers(aces string) []byte {
	d, err := secdesc.ParseSDDL("O:BAD:"+aces, secdesc.DomainSIDs{})
	if err != nil {
		panic(err)
	}
	raw, err := d.Marshal()
	if err != nil {
		panic(err)
	}
	return raw
}
