package adperms

import (
	"testing"

	"writeback/adperms/secdesc"
)

func TestBarredFromSAM(t *testing.T) {
	domain := secdesc.MustSID("S-1-5-21-1-2-3")
	self, group := domain.Child(1105), domain.Child(1200)
	account := Account{Principal: Principal{SID: self}, Token: NewToken(self, group, domain.Child(513))}
	for _, c := range []struct {
		name, sddl string
		barred     bool
	}{
		{"not set", "", false},
		{"administrators alone, as hardening guides have it", "O:BAG:BAD:(A;;RC;;;BA)", true},
		{"the account as well", "O:BAG:BAD:(A;;RC;;;BA)(A;;RC;;;" + self.String() + ")", false},
		{"a group of the account", "O:BAG:BAD:(A;;RC;;;BA)(A;;RC;;;" + group.String() + ")", false},
		{"a group of the domain by SDDL's name", "O:BAG:BAD:(A;;RC;;;DU)", false},
		{"Authenticated Users", "O:BAG:BAD:(A;;RC;;;AU)", false},
		{"a deny before it", "O:BAG:BAD:(D;;RC;;;" + group.String() + ")(A;;RC;;;AU)", true},
		{"another right", "O:BAG:BAD:(A;;RP;;;AU)", true},
		{"nobody", "O:BAG:BAD:", true},
		{"no DACL", "O:BAG:BA", false},
		{"shortened", "O:BAG:BAD:(A;;RC;;;BA)(A;;R", false},
	} {
		if got := BarredFromSAM(&c.sddl, account); got != c.barred {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	if BarredFromSAM(nil, account) {
		t.Error("not asked, and barred")
	}
}
