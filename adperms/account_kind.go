package adperms

import (
	"strings"

	"writeback/adperms/secdesc"
)

// AccountKind is whose account an object of class user is. Computers, managed service
// accounts and the accounts of trusts are of that class, too, and have passwords;
// nobody resets them by self-service. What a filter finds is no answer: this is.
type AccountKind string

// The kinds. Where an object is of several, the first of these counts.
const (
	Person         AccountKind = ""                            // or a service that signs in like one
	NoAccount      AccountKind = "of another class"            // of no class that is derived from user
	ServiceAccount AccountKind = "a managed service account"   // msDS-ManagedServiceAccount and the like
	TrustAccount   AccountKind = "the account of a trust"      // with another domain (MS-ADTS 6.1.6.9.1)
	MachineAccount AccountKind = "the account of a computer"   // or of a domain controller
	GuestAccount   AccountKind = "the built-in account Guest"  // everybody's and nobody's
	KrbtgtAccount  AccountKind = "the built-in account krbtgt" // the Kerberos service itself, here or on an RODC
	DefaultAccount AccountKind = "the built-in account DefaultAccount"
)

// AccountKindOf tells whose account an object is. classes is all of its objectClass;
// control and sid are zero where they are not shown. dn tells the accounts that hold
// the keys of read-only domain controllers and of Microsoft Entra Kerberos: they have
// no RID of their own.
func AccountKindOf[S, N ~string | ~[]byte](classes []S, control AccountControl, sid secdesc.SID, dn N) AccountKind {
	user, managed, machine := false, false, false
	for _, c := range classes {
		user = user || isClass(c, "user")
		machine = machine || isClass(c, classComputer)
		managed = managed || isClass(c, classManaged) || isClass(c, classManagedMany) || isClass(c, classManagedNew)
	}
	switch {
	case managed:
		return ServiceAccount
	case control.Has(interdomainTrust):
		return TrustAccount
	case machine, control&computers != 0:
		return MachineAccount
	case !user:
		return NoAccount
	case sid.RID() == ridGuest && sid.Domain().IsAccountDomain():
		return GuestAccount
	case sid.RID() == ridKrbtgt && sid.Domain().IsAccountDomain(), control.Has(AccountDisabled) && keyOfOthers(dn):
		return KrbtgtAccount
	case sid.RID() == ridDefault && sid.Domain().IsAccountDomain():
		return DefaultAccount
	}
	return Person
}

// keyOfOthers says that a DN is one that AD gives to the account with the key of an
// RODC, krbtgt_ and a number, or of Microsoft Entra Kerberos, krbtgt_AzureAD. They are
// disabled, as krbtgt is. It allocates nothing.
func keyOfOthers[N ~string | ~[]byte](dn N) bool {
	const begins, azure = "cn=krbtgt_", "azuread"
	if !beginsWith(dn, begins) {
		return false
	}
	n := len(begins)
	for n < len(dn) && dn[n] >= '0' && dn[n] <= '9' {
		n++
	}
	if n == len(begins) {
		if !beginsWith(dn[n:], azure) {
			return false
		}
		n += len(azure)
	}
	return n < len(dn) && dn[n] == ','
}

func beginsWith[N ~string | ~[]byte](s N, lower string) bool {
	return len(s) >= len(lower) && strings.EqualFold(string(s[:len(lower)]), lower)
}

// classManagedNew is a delegated managed service account (Windows Server 2025).
const classManagedNew = "msds-delegatedmanagedserviceaccount"

// isClass compares without allocating. want is in lower case.
func isClass[S ~string | ~[]byte](name S, want string) bool {
	return len(name) == len(want) && strings.EqualFold(string(name), want)
}
