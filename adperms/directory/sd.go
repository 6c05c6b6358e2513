package directory

import "github.com/go-ldap/ldap/v3"

// Parts of a security descriptor in the SD flags control (MS-ADTS
// 3.1.1.3.4.1.11). Without the control a DC thinks of all four, and then shows
// nothing to who may not read the SACL.
const (
	partDACL       = 4
	ownerGroupDACL = 1 | 2 | partDACL
)

// sdFlags is the control, always critical: a server that does not know it must
// refuse, not read or write something else. go-ldap's constructor leaves the
// value at 0.
func sdFlags(parts int32) *ldap.ControlMicrosoftSDFlags {
	return &ldap.ControlMicrosoftSDFlags{Criticality: true, ControlValue: parts}
}
