package adperms

import (
	"bytes"
	"maps"
	"slices"

	"writeback/adperms/secdesc"
)

// Protected is a group or account whose members, and itself, take their
// permissions from AdminSDHolder and not from above: a task on the PDC emulator
// sees to that every hour (MS-ADTS 3.1.1.6.1). Rights granted on a domain or OU
// never reach them.
//
// Who is protected is the measured set, not the documented one: accounts of dumps
// that were taken after the task had run (judge_protected_test.go). The documents
// also list Domain Controllers (516) and Read-only Domain Controllers (521): the
// task looks after these two groups themselves, and their members are like anybody
// else, as those of Cloneable Domain Controllers (522) are.
type Protected struct {
	SID  secdesc.SID
	Name string // in English, as documented: the directory may name it otherwise
	// Untold says that nothing tells whether this domain protects the group: it is
	// taken as protected, so that no right is promised that may not be there, and
	// no administrator's account is taken for another.
	Untold bool
}

// Words is the name, with the doubt that there is about it.
func (p Protected) Words() string {
	if !p.Untold {
		return p.Name
	}
	return p.Name + " (taken as protected: the domain does not show whether it protects that group)"
}

// Administrators is the builtin group (MS-DTYP 2.4.2.4).
var Administrators = secdesc.MustSID("S-1-5-32-544")

// builtinProtected are the protected groups of the Builtin domain.
var builtinProtected = []struct {
	Protected
	operators OperatorGroups // 0: cannot be taken out
}{
	{Protected{SID: Administrators, Name: "Administrators"}, 0},
	{Protected{SID: secdesc.MustSID("S-1-5-32-548"), Name: "Account Operators"}, AccountOperators},
	{Protected{SID: secdesc.MustSID("S-1-5-32-549"), Name: "Server Operators"}, ServerOperators},
	{Protected{SID: secdesc.MustSID("S-1-5-32-550"), Name: "Print Operators"}, PrintOperators},
	{Protected{SID: secdesc.MustSID("S-1-5-32-551"), Name: "Backup Operators"}, BackupOperators},
	{Protected{SID: secdesc.MustSID("S-1-5-32-552"), Name: "Replicator"}, 0},
}

// The protected accounts and groups of a domain by RID. Those of the forest root
// (Schema, Enterprise and Enterprise Key Admins) have theirs nowhere else, so that
// the RID alone tells them, too.
var (
	protectedAccounts = map[uint32]string{ridAdministrator: "Administrator", ridKrbtgt: "krbtgt"}
	protectedRIDs     = map[uint32]string{
		512: "Domain Admins", 518: "Schema Admins", 519: "Enterprise Admins",
		ridKeyAdmins: "Key Admins", ridEnterpriseKeyAdmins: "Enterprise Key Admins",
	}
)

// ProtectedOf finds what protects an account: itself, then groups of domains that
// it is in with all nesting, then built-in ones. groups may hold the SIDs of
// distribution groups, which count, too.
func ProtectedOf(self secdesc.SID, groups Token, by Protection) []Protected {
	var out []Protected
	if name := protectedAccounts[self.RID()]; name != "" && self.Domain().IsAccountDomain() {
		out = append(out, Protected{SID: self, Name: name})
	}
	first := len(out)
	for s := range groups {
		name := protectedRIDs[s.RID()]
		if standing := by.keyGroup(s.RID()); name != "" && standing != NotProtected && s.Domain().IsAccountDomain() {
			out = append(out, Protected{SID: s, Name: name, Untold: standing == Untold})
		}
	}
	slices.SortFunc(out[first:], func(a, b Protected) int { return bytes.Compare(a.SID.Bytes(), b.SID.Bytes()) })
	for _, b := range builtinProtected {
		if groups.Has(b.SID) && by.Unprotected&b.operators == 0 {
			out = append(out, b.Protected)
		}
	}
	return out
}

// HangsOnOperators says that what protects an account is not certain before it is
// known which groups of operators the forest takes out of protection.
func HangsOnOperators(self secdesc.SID, groups Token) bool {
	none := Protection{Unprotected: AccountOperators | ServerOperators | PrintOperators | BackupOperators}
	return len(ProtectedOf(self, groups, none)) != len(ProtectedOf(self, groups, Protection{}))
}

// ProtectedGroups are the SIDs that [ProtectedOf] looks for in a domain whose
// SID is domain: what a search for memberships has to ask for.
func ProtectedGroups(domain secdesc.SID) []secdesc.SID {
	var out []secdesc.SID
	for _, b := range builtinProtected {
		out = append(out, b.SID)
	}
	for _, rid := range slices.Sorted(maps.Keys(protectedRIDs)) {
		out = append(out, domain.Child(rid))
	}
	return out
}

// ProtectedAccounts are the accounts of a domain that are protected whatever
// groups they are in.
func ProtectedAccounts(domain secdesc.SID) []secdesc.SID {
	var out []secdesc.SID
	for _, rid := range slices.Sorted(maps.Keys(protectedAccounts)) {
		out = append(out, domain.Child(rid))
	}
	return out
}
