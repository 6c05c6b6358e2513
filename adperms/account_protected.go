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
type Protected struct {
	SID  secdesc.SID
	Name string // in English, as documented: the directory may name it otherwise
}

// OperatorGroups is a set of the four groups that a forest may take out of
// protection.
type OperatorGroups uint8

// The bits of dwAdminSDExMask (MS-ADTS 6.1.1.2.4.1.2).
const (
	AccountOperators OperatorGroups = 1 << iota
	ServerOperators
	PrintOperators
	BackupOperators
)

// Unprotected reads which operator groups the forest's dSHeuristics takes out
// of protection: its 16th character, a hexadecimal digit.
func Unprotected(dSHeuristics string) OperatorGroups {
	const at = 15
	if len(dSHeuristics) <= at {
		return 0
	}
	switch c := dSHeuristics[at]; {
	case c >= '0' && c <= '9':
		return OperatorGroups(c - '0')
	case c >= 'a' && c <= 'f':
		return OperatorGroups(c - 'a' + 10)
	case c >= 'A' && c <= 'F':
		return OperatorGroups(c - 'A' + 10)
	}
	return 0
}

// builtinProtected are the protected groups of the Builtin domain.
var builtinProtected = []struct {
	Protected
	operators OperatorGroups // 0: cannot be taken out
}{
	{Protected{secdesc.MustSID("S-1-5-32-544"), "Administrators"}, 0},
	{Protected{secdesc.MustSID("S-1-5-32-548"), "Account Operators"}, AccountOperators},
	{Protected{secdesc.MustSID("S-1-5-32-549"), "Server Operators"}, ServerOperators},
	{Protected{secdesc.MustSID("S-1-5-32-550"), "Print Operators"}, PrintOperators},
	{Protected{secdesc.MustSID("S-1-5-32-551"), "Backup Operators"}, BackupOperators},
	{Protected{secdesc.MustSID("S-1-5-32-552"), "Replicator"}, 0},
}

// The protected accounts and groups of a domain by RID. Those of the forest root
// (Schema and Enterprise Admins) have theirs nowhere else, so that the RID alone
// tells them, too.
var (
	protectedAccounts = map[uint32]string{ridAdministrator: "Administrator", ridKrbtgt: "krbtgt"}
	protectedRIDs     = map[uint32]string{
		512: "Domain Admins", 516: "Domain Controllers", 518: "Schema Admins",
		519: "Enterprise Admins", 521: "Read-only Domain Controllers",
		526: "Key Admins", 527: "Enterprise Key Admins", // where the PDC emulator is 2016 or 2019, and later
	}
)

// ProtectedOf finds what protects an account: itself, then groups of domains that
// it is in with all nesting, then built-in ones. groups may hold the SIDs of
// distribution groups, which count, too.
func ProtectedOf(self secdesc.SID, groups Token, unprotected OperatorGroups) []Protected {
	var out []Protected
	if name := protectedAccounts[self.RID()]; name != "" && self.Domain().IsAccountDomain() {
		out = append(out, Protected{self, name})
	}
	first := len(out)
	for s := range groups {
		if name := protectedRIDs[s.RID()]; name != "" && s.Domain().IsAccountDomain() {
			out = append(out, Protected{s, name})
		}
	}
	slices.SortFunc(out[first:], func(a, b Protected) int { return bytes.Compare(a.SID.Bytes(), b.SID.Bytes()) })
	for _, b := range builtinProtected {
		if groups.Has(b.SID) && (b.operators == 0 || unprotected&b.operators == 0) {
			out = append(out, b.Protected)
		}
	}
	return out
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
