package secdesc

import "testing"

// One ACE, and nothing beside it.
func TestParseACE(t *testing.T) {
	for text, good := range map[string]bool{
		"(A;;CR;;;WD)": true, "  (A;CI;RPWP;;;AU) ": true, "(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;AU)": true,
		"": false, " ": false, "A;;CR;;;WD": false, "(A;;CR;;;WD": false, "(A;;CR;;;WD)(A;;CR;;;AU)": false, "D:(A;;CR;;;WD)": false,
		"P(A;;CR;;;WD)": false, "(A;;CR;;;WD) x": false, "(A;;CR;;;DA)": false, "NO_ACCESS_CONTROL": false, "O:BA": false,
	} {
		a, err := ParseACE(text, DomainSIDs{})
		if (err == nil) != good {
			t.Errorf("%q: %v, %v", text, a, err)
		}
		if err == nil {
			if again, err := ParseACE(a.SDDL(), DomainSIDs{}); err != nil || again != a {
				t.Errorf("%q prints as %s, which is %v, %v", text, a.SDDL(), again, err)
			}
		}
	}
}
