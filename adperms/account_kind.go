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
	KrbtgtAccount  AccountKind = "the built-in account krbtgt" // the Kerberos service itself
)

// AccountKindOf tells whose account an object is. classes is all of its objectClass;
// control and sid are zero where they are not shown.
func AccountKindOf[S ~string | ~[]byte](classes []S, control AccountControl, sid secdesc.SID) AccountKind {
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
	case sid.RID() == ridKrbtgt && sid.Domain().IsAccountDomain():
		return KrbtgtAccount
	}
	return Person
}

// classManagedNew is a delegated managed service account (Windows Server 2025).
const classManagedNew = "msds-delegatedmanagedserviceaccount"

// isClass compares without allocating. want is in lower case.
func isClass[S ~string | ~[]byte](name S, want string) bool {
	return len(name) == len(want) && strings.EqualFold(string(name), want)
}
