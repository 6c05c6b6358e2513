package adperms

import (
	"regexp"
	"strings"
)

// Unfit says why a principal cannot be the account with which a sync product signs
// in to Active Directory. No right may be granted to it then.
type Unfit struct {
	Why string // a clause about the principal, without its name
	Fix string // the next step
}

const (
	nameTheAccount = "name the account that the sync product signs in to Active Directory with: --connector"
	// The account of a custom installation has any name: the console shows it.
	whereItStands = nameTheAccount + ". On the sync server, Synchronization Service Manager shows it under Connectors, in the properties of the Active Directory connector, at Connect to Active Directory Forest"
)

const (
	// ADS_UF_INTERDOMAIN_TRUST_ACCOUNT (MS-ADTS 2.2.16): of class user, though nobody's account.
	interdomainTrust AccountControl = 0x800
	// ADS_UF_WORKSTATION_TRUST_ACCOUNT and ADS_UF_SERVER_TRUST_ACCOUNT: computers and domain controllers.
	computers AccountControl = 0x1000 | 0x2000
)

// The classes that tell, in lower case.
const (
	classGroup       = "group"
	classComputer    = "computer"
	classContact     = "contact"
	classManaged     = "msds-managedserviceaccount"
	classManagedMany = "msds-groupmanagedserviceaccount"
)

// The accounts of every domain (MS-DTYP 2.4.2.4).
const (
	ridAdministrator = 500
	ridGuest         = 501
	ridKrbtgt        = 502
)

// localService is the name of the accounts that old installations of Entra Connect
// made for the service ADSync itself.
var localService = regexp.MustCompile(`(?i)^AAD_[0-9a-f]{12}$`)

// CannotConnect says why p cannot be the connector account of product, or nil.
// product is "" where it is not known, or where another product is to have the rights.
//
// It looks at what p is, not at what it is called, but for the two names of the
// service's own account: whoever may choose a name can only be refused by it.
func CannotConnect(p Principal, product Product) *Unfit {
	switch class := strings.ToLower(p.Class); {
	case class == classContact:
		return &Unfit{"is a contact, which cannot sign in", nameTheAccount}
	case !p.SID.Domain().IsAccountDomain(), class == classGroup:
		return &Unfit{"is not an account but stands for several: each of them could reset the users' passwords", nameTheAccount}
	case p.SID.RID() == ridKrbtgt:
		return &Unfit{"is krbtgt, the account of the Kerberos service itself", nameTheAccount}
	case p.SID.RID() == ridAdministrator, p.SID.RID() == ridGuest:
		return &Unfit{"is an account that every domain comes with; no sync product uses it", nameTheAccount}
	case p.Control.Has(interdomainTrust):
		return &Unfit{"is the account of a trust with another domain, which is no user", nameTheAccount}
	case serviceOfConnect(p.SAM):
		return &Unfit{"is the account that the ADSync service runs as on the sync server; the service signs in to Active Directory with another account", whereItStands}
	case class == classManaged, class == classManagedMany:
		if product == EntraConnect {
			return &Unfit{"is a managed service account: for its sign-in to Active Directory Entra Connect does not support one, only Cloud Sync does", whereItStands}
		}
		return nil
	case class == classComputer, p.Control&computers != 0:
		return &Unfit{"is a computer's account: whoever administers the computer could reset the users' passwords", nameTheAccount}
	case strings.HasSuffix(p.SAM, "$"):
		return &Unfit{"is a user account whose name ends in $, like a computer's or a trust's; no sync product creates one like that", nameTheAccount}
	}
	return nil
}

func serviceOfConnect(sam string) bool {
	return localService.MatchString(sam) || strings.HasPrefix(strings.ToLower(sam), "adsyncmsa") && strings.HasSuffix(sam, "$")
}
