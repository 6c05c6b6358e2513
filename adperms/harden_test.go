package adperms

import (
	"slices"
	"testing"

	"writeback/adperms/secdesc"
)

// A hardened DACL has what Microsoft's cmdlet sets and SELF's own ACEs, nothing else can
// take the account over, hardening it again does nothing, and the edit can be inverted.
func TestHardening(t *testing.T) {
	domain := secdesc.MustSID("S-1-5-21-1-2-3")
	want := RestrictedACEs(domain, secdesc.MustSID("S-1-5-21-9-9-9"))
	const self = "(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)"
	for _, dacl := range []string{
		"(A;;GA;;;SY)" + self,
		"(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;AO)" + self + "(A;CIID;WDWO;;;S-1-5-21-1-2-3-1201)(A;CIID;WDWO;;;S-1-5-21-1-2-3-1201)",
		"(D;;RP;;;S-1-5-21-1-2-3-1300)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;CIID;GA;;;S-1-5-21-9-9-9-519)",
	} {
		d, err := secdesc.ParseSDDL("O:BAD:"+dacl, secdesc.DomainSIDs{Domain: domain})
		if err != nil {
			t.Fatal(err)
		}
		e := Hardening("CN=x", d, want, nil)
		after, ignored, err := e.Rewrite(d)
		if err != nil || len(ignored.Present)+len(ignored.Absent) > 0 || ignored.Switch {
			t.Fatalf("%s: %+v, %v", dacl, ignored, err)
		}
		if !after.Protected() || len(Controllers(Target{Descriptor: after}, OverAccount)) > 0 {
			t.Errorf("%s becomes %s", dacl, after.SDDL())
		}
		for _, a := range after.DACL.ACEs {
			if a.Inherited() || a.Trustee != principalSelf && !slices.Contains(want, a) {
				t.Errorf("%s keeps %s", dacl, a.SDDL())
			}
		}
		if again := Hardening("CN=x", after, want, nil); !again.Empty() {
			t.Errorf("%s hardened twice: %+v", dacl, again)
		}
		back, _, err := e.Invert().Rewrite(after)
		if err != nil || back.Protected() || !sameSet(back.DACL.Explicit(), d.DACL.Explicit()) {
			t.Errorf("%s comes back as %s, %v", dacl, back.SDDL(), err)
		}
	}
}

func sameSet(a, b []secdesc.ACE) bool {
	return len(a) == len(b) && len(without(a, b)) == 0
}
