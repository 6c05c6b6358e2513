package adperms

import (
	"fmt"
	"testing"

	"writeback/adperms/secdesc"
)

func TestControllers(t *testing.T) {
	const helpdesk = "S-1-5-21-1-2-3-1300"
	for _, c := range []struct {
		name string
		sddl string
		want string
	}{
		{"as it is created", "O:DAG:DAD:AI(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;AO)(A;;RPLCLORC;;;PS)(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(A;;RC;;;AU)", "[]"},
		{"a help desk that resets passwords", "O:DAG:DAD:(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;" + helpdesk + ")", "[{" + helpdesk + " reset the password}]"},
		{"a help desk that may set all", "O:DAG:DAD:(A;;GA;;;" + helpdesk + ")(A;;WP;;;" + helpdesk + ")", "[{" + helpdesk + " change the permissions}]"},
		{"what is denied first", "O:DAG:DAD:(D;;CR;;;" + helpdesk + ")(A;;CR;;;" + helpdesk + ")", "[]"},
		{"one property of others", "O:DAG:DAD:(OA;;WP;bf967a0a-0de6-11d0-a285-00aa003049e2;;" + helpdesk + ")", "[]"},
		{"what is for others below alone", "O:DAG:DAD:(A;CIIO;GA;;;" + helpdesk + ")", "[]"},
		{"the owner", "O:" + helpdesk + "G:DAD:(A;;RC;;;AU)", "[{" + helpdesk + " change the permissions}]"},
		{"everybody", "O:DAG:DAD:(A;;WO;;;WD)", "[{S-1-1-0 become the owner}]"},
		{"Domain Admins of another domain, which may be the forest's root", "O:DAG:DAD:(A;;GA;;;S-1-5-21-9-9-9-512)", "[]"},
		{"no owner", "D:(A;;RC;;;AU)", "[]"},
	} {
		sd, err := secdesc.ParseSDDL(c.sddl, secdesc.Names{Domain: secdesc.MustSID("S-1-5-21-1-2-3"), Forest: secdesc.MustSID("S-1-5-21-1-2-3")})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := fmt.Sprint(Controllers(Target{Descriptor: sd, Self: secdesc.MustSID("S-1-5-21-1-2-3-1104")}, TakesOver)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
