package adperms

import "writeback/adperms/secdesc"

// BarredFromSAM says that a computer does not let the account make remote calls to its
// SAM: sddl is its registry's RestrictRemoteSam, which has to grant Read Control
// (STANDARD_RIGHTS_READ, MS-SAMR 3.1.1.11). nil or "" bars nobody, nor does one that
// cannot be read.
func BarredFromSAM(sddl *string, a Account) bool {
	if sddl == nil || *sddl == "" {
		return false
	}
	d, err := secdesc.ParseSDDL(*sddl, secdesc.DomainSIDs{Domain: a.SID.Domain()})
	return err == nil && !Access(Target{Descriptor: d}, a.Token, Right{Mask: secdesc.ReadControl}).Granted
}
